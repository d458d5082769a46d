// Nothing that a repository holds beside a PhaseSecret can make Argo CD quote a value of Phase. Argo CD
// quotes whole documents that it cannot read, so this is about what stands before, in and after ours.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { errorOf } from './support/errors.ts'
import { findLeaks, place, writtenPlaces } from './support/leaks.ts'
import { configMap, decoded, deployment, objectsOf, phaseSecret } from './support/manifests.ts'
import type { Values } from './support/phase.ts'
import { secretValue } from './support/phase.ts'
import { kindOfKey } from './support/redis.ts'
import type { AppSource } from './support/repo-server.ts'
import type { Stack } from './support/stack.ts'
import { PLUGIN, pluginConfig, startStack } from './support/stack.ts'

const values: Values = {
  Production: {
    API_KEY: secretValue('api-key'),
    BREAKS: `${secretValue('breaks')}\n---\nkind: Pod\n--- x\n...\n{"kind": 5}`,
    LONG: `${secretValue('long')}${'0123456789abcdef'.repeat(4096)}`,
  },
}
const hard = { noCache: true }
let stack: Stack

before(async () => {
  stack = await startStack(values)
})
after(() => stack.end())

interface Case {
  readonly name: string
  /** Beside `m.yaml`, which asks for Secret `shop`; files are read in the order of their names. */
  readonly files: Readonly<Record<string, string>>
  /** `renders`, or the error that Argo CD shows. */
  readonly outcome: 'renders' | RegExp
}

const list = (...items: readonly string[]): string =>
  `apiVersion: v1\nkind: List\nitems:\n${items.map((item) => item.replace(/^/gm, '    ').replace('    ', '  - ').trimEnd()).join('\n')}\n`
const own = phaseSecret('other')
const nameless = 'apiVersion: v1\nmetadata:\n  name: x\n'
const gitSecret = (text: string): string =>
  `apiVersion: v1\nkind: Secret\nmetadata:\n  name: in-git\n${text}`

/** The plugin refuses: where, and what it says. */
const says = (words: RegExp): RegExp =>
  new RegExp(`failed exit status 1: error: [amz]\\.(yaml|json):\\d+:\\d+: .*${words.source}`)
