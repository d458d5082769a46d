import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PreviewKey, PreviewObject } from '../../../render/preview/model.ts'
import { compareStates } from '../../../render/preview/preview.ts'
import type { Phase } from '../../support/preview-state.ts'
import { deployment, phaseSecret, previewState, printOf } from '../../support/preview-state.ts'

interface Difference {
  readonly objects: readonly PreviewObject[]
  readonly secret: PreviewObject | undefined
  readonly web: PreviewObject | undefined
}

async function difference(
  [before, beforeValues]: readonly [string, Phase?],
  [after, afterValues]: readonly [string, Phase?],
): Promise<Difference> {
  const [base, head] = [
    await previewState(before, beforeValues),
    await previewState(after, afterValues),
  ]
  const { objects } = compareStates(base, head, undefined)
  const find = (kind: string) => objects.find((each) => each.kind === kind)
  return { objects, secret: find('Secret'), web: find('Deployment') }
}

const keyList = (secret: PreviewObject | undefined): string[] =>
  (secret?.secret?.keys ?? []).map(({ key, change, renamedFrom }) =>
    [change, key, renamedFrom].filter(Boolean).join(' '),
  )

const cases: readonly {
  name: string
  before: Record<string, string>
  after: Record<string, string>
  want: string[]
}[] = [
  { name: 'nothing', before: { A: '1' }, after: { A: '1' }, want: ['same A'] },
  { name: 'a new key', before: { A: '1' }, after: { A: '1', B: '2' }, want: ['same A', 'added B'] },
  {
    name: 'a key that is gone',
    before: { A: '1', B: '2' },
    after: { A: '1' },
    want: ['same A', 'removed B'],
  },
  { name: 'a changed value', before: { A: '1' }, after: { A: '2' }, want: ['changed A'] },
  { name: 'a renamed key', before: { A: '1' }, after: { B: '1' }, want: ['renamed B A'] },
  {
    name: 'two keys that could be the old one: nobody guesses',
    before: { A: '1' },
    after: { B: '1', C: '1' },
    want: ['removed A', 'added B', 'added C'],
  },
  {
    name: 'swapped values are two changes',
    before: { A: '1', B: '2' },
    after: { A: '2', B: '1' },
    want: ['changed A', 'changed B'],
  },
]

for (const { name, before, after, want } of cases) {
  test(`keys: ${name}`, async () => {
    const { secret } = await difference(
      [phaseSecret('prod'), { prod: before }],
      [phaseSecret('prod'), { prod: after }],
    )
    assert.deepEqual(keyList(secret), want)
    const isSame = want.every((each) => each.startsWith('same'))
    assert.equal(secret?.change, isSame ? 'same' : 'changed')
  })
}

test('a changed key has the fingerprints of both values, and the values are nowhere', async () => {
  const { objects, secret } = await difference(
    [phaseSecret('prod'), { prod: { A: 'first-value' } }],
    [phaseSecret('prod'), { prod: { A: 'second-value' } }],
  )
  const [key] = secret?.secret?.keys ?? []
  const want: PreviewKey = {
    key: 'A',
    change: 'changed',
    value: { fingerprint: printOf('second-value') },
    before: { fingerprint: printOf('first-value') },
  }
  assert.deepEqual(key, want)
  assert.doesNotMatch(JSON.stringify(objects), /first-value|second-value/)
})

test('another environment is told, with what is the same all the same', async () => {
  const values = { dev: { A: '1', B: '2' }, prod: { A: '1', B: '3' } }
  const { secret } = await difference([phaseSecret('dev'), values], [phaseSecret('prod'), values])
  assert.deepEqual(keyList(secret), ['same A', 'changed B'])
  assert.equal(secret?.secret?.originBefore?.environment, 'dev')
  assert.equal(secret?.secret?.origin?.environment, 'prod')
  const paths = secret?.diff?.operations.map(({ path }) => path)
  assert.deepEqual(paths, ['/metadata/annotations/secrets.phase.dev~1environment-id'])
})

test('the type and the metadata of a Secret are in its diff', async () => {
  const target = '      template: { metadata: { labels: { team: shop } } }\n'
  const { secret } = await difference(
    [phaseSecret('prod'), { prod: { A: '1' } }],
    [phaseSecret('prod', target), { prod: { A: '1' } }],
  )
  assert.equal(secret?.change, 'changed')
  assert.ok(secret?.diff?.hunks.some(({ lines }) => lines.includes('+    team: shop')))
  assert.doesNotMatch(JSON.stringify(secret.diff), /"data"/)
})

