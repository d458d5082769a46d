import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { describeState } from '../../../render/preview/preview.ts'
import type { Phase } from '../../support/preview-state.ts'
import {
  deployment,
  fingerprint,
  phaseSecret,
  previewState,
  printOf,
} from '../../support/preview-state.ts'

async function streamOf(
  yaml: string,
  phase?: Phase,
): Promise<{ text: string; notes: readonly string[] }> {
  const { preview, problems } = await describeState(
    await previewState(yaml, phase),
    fingerprint,
    undefined,
  )
  assert.deepEqual(problems, [])
  return { text: preview.stream ?? '', notes: preview.notes }
}

test('the stream is the one that generate prints, with fingerprints for values', async () => {
  const map = '# as it is\nkind: ConfigMap\napiVersion: v1\nmetadata:   { name: a }\n'
  const { text } = await streamOf(`${map}---\n${phaseSecret('prod')}${deployment()}`, {
    prod: { A: 'value-one', B: 'value-two' },
  })
  assert.ok(text.startsWith(`${map}---\n`), text)
  assert.match(text, new RegExp(`^  A: "<${printOf('value-one')}>"$`, 'm'))
  assert.match(text, /^ {8}secrets\.phase\.dev\/checksum: "<[0-9a-f]{12}>"$/m)
  assert.doesNotMatch(text, /value-one|value-two|PhaseSecret/)
  const kinds = parseAllDocuments(text).map((document) => document.toJS()?.kind)
  assert.deepEqual(kinds.filter(Boolean), ['ConfigMap', 'Secret', 'Deployment'])
})

test('so is an object of another kind that holds a Secret', async () => {
  const manifest =
    '{ kind: Secret, apiVersion: v1, metadata: { name: a }, stringData: { A: inner-value } }'
  const { text } = await streamOf(
    `apiVersion: example.com/v1\nkind: Object\nmetadata: { name: own }\nspec: { manifest: ${manifest} }\n`,
    {},
  )
  assert.match(text, new RegExp(`^ {6}A: <${printOf('inner-value')}>$`, 'm'))
  assert.doesNotMatch(text, /inner-value/)
})

test('a Secret of Git is printed anew, without its comments, which may hold values', async () => {
  const { text } = await streamOf(
    '# old-password\n--- # password\napiVersion: v1\nkind: Secret # was: old-password\nmetadata: { name: own }\nstringData:\n  A: new-password # todo\n',
    {},
  )
  assert.doesNotMatch(text, /password|todo/)
  assert.match(text, new RegExp(`^  A: <${printOf('new-password')}>$`, 'm'))
})

test('a List with a Secret in it too', async () => {
  const { text } = await streamOf(
    `apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: Secret, metadata: { name: own }, stringData: { A: list-password } }
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: map } }
  - apiVersion: secrets.phase.dev/v1alpha1
    kind: PhaseSecret
    metadata: { name: web }
    spec: { phaseApp: shop, phaseAppEnv: prod, managedSecretReferences: [{ secretName: web }] }
`,
    { prod: { B: 'phase-password' } },
  )
  assert.doesNotMatch(text, /password|PhaseSecret/)
  const [list] = parseAllDocuments(text)
  assert.deepEqual(
    list?.toJS().items.map(({ metadata }: { metadata: { name: string } }) => metadata.name),
    ['own', 'map', 'web'],
  )
})

test('a document that nobody can read is not shown, and the reader is told', async () => {
  const { text, notes } = await streamOf(
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n---\nkind: Secret\ndata: [password\n',
    {},
  )
  assert.doesNotMatch(text, /password/)
  assert.match(text, /^# a document that cannot be read/m)
  assert.deepEqual(notes, ['app.yaml:5: a document that cannot be read is not looked into'])
})

test('without a token the words say where a value would come from', async () => {
  const target = '      processors: { DB_URL: { asName: url }, CERT: { type: base64 } }\n'
  const { text, notes } = await streamOf(phaseSecret('prod', target) + deployment({ key: 'A' }))
  assert.match(text, /^ {2}url: "<text DB_URL from shop \/ prod, path \/>"$/m)
  assert.match(text, /^ {2}CERT: "<bytes CERT from shop \/ prod, path \/>"$/m)
  assert.match(text, /^ {2}A: "<text A from shop \/ prod, path \/>"$/m)
  assert.match(notes[0] ?? '', /no token/)
})

test('a document that is a thousand times as large when its aliases are followed is not', async () => {
  const uses = Array.from({ length: 900 }, (_, index) => `  k${index}: *a\n`).join('')
  const map = `kind: ConfigMap\napiVersion: v1\nmetadata: { name: a }\nx: &a ${'x'.repeat(100_000)}\ndata:\n${uses}`
  const { text, notes } = await streamOf(map, {})
  assert.match(text, /^# a document that cannot be read/m)
  assert.equal(notes.length, 1)
})