/** Argo CD refuses what the plugin passes through, since it is not ours, with the place alone. */
const unreadable =
  /failed to unmarshal manifest: error converting YAML to JSON: yaml: line \d+: [\w ,':}<>]+$/

const cases: readonly Case[] = [
  {
    name: 'a document without kind before',
    files: { 'a.yaml': nameless },
    outcome: says(/kind is missing/),
  },
  {
    name: 'a document without kind after',
    files: { 'z.yaml': nameless },
    outcome: says(/kind is missing/),
  },
  {
    name: 'a kind that is a number',
    files: { 'a.yaml': 'apiVersion: v1\nkind: 5\n' },
    outcome: says(/kind is not text/),
  },
  {
    name: 'a kind that is a list',
    files: { 'a.yaml': 'apiVersion: v1\nkind: [Pod]\n' },
    outcome: says(/kind is not text/),
  },
  {
    name: 'a document that is a text',
    files: { 'z.yaml': 'only words\n' },
    outcome: says(/is not a map/),
  },
  {
    name: 'a List with a document without kind beside ours',
    files: { 'a.yaml': list(own, nameless) },
    outcome: says(/kind is missing/),
  },
  {
    name: 'a List that holds ours twice',
    files: { 'a.yaml': list(own, own) },
    outcome: says(/already has this object/),
  },
  { name: 'a List in a List', files: { 'a.yaml': list(list(own)) }, outcome: 'renders' },
  {
    name: 'a List of another kind',
    files: { 'a.yaml': list(own).replace('kind: List', 'kind: PodList') },
    outcome: 'renders',
  },
  {
    name: 'a List whose items are more than a list',
    files: { 'a.yaml': `${list(own)}kind: 5\n` },
    outcome: says(/already in the same map/),
  },
  {
    name: 'a Secret in Git with numbers',
    files: { 'z.yaml': gitSecret('data:\n  A: 5\n') },
    outcome: 'renders',
  },
  {
    name: 'a Secret in Git that is no base64',
    files: { 'a.yaml': gitSecret('data:\n  A: "%"\n') },
    outcome: 'renders',
  },
  {
    name: 'a Secret in Git with stringData that is none',
    files: { 'z.yaml': gitSecret('stringData: [1]\n') },
    outcome: 'renders',
  },
  {
    name: 'a Secret in Git under our name',
    files: { 'z.yaml': gitSecret('').replace('in-git', 'shop') },
    outcome: says(/already has this object/),
  },
  {
    name: 'keys twice',
    files: { 'z.yaml': `${configMap('x', {})}`.replace('"data":{}', '"data":{},"data":{}') },
    outcome: 'renders',
  },
  {
    name: 'labels that are numbers',
    files: { 'z.yaml': configMap('x', {}).replace('"name":"x"', '"name":"x","labels":{"a":1}') },
    outcome: 'renders',
  },
  {
    name: 'annotations that are a list',
    files: { 'z.yaml': configMap('x', {}).replace('"name":"x"', '"name":"x","annotations":[1]') },
    outcome: /accessor error: \[1\] is of the type/,
  },
  { name: 'JSON before', files: { 'a.json': configMap('x', {}) }, outcome: 'renders' },
  {
    name: 'JSON before, over many lines',
    files: { 'a.json': JSON.stringify(JSON.parse(configMap('x', {})), null, 2) },
    outcome: 'renders',
  },
  {
    name: 'a JSON array before',
    files: { 'a.json': `[${configMap('x', {}).trim()}]` },
    outcome: says(/is not a map/),
  },
  {
    name: 'two JSON documents in one file',
    files: { 'a.json': `${configMap('x', {})}${configMap('y', {})}` },
    outcome: 'renders',
  },
  {
    name: 'broken JSON before',
    files: { 'a.json': '{"apiVersion": "v1", "kind": "ConfigMap",' },
    outcome: unreadable,
  },
  {
    name: 'a quotation mark that is not closed',
    files: { 'a.yaml': 'apiVersion: v1\nkind: "ConfigMap\n' },
    outcome: unreadable,
  },
  {
    name: 'an open bracket',
    files: { 'a.yaml': 'apiVersion: v1\nkind: ConfigMap\ndata: {a: b\n' },
    outcome: unreadable,
  },
  {
    name: 'a block that keeps its line breaks',
    files: { 'a.yaml': `${nameless}kind: ConfigMap\ndata:\n  a: |+\n    x\n\n\n` },
    outcome: 'renders',
  },
  {
    name: 'content on the separator',
    files: { 'a.yaml': `${configMap('x', {})}--- {kind: Pod}\n` },
    outcome: says(/begins with '---'/),
  },
  {
    name: 'four dashes',
    files: { 'a.yaml': `${configMap('x', {})}----\n` },
    outcome: says(/begins with '---'/),
  },
  {
    name: 'the end of a stream',
    files: { 'a.yaml': `${configMap('x', {})}...\n` },
    outcome: 'renders',
  },
  {
    name: 'a directive',
    files: { 'a.yaml': `%YAML 1.1\n---\n${configMap('x', {})}` },
    outcome: unreadable,
  },
  {
    name: 'Windows line ends',
    files: { 'a.yaml': `${nameless}kind: ConfigMap\n---\n`.replaceAll('\n', '\r\n') },
    outcome: 'renders',
  },
  {
    name: 'a byte order mark',
    files: { 'a.yaml': `\u{feff}${configMap('x', {})}` },
    outcome: 'renders',
  },
  {
    name: 'line breaks that only YAML 1.1 knows',
    files: { 'a.yaml': `# a\u0085kind: Pod\u2028x: y\n${configMap('x', {})}` },
    outcome: unreadable,
  },
  {
    name: 'tabs',
    files: { 'a.yaml': 'apiVersion: v1\nkind: ConfigMap\ndata:\n\ta: b\n' },
    outcome: unreadable,
  },
  {
    name: 'aliases that grow',
    files: {
      'z.yaml': `${nameless}kind: ConfigMap\ndata:\n  a: &a [x, x]\n  b: &b [*a, *a]\n  c: [*b, *b]\n`,
    },
    outcome: 'renders',
  },
  {
    name: 'a separator in an annotation of ours',
    files: {
      'a.yaml': `${own}      template:\n        metadata:\n          annotations:\n            note: "a\\n---\\nkind: Pod\\n"\n`,
    },
    outcome: 'renders',
  },
  {
    name: 'a label of ours that is a number',
    files: {
      'a.yaml': `${own}      template:\n        metadata:\n          labels:\n            a: 5\n`,
    },
    outcome: says(/is a number, not a string/),
  },
  {
    name: 'a workload to stamp whose annotations are a text',
    files: {
      'z.yaml': deployment('x', 'shop').replace(
        '      labels:\n',
        '      annotations: none\n      labels:\n',
      ),
    },
    outcome: says(/cannot be edited in place/),
  },
  {
    name: 'a workload to stamp with annotations of numbers',
    files: {
      'z.yaml': deployment('x', 'shop').replace(
        '      labels:\n',
        '      annotations:\n        a: 5\n      labels:\n',
      ),
    },
    outcome: 'renders',
  },
  {
    name: 'a workload to stamp without a kind',
    files: { 'z.yaml': deployment('x', 'shop').replace('kind: Deployment\n', '') },
    outcome: says(/kind is missing/),
  },
]

function commit(index: number, { files }: Case): AppSource {
  const folder = `case-${index}`
  const all = Object.entries({ 'm.yaml': phaseSecret('shop'), ...files })
  const revision = stack.repository.commit(
    Object.fromEntries(all.map(([name, text]) => [`${folder}/${name}`, text])),
  )
  return { app: folder, url: stack.repository.url, revision, path: folder, plugin: PLUGIN }
}

test('the search finds a leak where there is one', async () => {
  const leak = secretValue('control')
  const secret = `apiVersion: v1\ndata:\n  KEY: ${Buffer.from(leak).toString('base64')}\n`
  const revision = stack.repository.commit({ 'control/secret.txt': secret })
  const config = pluginConfig('leaky', ['cat', 'secret.txt'])
  await stack.addSidecar({ name: 'leaky', config, env: {} })
  const { url } = stack.repository
  const source = { app: 'control', url, revision, path: 'control', plugin: 'leaky' }
  const shown = await errorOf(stack.repoServer.generate(source, hard))
  const control = new Map([['the control', leak]])
  assert.notDeepEqual(findLeaks(place('the error', shown), control), [])
  const logs = findLeaks(stack.processes.logs(), control)
  assert.ok(
    logs.some((line) => line.startsWith('repo-server.log')),
    `${logs}`,
  )
})

describe('beside a PhaseSecret', () => {
  for (const [index, each] of cases.entries()) {
    test(each.name, async () => {
      const source = commit(index, each)
      if (each.outcome === 'renders') {
        const { manifests } = await stack.repoServer.generate(source, hard)
        const secret = objectsOf(manifests).get('Secret/shop')
        assert.ok(secret !== undefined)
        assert.deepEqual(decoded(secret), values.Production)
        if (process.env.SHOW) console.log(each.name, '=>', [...objectsOf(manifests).keys()])
        return
      }
      const shown = await errorOf(stack.repoServer.generate(source, hard))
      if (process.env.SHOW) console.log(each.name, '=>', shown)
      assert.match(shown, each.outcome)
      assert.deepEqual(findLeaks(place('the error', shown), stack.phase.confidential()), [])
    })
  }
})

test('no log holds a value, and Redis only in the manifest cache', async () => {
  const leaks = findLeaks(await writtenPlaces(stack.processes), stack.phase.confidential())
  const kinds = new Set(leaks.map((leak) => kindOfKey(leak.split(':')[0] ?? '')))
  assert.deepEqual([...kinds], ['redis mfst'])
})
