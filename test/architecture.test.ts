// The arrows of CONTRIBUTING.md, as a table: cmp → render → manifests.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'

const sources = ['cmp', 'render', 'manifests'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
)

/** What each module imports: repository paths, or package names. */
const imports = new Map(
  sources.map((path) => {
    const text = readFileSync(path, 'utf8')
    const found = [
      ...text.matchAll(/^(?:import|export)\s(?:[^'";=(]*?\sfrom\s)?['"]([^'"]+)['"]/gm),
      ...text.matchAll(/\bimport\(['"]([^'"]+)['"]\)/g),
    ]
    const targets = found.map(([, target]) => target ?? '')
    return [
      path,
      targets.map((to) => (to.startsWith('.') ? normalize(join(dirname(path), to)) : to)),
    ]
  }),
)

/** The only packages and built-in modules that may be named below a path; the first match counts. */
const outside: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^manifests\/diff\//, ['yaml', 'fast-json-patch', 'diff']],
  [/^manifests\/encryption\/targets\/static-pod-edit\.ts$/, ['yaml', 'fast-json-patch']],
  // Paths of nodes are POSIX paths, whatever this runs on.
  [/^manifests\/encryption\/targets\/api-server\.ts$/, ['node:path']],
  [/^manifests\/check\/patch\.ts$/, ['fast-json-patch']],
  [/^manifests\//, ['yaml', 'node:crypto']],
  [
    /^render\/phase\//,
    [
      'libsodium-wrappers',
      'https-proxy-agent',
      'node:crypto',
      'node:http',
      'node:https',
      'node:timers/promises',
    ],
  ],
  [/^render\//, ['yaml', 'node:crypto']],
]

/** Which folders a path may reach; the first match counts. */
const inside: readonly (readonly [RegExp, RegExp])[] = [
  [
    /^cmp\/sources\//,
    /^cmp\/(sources\/|(abortable|io|read-file|settings)\.ts)|^render\/tenancy\/policy\.ts|^manifests\//,
  ],
  // Untrusted text: nothing of the process, nor of what a render may do.
  [/^cmp\/check\/policy\//, /^cmp\/check\/policy\/|^manifests\//],
  [
    /^cmp\/config\//,
    /^cmp\/(config\/|check\/policy\/|settings\.ts|watch\/(section|settings)\.ts)|^render\/(tenancy\/policy|phase\/source|model|source)\.ts|^manifests\//,
  ],
  [
    /^cmp\/sealed-cache\//,
    /^cmp\/(sealed-cache\/|(read-file|settings)\.ts)|^render\/phase\/source\.ts|^manifests\//,
  ],
  // What follows from what happened: no clock, nothing outside.
  [/^cmp\/watch\/ledger\//, /^cmp\/watch\/(ledger\/|model\.ts)/],
  // The parts of watch know the nouns, never each other.
  [
    /^cmp\/watch\/argocd\//,
    /^cmp\/(watch\/(argocd\/|(model|settings)\.ts)|(authorities|token-file)\.ts)|^render\/(phase\/(http|transport)|stamp)\.ts|^manifests\//,
  ],
  [
    /^cmp\/watch\/phase\//,
    /^cmp\/(watch\/(phase\/|(alarm|model|settings|events)\.ts)|(authorities|read-file|token-file)\.ts)|^render\/(phase\/|source\.ts)|^manifests\//,
  ],
  [
    /^cmp\/watch\/(state|election|kubernetes)\//,
    /^cmp\/(watch\/(state|election|kubernetes)\/|watch\/(model|settings|events)\.ts|(abortable|client-configuration|kubeconfig|new-file|read-file|settings)\.ts)|^render\/phase\/retry\.ts|^manifests\//,
  ],
  // Formats know a finished preview, which has no value in it, and nothing of how it was made.
  [
    /^cmp\/preview\/formats\//,
    /^cmp\/(preview\/formats\/|formats\/|visible\.ts)|^render\/preview\/model\.ts|^manifests\/(diff\/|problem\.ts)/,
  ],
  [
    /^cmp\/check\/formats\//,
    /^cmp\/(check\/formats\/|formats\/|(visible|version)\.ts)|^manifests\/(check\/(model|report)|rbac\/model|problem)\.ts/,
  ],
  [/^cmp\/formats\//, /^cmp\/(formats\/|visible\.ts)|^manifests\/problem\.ts/],
  [/^cmp\//, /^(cmp|render|manifests)\/|^package\.json$/],
  [/^render\/phase\//, /^render\/(phase\/|(source|paths)\.ts)|^manifests\//],
  [/^render\/plan\.ts$/, /^(render|manifests)\//],
  [/^render\/render\.ts$/, /^render\/(plan|print-stream|fetch|seal|model)\.ts|^manifests\//],
  [
    /^render\/preview\//,
    /^render\/(preview\/|(plan|print-stream|stamp|model|source|paths)\.ts)|^manifests\//,
  ],
  [/^render\/tenancy\//, /^render\/(tenancy\/|(model|source|paths)\.ts)|^manifests\//],
  [
    /^render\/check\//,
    /^render\/(check\/|(plan|model|phase-secret|authorize|tenancy\/hosts)\.ts)|^manifests\//,
  ],
  [/^render\/authorize\.ts$/, /^render\/(tenancy\/|(model|source)\.ts)|^manifests\//],
  // A stage knows the nouns and what a Kubernetes document is, never another stage.
  [/^render\//, /^render\/(model|source|key-names|paths|tenancy\/policy)\.ts|^manifests\//],
  [/^manifests\//, /^manifests\//],
]

test('the source was found', () => {
  assert.ok(sources.length > 20, `${sources.length} files`)
})

for (const [path, targets] of imports) {
  test(`${path} imports only what it may`, () => {
    const reach = inside.find(([from]) => from.test(path))?.[1]
    const packages = outside.find(([from]) => from.test(path))?.[1]
    for (const to of targets) {
      if (sources.includes(to) || to.endsWith('.json')) assert.match(to, reach ?? /never/, to)
      else if (packages !== undefined) assert.ok(packages.includes(to), `${path} imports ${to}`)
    }
  })
}

test('there are no import cycles', () => {
  const done = new Set<string>()
  const visit = (path: string, above: readonly string[]): void => {
    assert.ok(!above.includes(path), `cycle: ${[...above, path].join(' → ')}`)
    if (done.has(path)) return
    for (const to of imports.get(path) ?? []) if (imports.has(to)) visit(to, [...above, path])
    done.add(path)
  }
  for (const path of sources) visit(path, [])
})

test('a file is one room', () => {
  for (const path of sources) {
    const lines = readFileSync(path, 'utf8').split('\n').length
    assert.ok(lines <= 251, `${path} has ${lines} lines`)
  }
})

test('no process, console or environment below cmp', () => {
  for (const path of sources.filter((name) => !name.startsWith('cmp/'))) {
    const code = readFileSync(path, 'utf8').replace(/^\s*(\/\/|\*|\/\*).*$/gm, '')
    assert.doesNotMatch(code, /\bprocess\.|\bconsole\.(log|error|warn|info|debug|table)\b/, path)
  }
})

test('only the environment module names variables, only main has the process', () => {
  for (const path of sources.filter((name) => name.startsWith('cmp/') && name !== 'cmp/main.ts')) {
    const text = readFileSync(path, 'utf8')
    assert.doesNotMatch(text, /\bprocess\.(env|exit|stdout|stderr|argv|stdin)\b/, path)
    if (path !== 'cmp/environment.ts') assert.doesNotMatch(text, /\benv\.[A-Z]/, path)
  }
})
