// What a repository may hold beside a PhaseSecret, and what comes of it in Argo CD.
import { configMap, deployment, phaseSecret } from './manifests.ts'

export interface Case {
  readonly name: string
  /** Beside `m.yaml`, which asks for Secret `shop`; files are read in the order of their names. */
  readonly files: Readonly<Record<string, string>>
  /** What arrives beside Secret `shop`, all of it; or the error that Argo CD shows. */
  readonly outcome: readonly string[] | RegExp
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

export const cases: readonly Case[] = [
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
  {
    name: 'a List in a List',
    files: { 'a.yaml': list(list(own)) },
    outcome: says(/a List inside a List/),
  },
  {
    name: 'a List of another kind',
    files: { 'a.yaml': list(own).replace('kind: List', 'kind: PodList') },
    outcome: ['Secret/other'],
  },
  {
    name: 'a List whose items are more than a list',
    files: { 'a.yaml': `${list(own)}kind: 5\n` },
    outcome: says(/already in the same map/),
  },
  {
    name: 'a Secret in Git with numbers',
    files: { 'z.yaml': gitSecret('data:\n  A: 5\n') },
    outcome: ['Secret/in-git'],
  },
  {
    name: 'a Secret in Git that is no base64',
    files: { 'a.yaml': gitSecret('data:\n  A: "%"\n') },
    outcome: ['Secret/in-git'],
  },
  {
    name: 'a Secret in Git with stringData that is none',
    files: { 'z.yaml': gitSecret('stringData: [1]\n') },
    outcome: ['Secret/in-git'],
  },
  {
    name: 'a Secret in Git under our name',
    files: { 'z.yaml': gitSecret('').replace('in-git', 'shop') },
    outcome: says(/already has this object/),
  },
  {
    name: 'keys twice',
    files: { 'z.yaml': `${configMap('x', {})}`.replace('"data":{}', '"data":{},"data":{}') },
    outcome: ['ConfigMap/x'],
  },
  {
    name: 'labels that are numbers',
    files: { 'z.yaml': configMap('x', {}).replace('"name":"x"', '"name":"x","labels":{"a":1}') },
    outcome: ['ConfigMap/x'],
  },
  {
    name: 'annotations that are a list',
    files: { 'z.yaml': configMap('x', {}).replace('"name":"x"', '"name":"x","annotations":[1]') },
    outcome: /accessor error: \[1\] is of the type/,
  },
  { name: 'JSON before', files: { 'a.json': configMap('x', {}) }, outcome: ['ConfigMap/x'] },
  {
    name: 'JSON before, over many lines',
    files: { 'a.json': JSON.stringify(JSON.parse(configMap('x', {})), null, 2) },
    outcome: ['ConfigMap/x'],
  },
  {
    name: 'a JSON array before',
    files: { 'a.json': `[${configMap('x', {}).trim()}]` },
    outcome: says(/is not a map/),
  },
  {
    name: 'two JSON documents in one file',
    files: { 'a.json': `${configMap('x', {})}${configMap('y', {})}` },
    outcome: says(/more than one JSON value/),
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
    outcome: ['ConfigMap/x'],
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
    files: { 'a.yaml': `${nameless}kind: ConfigMap\n...\n` },
    outcome: ['ConfigMap/x'],
  },
  {
    name: 'a directive',
    files: { 'a.yaml': `%YAML 1.1\n---\n${configMap('x', {})}` },
    outcome: says(/directive/),
  },
  {
    name: 'Windows line ends',
    files: { 'a.yaml': `${nameless}kind: ConfigMap\n---\n`.replaceAll('\n', '\r\n') },
    outcome: ['ConfigMap/x'],
  },
  {
    name: 'a byte order mark',
    files: { 'a.yaml': `\u{feff}${configMap('x', {})}` },
    outcome: ['ConfigMap/x'],
  },
  {
    name: 'line breaks that only YAML 1.1 knows',
    files: { 'a.yaml': `# a\u0085kind: Pod\u2028x: y\n${configMap('x', {})}` },
    outcome: /ends the line to Kubernetes/,
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
    outcome: ['ConfigMap/x'],
  },
  {
    name: 'a separator in an annotation of ours',
    files: {
      'a.yaml': `${own}      template:\n        metadata:\n          annotations:\n            note: "a\\n---\\nkind: Pod\\n"\n`,
    },
    outcome: ['Secret/other'],
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
    outcome: ['Deployment/x'],
  },
  {
    name: 'a workload to stamp without a kind',
    files: { 'z.yaml': deployment('x', 'shop').replace('kind: Deployment\n', '') },
    outcome: says(/kind is missing/),
  },
]
