// Whatever is applied comes back without a difference, whatever is taken out is found, and nothing throws.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { comparable } from '../../../manifests/diff/live.ts'
import type { PlainMap } from '../../../manifests/plain-value.ts'

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const NONE = { ignoredPointers: [], ignoredManagers: [] }
type Map = Record<string, unknown>

const isMap = (value: unknown): value is Map =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a server keeps of a value, with fields that it and others add. */
function served(value: unknown, extra: () => Map): unknown {
  if (Array.isArray(value)) return value.map((item) => served(item, extra))
  if (!isMap(value)) return value
  const kept = Object.entries(value).filter(([, each]) => each !== null)
  const own = Object.fromEntries(kept.map(([name, each]) => [name, served(each, extra)]))
  return { ...extra(), ...own }
}

const name = fc.constantFrom(
  'a',
  'b',
  'env',
  'ports',
  'limits',
  'labels',
  'containers',
  '__proto__x',
)
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, '', 0, false, true, 80, '80', '1000m', 'x'),
    fc.dictionary(name, tie('json'), { maxKeys: 4 }),
    fc.array(tie('json'), { maxLength: 3 }),
  ),
}))
/** Names that the desired value never has. */
const extras = fc.array(fc.dictionary(fc.constantFrom('zz1', 'zz2'), json, { maxKeys: 2 }), {
  minLength: 1,
})
const container = fc.record({
  name: fc.constantFrom('c1', 'c2', 'c3'),
  image: fc.constantFrom('i:1', ''),
  args: fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 }),
  env: fc.uniqueArray(
    fc.record({ name: fc.constantFrom('A', 'B', 'C'), value: fc.constantFrom('', '1') }),
    { selector: (item) => item.name, maxLength: 3 },
  ),
})
const containers = fc.uniqueArray(container, { selector: (item) => item.name, maxLength: 3 })

const object = (spec: unknown, more: Map = {}, kind = 'Widget'): PlainMap => ({
  apiVersion: kind === 'Widget' ? 'example.org/v1' : 'apps/v1',
  kind,
  metadata: { name: 'n', ...more },
  spec,
})
const applied = (value: PlainMap): Map => ({
  annotations: { [LAST_APPLIED]: JSON.stringify(value) },
})

test('a custom resource comes back as it was, whatever others add', () => {
  fc.assert(
    fc.property(json, extras, fc.boolean(), (spec, more, isApplied) => {
      let turn = 0
      const desired = object(spec)
      const add = (): Map => more[turn++ % more.length] ?? {}
      const metadata = { uid: 'u', ...(isApplied ? applied(desired) : {}) }
      const live = object(served(spec, add), metadata)
      const pair = comparable(desired, { ...live, status: spec }, NONE)
      assert.deepEqual(pair.live, pair.desired)
    }),
  )
})

test('containers come back as they were, whatever is injected', () => {
  fc.assert(
    fc.property(containers, containers, (own, injected) => {
      const desired = object({ template: { spec: { containers: own } } }, {}, 'Deployment')
      const others = injected.map((each) => ({ ...each, name: `injected-${each.name}` }))
      const kept = own.map(({ env, ...each }) => ({
        ...each,
        terminationMessagePolicy: 'File',
        env: [
          { name: 'INJECTED', value: '1' },
          ...env.map((item) => (item.value === '' ? { name: item.name } : item)),
        ],
      }))
      const spec = { template: { spec: { containers: [...others, ...kept] } } }
      const pair = comparable(desired, object(spec, applied(desired), 'Deployment'), NONE)
      assert.deepEqual(pair.live, pair.desired)
    }),
  )
})

test('a field that was applied and is taken out is a difference', () => {
  fc.assert(
    fc.property(fc.dictionary(name, json, { minKeys: 1 }), fc.nat(), (spec, turn) => {
      const names = Object.keys(spec).filter((each) => spec[each] !== null)
      fc.pre(names.length > 0)
      const gone = names[turn % names.length] ?? ''
      const { [gone]: _, ...rest } = spec
      const live = object(
        served(spec, () => ({ zz: 1 })),
        applied(object(spec)),
      )
      const pair = comparable(object(rest), live, NONE)
      assert.notDeepEqual(pair.live, pair.desired)
      assert.ok(Object.hasOwn(pair.live.spec as Map, gone))
      const both = comparable(object(spec), live, NONE)
      assert.deepEqual(both.live, both.desired)
    }),
  )
})

function objectsIn(value: unknown, found = new Set<object>()): Set<object> {
  if (typeof value !== 'object' || value === null) return found
  found.add(value)
  for (const each of Object.values(value)) objectsIn(each, found)
  return found
}

const weird = fc.oneof(json, fc.jsonValue(), fc.anything({ maxDepth: 3 }))
const shape = fc.record(
  {
    apiVersion: fc.oneof(fc.constantFrom('v1', 'apps/v1', 'example.org/v1'), weird),
    kind: fc.oneof(fc.constantFrom('Secret', 'Deployment', 'Widget', 'ClusterRole'), weird),
    metadata: fc.oneof(
      weird,
      fc.record(
        {
          annotations: fc.oneof(weird, fc.record({ [LAST_APPLIED]: fc.oneof(fc.json(), weird) })),
          managedFields: fc.oneof(
            weird,
            fc.array(
              fc.record({
                manager: fc.constantFrom('argocd-controller', 'other'),
                operation: fc.constant('Apply'),
                apiVersion: fc.constantFrom('v1', 'apps/v1', 'example.org/v1'),
                fieldsV1: fc.dictionary(
                  fc.oneof(
                    name.map((each) => `f:${each}`),
                    fc.constantFrom('f:spec', 'k:{', 'k:{"a":1}', 'v:"x"', '.'),
                  ),
                  weird,
                ),
              }),
            ),
          ),
        },
        { requiredKeys: [] },
      ),
    ),
    spec: weird,
    data: weird,
    stringData: weird,
  },
  { requiredKeys: [] },
)

test('never throws, and shares nothing with what it was given', () => {
  fc.assert(
    fc.property(shape, shape, fc.array(fc.string()), (desired, live, words) => {
      const pointers = words.flatMap((word) => [word, `/spec/${word}`])
      const options = { ignoredPointers: pointers, ignoredManagers: ['other'] }
      const given = objectsIn([desired, live])
      const pair = comparable(desired, live, options)
      for (const each of objectsIn(pair)) assert.ok(!given.has(each))
    }),
    { numRuns: 500 },
  )
})
