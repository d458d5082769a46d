// What holds for every set of workloads and Secrets: stamps do not depend on order, depend on
// exactly the values that are referenced, and give nothing away.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { SecretValue } from '../../manifests/secret-value.ts'
import { checksum } from '../../render/checksum.ts'
import type { RenderedSecret } from '../../render/model.ts'
import { stampWorkloads } from '../../render/stamp.ts'
import { manifestObject } from '../support/manifest-object.ts'

interface Plan {
  /** Values by Secret and key. */
  readonly values: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** For each workload, the Secrets and keys it reads; no key means all of them. */
  readonly reads: readonly (readonly (readonly [secret: string, key?: string])[])[]
}

const SECRETS = ['a', 'b', 'c']
const KEYS = ['K', 'L', 'M', 'N']

const plan: fc.Arbitrary<Plan> = fc.record({
  values: fc.dictionary(
    fc.constantFrom(...SECRETS),
    fc.dictionary(fc.constantFrom(...KEYS), fc.stringMatching(/^fake-[a-z'": \\{}$]{8,12}$/)),
  ),
  reads: fc.array(
    fc.array(
      fc.oneof(
        fc.tuple(fc.constantFrom(...SECRETS)),
        fc.tuple(fc.constantFrom(...SECRETS), fc.constantFrom(...KEYS)),
      ),
      { minLength: 1, maxLength: 4 },
    ),
    { minLength: 1, maxLength: 4 },
  ),
})

function objectsOf({ reads }: Plan) {
  return reads.map((places, index) => {
    const env = places.flatMap(([name, key]) =>
      key === undefined
        ? []
        : [{ valueFrom: { secretKeyRef: { name, key, optional: index > 1 } } }],
    )
    const envFrom = places.flatMap(([name, key]) =>
      key === undefined ? [{ secretRef: { name } }] : [],
    )
    const object = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: `app-${index}`,
        annotations: { 'secrets.phase.dev/redeploy': 'true', 'reloader.stakater.com/auto': 'true' },
      },
      spec: { template: { spec: { containers: [{ env, envFrom }] } } },
    }
    return manifestObject(JSON.stringify(object))
  })
}

function secretsOf({ values }: Plan, metadata: Readonly<Record<string, string>> = {}) {
  return Object.entries(values).map(
    ([name, data]): RenderedSecret => ({
      at: { file: 'app.yaml', line: 1, column: 1 },
      name,
      type: metadata.type ?? 'Opaque',
      labels: metadata,
      annotations: metadata,
      data: new Map(Object.entries(data).map(([key, text]) => [key, SecretValue.ofText(text)])),
      environmentId: metadata.environment ?? 'e',
      isPlaceholder: false,
      checksumKey: new Uint8Array(32).fill(name === 'c' ? 2 : 1),
      sealingKey: new Uint8Array(32),
    }),
  )
}

function render(objects: ReturnType<typeof objectsOf>, secrets: RenderedSecret[]) {
  return stampWorkloads({ objects, secrets, extraKinds: [], defaultOptIn: false, checksum })
}

/** Checksums by workload. */
function checksums(from: Plan, secrets = secretsOf(from)): Map<string, string> {
  const { stamps } = render(objectsOf(from), secrets)
  return new Map(stamps.map(({ object, value }) => [object.object.name ?? '', value]))
}

test('the order of the input does not matter', () => {
  fc.assert(
    fc.property(plan, (input) => {
      const objects = objectsOf(input)
      const there = render(objects, secretsOf(input))
      const secrets = secretsOf(input)
        .map((secret) => ({ ...secret, data: new Map([...secret.data].reverse()) }))
        .reverse()
      const back = render([...objects].reverse(), secrets)
      assert.deepEqual([...back.stamps].reverse(), there.stamps)
      assert.deepEqual(render(objects, secrets), there)
      const texts = (result: typeof there) => result.problems.map((p) => JSON.stringify(p)).sort()
      assert.deepEqual(texts(back), texts(there))
    }),
  )
})

test('only content matters: not metadata, type or environment id', () => {
  fc.assert(
    fc.property(plan, (input) => {
      const dressed = secretsOf(input, { type: 'example.com/x', environment: 'f', team: 'shop' })
      assert.deepEqual(checksums(input, dressed), checksums(input))
    }),
  )
})

test('a changed value changes the checksums of those that read it, and no others', () => {
  const places = SECRETS.flatMap((secret) => KEYS.map((key) => [secret, key] as const))
  fc.assert(
    fc.property(plan, fc.constantFrom(...places), (input, [secret, key]) => {
      const data = input.values[secret]
      fc.pre(data?.[key] !== undefined)
      const changed = { ...data, [key]: `${data[key]}!` }
      const before = checksums(input)
      const after = checksums({ ...input, values: { ...input.values, [secret]: changed } })
      for (const [index, reads] of input.reads.entries()) {
        const reading = reads.some(([s, k]) => s === secret && (k === undefined || k === key))
        const name = `app-${index}`
        assert.equal(before.get(name) !== after.get(name), reading, name)
      }
    }),
  )
})

test('no value and no unkeyed hash of one comes out', () => {
  fc.assert(
    fc.property(plan, (input) => {
      const { stamps, problems } = render(objectsOf(input), secretsOf(input))
      const said = JSON.stringify([
        stamps.map(({ path, key, value }) => [path, key, value]),
        problems,
      ])
      for (const text of Object.values(input.values).flatMap((data) => Object.values(data))) {
        assert.ok(!said.includes(text) && !said.includes(JSON.stringify(text).slice(1, -1)))
        assert.ok(!said.includes(Buffer.from(text).toString('base64')))
        for (const algorithm of ['sha256', 'sha1', 'md5']) {
          const hash = createHash(algorithm).update(text).digest('hex')
          assert.ok(!said.includes(hash.slice(0, 16)), algorithm)
        }
      }
    }),
  )
})