test('objects are added, removed and changed; order and place of the head win', async () => {
  const map = (name: string, value: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { A: ${value} }\n---\n`
  const { objects } = await difference(
    [map('gone', 'x') + map('kept', 'x') + map('edited', 'x'), {}],
    [map('edited', 'z') + map('new', 'x') + map('kept', 'x'), {}],
  )
  assert.deepEqual(
    objects.map(({ name, change }) => `${name} ${change}`),
    ['edited changed', 'new added', 'kept same', 'gone removed'],
  )
  assert.deepEqual(objects[0]?.diff?.operations, [{ op: 'replace', path: '/data/A', value: 'z' }])
  assert.deepEqual(objects[1]?.diff?.hunks[0]?.lines.slice(0, 2), ['+apiVersion: v1', '+data:'])
})

test('the order of fields, comments and quotes are no difference; another version of the API is', async () => {
  const { objects } = await difference(
    ['apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { A: "1", B: "2" }\n', {}],
    [
      '# hello\nkind: ConfigMap\ndata:\n  B: \'2\'\n  A: "1"\nmetadata: { name: a }\napiVersion: v1\n',
      {},
    ],
  )
  assert.deepEqual(
    objects.map(({ change }) => change),
    ['same'],
  )
  const kind = 'kind: HorizontalPodAutoscaler\nmetadata: { name: a }\n'
  const version = await difference(
    [`apiVersion: autoscaling/v1\n${kind}`, {}],
    [`apiVersion: autoscaling/v2\n${kind}`, {}],
  )
  assert.deepEqual(
    version.objects.map(({ change }) => change),
    ['changed'],
  )
})

test('a Secret of Git is compared by its values too, whether data or stringData has them', async () => {
  const secret = (data: string) =>
    `apiVersion: v1\nkind: Secret\nmetadata: { name: own }\n${data}\n`
  const same = await difference(
    [secret('data: { A: c2VjcmV0 }'), {}],
    [secret('stringData: { A: secret }'), {}],
  )
  assert.equal(same.secret?.change, 'same')
  const other = await difference(
    [secret('data: { A: c2VjcmV0 }'), {}],
    [secret('stringData: { A: other }'), {}],
  )
  assert.deepEqual(keyList(other.secret), ['changed A'])
  assert.doesNotMatch(JSON.stringify(other.objects), /c2VjcmV0|: ?"(secret|other)"/)
})

test('without a token: the same place is the same, another one is not known', async () => {
  const app = (environment: string) => phaseSecret(environment) + deployment({ key: 'A' })
  const same = await difference([app('prod')], [app('prod')])
  assert.deepEqual([same.secret?.change, same.web?.workload?.rolls], ['same', 'no'])
  assert.deepEqual(keyList(same.secret), ['same A'])
  assert.equal(same.secret?.secret?.isComplete, false)
  const moved = await difference([app('dev')], [app('prod')])
  assert.deepEqual(keyList(moved.secret), ['unknown A'])
  assert.equal(moved.web?.workload?.rolls, 'unknown')
  const whole = await difference(
    [phaseSecret('dev') + deployment()],
    [phaseSecret('prod') + deployment()],
  )
  assert.deepEqual(
    [whole.web?.workload?.rolls, whole.web?.workload?.because],
    ['unknown', [{ secret: 'web', key: '*', change: 'unknown' }]],
  )
  const used = await difference(
    [phaseSecret('prod') + deployment({ key: 'A' })],
    [phaseSecret('prod') + deployment({ key: 'B' })],
  )
  assert.deepEqual(keyList(used.secret), ['same A', 'same B'])
})

test('what names no namespace is in the destination of the Application, if it has one there', async () => {
  const yaml =
    phaseSecret('prod') +
    deployment() +
    'kind: Namespace\napiVersion: v1\nmetadata: { name: shop }\n'
  const state = await previewState(yaml, { prod: { A: '1' } })
  const spaces = (namespace: string | undefined) =>
    compareStates(state, state, namespace).objects.map((each) => `${each.kind} ${each.namespace}`)
  assert.deepEqual(spaces('shop'), ['Secret shop', 'Deployment shop', 'Namespace undefined'])
  assert.deepEqual(spaces(undefined), [
    'Secret undefined',
    'Deployment undefined',
    'Namespace undefined',
  ])
})

test('objects that share a generated name: equal ones belong together, whatever their order', async () => {
  const job = (image: string) => `apiVersion: batch/v1
kind: Job
metadata: { generateName: migrate- }
spec: { template: { spec: { containers: [{ name: a, image: ${image} }] } } }
---
`
  const changes = async (before: string, after: string) =>
    (await difference([before, {}], [after, {}])).objects.map(({ change }) => change)
  const [one, two, three] = ['one', 'two', 'three'].map(job)
  assert.deepEqual(await changes(`${one}${two}`, `${one}${two}`), ['same', 'same'])
  assert.deepEqual(await changes(`${one}${two}`, `${two}${one}`), ['same', 'same'])
  assert.deepEqual(await changes(`${one}${two}`, `${two}`), ['same', 'removed'])
  assert.deepEqual(await changes(`${one}${two}`, `${three}${two}`), ['changed', 'same'])
  assert.deepEqual(await changes(`${one}`, `${one}${one}`), ['same', 'added'])
})
