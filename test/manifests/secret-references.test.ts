// Which fields of a pod template name a Secret.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { SecretReference } from '../../manifests/secret-references.ts'
import { secretReferences } from '../../manifests/secret-references.ts'

function brief(reference: SecretReference): string {
  const { name, keys, optional, path } = reference
  const which = keys === 'all' ? '*' : `[${keys.join(' ')}]`
  return `${path.join('.')} ${name} ${which}${optional ? ' optional' : ''}`
}

function containers(...list: unknown[]): unknown {
  return { spec: { containers: list } }
}

function volumes(...list: unknown[]): unknown {
  return { spec: { volumes: list } }
}

function variable(secretKeyRef: unknown): unknown {
  return containers({ env: [{ name: 'V', valueFrom: { secretKeyRef } }] })
}

describe('secretReferences', () => {
  const cases: readonly [string, unknown, string[]][] = [
    [
      'envFrom',
      containers({ envFrom: [{ configMapRef: { name: 'c' } }, { secretRef: { name: 's' } }] }),
      ['spec.containers.0.envFrom.1.secretRef s *'],
    ],
    [
      'envFrom, optional',
      containers({ envFrom: [{ prefix: 'P_', secretRef: { name: 's', optional: true } }] }),
      ['spec.containers.0.envFrom.0.secretRef s * optional'],
    ],
    [
      'env, that key only',
      variable({ name: 's', key: 'K' }),
      ['spec.containers.0.env.0.valueFrom.secretKeyRef s [K]'],
    ],
    [
      'env, optional',
      variable({ name: 's', key: 'K', optional: true }),
      ['spec.containers.0.env.0.valueFrom.secretKeyRef s [K] optional'],
    ],
    [
      'init containers and the second container',
      {
        spec: {
          initContainers: [{ envFrom: [{ secretRef: { name: 'i' } }], restartPolicy: 'Always' }],
          containers: [{}, { envFrom: [{ secretRef: { name: 's' } }] }],
        },
      },
      [
        'spec.initContainers.0.envFrom.0.secretRef i *',
        'spec.containers.1.envFrom.0.secretRef s *',
      ],
    ],
    [
      'a volume that nothing mounts',
      volumes({ name: 'v', secret: { secretName: 's' } }),
      ['spec.volumes.0.secret s *'],
    ],
    [
      'a volume with items',
      volumes({ secret: { secretName: 's', items: [{ key: 'B', path: 'b' }, { key: 'A' }] } }),
      ['spec.volumes.0.secret s [B A]'],
    ],
    [
      'a volume with an empty list of items, optional',
      volumes({ secret: { secretName: 's', items: [], optional: true } }),
      ['spec.volumes.0.secret s * optional'],
    ],
    [
      'projected sources',
      volumes({
        projected: {
          sources: [
            { configMap: { name: 'c' } },
            { secret: { name: 's' } },
            { secret: { name: 't', items: [{ key: 'K' }], optional: true } },
          ],
        },
      }),
      [
        'spec.volumes.0.projected.sources.1.secret s *',
        'spec.volumes.0.projected.sources.2.secret t [K] optional',
      ],
    ],
    [
      'what is read at the time of use does not count',
      {
        spec: {
          imagePullSecrets: [{ name: 's' }],
          serviceAccountName: 's',
          ephemeralContainers: [{ envFrom: [{ secretRef: { name: 's' } }] }],
          volumes: [{ csi: { nodePublishSecretRef: { name: 's' } } }, { configMap: { name: 's' } }],
        },
      },
      [],
    ],
    ["the other field's name", volumes({ secret: { name: 's' } }), []],
    ['no key', variable({ name: 's' }), []],
  ]
  for (const [name, template, expected] of cases) {
    test(name, () => assert.deepEqual(secretReferences(template).map(brief), expected))
  }
})

describe('malformed templates', () => {
  const cases: readonly [string, unknown][] = [
    ['nothing', undefined],
    ['null', null],
    ['a string', 'spec'],
    ['a list', [{ spec: {} }]],
    ['spec is null', { spec: null }],
    ['containers is a string', { spec: { containers: 'all', volumes: 7 } }],
    ['containers is a map', { spec: { containers: { 0: { envFrom: [] } } } }],
    ['a container is null', containers(null, 'x', [])],
    ['envFrom is a map', containers({ envFrom: { secretRef: { name: 's' } } })],
    ['secretRef is a string', containers({ envFrom: [{ secretRef: 's' }, null] })],
    ['the name is no string', containers({ envFrom: [{ secretRef: { name: 5 } }] })],
    ['the name is empty', containers({ envFrom: [{ secretRef: { name: '' } }] })],
    [
      'the name is inherited',
      containers({ envFrom: [{ secretRef: Object.create({ name: 's' }) }] }),
    ],
    ['the key is no string', variable({ name: 's', key: true })],
    ['valueFrom is null', containers({ env: [{ valueFrom: null }, 3] })],
    ['sources is a map', volumes({ projected: { sources: { secret: { name: 's' } } } })],
  ]
  for (const [name, template] of cases) {
    test(name, () => assert.deepEqual(secretReferences(template), []))
  }

  test('items of a wrong shape are left out, optional is a boolean', () => {
    const secret = {
      secretName: 's',
      items: [null, 'A', { key: 1 }, { key: 'K' }],
      optional: 'true',
    }
    assert.deepEqual(secretReferences(volumes({ secret })).map(brief), [
      'spec.volumes.0.secret s [K]',
    ])
  })

  test('nothing throws, and every path leads to the map that names the Secret', () => {
    const names = ['spec', 'containers', 'env', 'envFrom', 'secretRef', 'secret', 'name', 'key']
    const key = fc.constantFrom(...names, 'volumes', 'secretName', 'valueFrom', 'secretKeyRef')
    const shape = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 8 },
        fc.constantFrom<unknown>(null, 's', 1, true),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(key, tie('any'), { maxKeys: 4 }),
      ),
    })).any
    const container = fc.record({ env: shape, envFrom: fc.array(shape, { maxLength: 2 }) })
    const template = fc.record({
      spec: fc.record({ containers: fc.array(container), volumes: fc.array(shape) }),
    })
    fc.assert(
      fc.property(fc.oneof(shape, template), (value) => {
        for (const { name, path } of secretReferences(value)) {
          const place = path.reduce<unknown>((at, step) => Reflect.get(Object(at), step), value)
          assert.ok(Object.values(Object(place)).includes(name))
        }
      }),
    )
  })
})
