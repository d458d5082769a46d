// Who gets a checksum, and what is said to those that do not.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { LabelSelector } from '../../manifests/label-selector.ts'
import type { RenderedSecret } from '../../render/model.ts'
import type { StampInput } from '../../render/stamp.ts'
import { manifestObject } from '../support/manifest-object.ts'
import { optIn, run, secret, workload, YES } from '../support/stamping.ts'

const NONE = /^notice: not stamped: it references no Secret/
const TEAM: LabelSelector = { matches: ({ team }) => team === 'shop' }
const selective = { secrets: [secret({ redeploySelector: TEAM })] }
const key = (name: string) => ({
  env: [{ name: 'K', valueFrom: { secretKeyRef: { name: 'shop-secret', key: name } } }],
})

describe('one workload', () => {
  type Row = readonly [
    name: string,
    workload: Parameters<typeof workload>[0],
    stamped: boolean,
    said?: RegExp | undefined,
    input?: Partial<StampInput>,
  ]
  const byDefault = { defaultOptIn: true }
  const cases: readonly Row[] = [
    ['opted in', {}, true],
    ['opted in with any text', { metadata: optIn('') }, true],
    ['"False" is not "false"', { metadata: optIn('False') }, true],
    ['opted out', { metadata: optIn('false') }, false],
    ['silent', { metadata: { annotations: {} } }, false],
    ['silent, on by default', { metadata: { annotations: {} } }, true, undefined, byDefault],
    ['opted out, on by default', { metadata: optIn('false') }, false, undefined, byDefault],
    [
      'a boolean',
      { metadata: optIn(true) },
      false,
      /^error: .*redeploy is not a string \| quote it/,
    ],
    ['null', { metadata: optIn(null) }, false, /^error: .*redeploy is not a string/],
    [
      'on the pod template only',
      { metadata: { annotations: null }, podAnnotations: YES },
      false,
      /^warning: .*pod template \| put it on the workload's own metadata/,
    ],
    ['on both', { podAnnotations: YES }, true],
    [
      'in place of a checksum of the author',
      { podAnnotations: { 'secrets.phase.dev/checksum': 'x' } },
      true,
    ],
    [
      'no template',
      { template: undefined },
      false,
      /^warning: not stamped: spec.template is missing/,
    ],
    ['a template that is a string', { template: 'pod' }, false, /^warning: not stamped: spec.temp/],
    ['no template, silent', { metadata: { annotations: {} }, template: null }, false],
    [
      'a Secret of elsewhere',
      { container: { envFrom: [{ secretRef: { name: 'x' } }] } },
      false,
      NONE,
    ],
    [
      'no reference, on by default',
      { metadata: { annotations: {} }, container: {} },
      false,
      undefined,
      byDefault,
    ],
    [
      'another kind',
      { kind: 'ConfigMap', apiVersion: 'v1' },
      false,
      /^notice: not stamped: it is of no kind/,
    ],
    ['a Job', { kind: 'Job', apiVersion: 'batch/v1' }, false, /^notice: not stamped: .*immutable/],
    [
      'a Job that is opted out',
      { kind: 'Job', apiVersion: 'batch/v1', metadata: optIn('false') },
      false,
    ],
    [
      'a kind of the configuration',
      { kind: 'CloneSet', apiVersion: 'apps.kruise.io/v1alpha1' },
      true,
      undefined,
      { extraKinds: [{ group: 'apps.kruise.io', kind: 'CloneSet' }] },
    ],
    ['a key that is there', { container: key('API_KEY') }, true],
    [
      'a misspelt key',
      { container: key('API_KEYS') },
      true,
      /^error: Secret shop-secret has no key API_KEYS \| did you mean API_KEY\?$/,
    ],
    [
      'a key like no other',
      { container: key('a\nb') },
      true,
      /^error: Secret shop-secret has no key "a\?b" \| correct the key/,
    ],
    [
      'an optional key',
      {
        container: {
          env: [{ valueFrom: { secretKeyRef: { name: 'shop-secret', key: 'X', optional: true } } }],
        },
      },
      true,
    ],
    ['a misspelt key, opted out', { metadata: optIn('false'), container: key('API_KEYS') }, false],
    ['selected', { metadata: { labels: { team: 'shop' } } }, true, undefined, selective],
    [
      'not selected',
      { metadata: { labels: { team: 5 } } },
      false,
      /redeployLabelSelector of Secret shop-secret does/,
      selective,
    ],
    ['not selected, a misspelt key', { container: key('X') }, false, /^notice/, selective],
    [
      'Reloader on the workload',
      { metadata: { annotations: { ...YES, 'reloader.stakater.com/auto': 'true' } } },
      true,
      /^warning: Reloader's annotations restart it for Secret shop-secret as well/,
    ],
    [
      'Reloader on the pod template',
      { podAnnotations: { 'secret.reloader.stakater.com/reload': 'shop-.*' } },
      true,
      /^warning: Reloader/,
    ],
    [
      'Reloader for another Secret',
      { podAnnotations: { 'secret.reloader.stakater.com/reload': 'bill' } },
      true,
    ],
    [
      'Reloader alone',
      { metadata: { annotations: { 'reloader.stakater.com/auto': 'true' } } },
      false,
    ],
  ]
  for (const [name, changes, stamped, said, input] of cases) {
    test(name, () => {
      const result = run([workload(changes)], input)
      assert.equal(result.stamps.length, stamped ? 1 : 0)
      assert.equal(result.said.length, said === undefined ? 0 : 1, result.said.join('\n'))
      if (said !== undefined) assert.match(result.said[0] ?? '', said)
    })
  }
})

test('a stamp says what to set where', () => {
  const object = workload({})
  const [stamp] = run([object]).stamps
  assert.equal(stamp?.object, object)
  assert.deepEqual(stamp?.path, ['spec', 'template'])
  assert.equal(stamp?.key, 'secrets.phase.dev/checksum')
  assert.match(stamp?.value ?? '', /^[0-9a-f]{32}$/)
})

test('a selector leaves one Secret out, the other counts alone', () => {
  const envFrom = ['shop-secret', 'open'].map((name) => ({ secretRef: { name } }))
  const both = [secret({ redeploySelector: TEAM }), secret({ name: 'open' })]
  const value = (secrets: RenderedSecret[]) =>
    run([workload({ container: { envFrom } })], { secrets }).stamps[0]?.value
  assert.equal(value(both), value([secret({ name: 'open' })]))
})

test('problems stand where the mistake is written', () => {
  const object = manifestObject(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
  annotations:
    secrets.phase.dev/redeploy: yes
`)
  const [problem] = run([object]).problems
  assert.deepEqual(problem?.at, { file: 'app.yaml', line: 6, column: 33 })
  assert.deepEqual(problem?.object, object.object)
  const missing = workload({ container: key('ABSENT') })
  const line = missing.parsed.text.split('\n').findIndex((text) => text.includes('secretKeyRef'))
  assert.equal(run([missing]).problems[0]?.at?.line, line + 1)
})

test('a mistake that came by an alias is reported at its object', () => {
  const object = manifestObject(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: app, annotations: {secrets.phase.dev/redeploy: "1"}, x: &c [{envFrom: [], env: [{valueFrom: {secretKeyRef: {name: shop-secret, key: ABSENT}}}]}]}
spec: {template: {spec: {containers: *c}}}
`)
  const [problem] = run([object]).problems
  assert.equal(problem?.severity, 'error')
  assert.deepEqual(problem?.at, object.at)
})
