// RB051 and RB053: Applications of the default project, and those that reach beyond their project.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factsOf, found } from '../../../../support/check.ts'

const OWN = 'https://kubernetes.default.svc'
const project = (spec: string, name = 'web') => `---
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: ${name}, namespace: argocd}
spec:
  ${spec}
`
const application = (spec: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web, namespace: argocd}
spec:
  ${spec}
`
const set = (spec: string) => `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: web, namespace: argocd}
spec:
  template:
    spec:
      ${spec}
`

const defaults: readonly (readonly [string, string, line?: number])[] = [
  ['another', application('project: web')],
  ['default', application('project: default'), 5],
  ['none', application('source: {}'), 4],
  ['an empty one', application("project: ''"), 5],
  ['a set', set('project: default'), 7],
  ['a set with another', set('project: web')],
  ['a set with a template', set("project: '{{project}}'")],
  ['a set without one', set('source: {}')],
  ['another group', application('project: default').replace('argoproj.io', 'example.com')],
]

for (const [name, text, line] of defaults) {
  test(`RB051: ${name}`, () => {
    const findings = found('RB051', factsOf(text))
    assert.deepEqual(
      findings.map(({ at }) => at?.line),
      line === undefined ? [] : [line],
    )
  })
}

test('RB051: the only other project is suggested', () => {
  const fixOf = (text: string) => found('RB051', factsOf(text))[0]?.fix
  const one = project('description: a')
  assert.deepEqual(fixOf(application('project: default') + one)?.operations, [
    { op: 'replace', path: '/spec/project', value: 'web' },
  ])
  assert.deepEqual(fixOf(application('source: {}') + one)?.operations, [
    { op: 'add', path: '/spec/project', value: 'web' },
  ])
  assert.equal(fixOf(application('project: default') + one)?.isSafe, false)
  assert.equal(
    fixOf(application('project: default') + one + project('description: a', 'b')),
    undefined,
  )
  assert.equal(
    fixOf(application('project: default') + project('description: a', 'default')),
    undefined,
  )
})

const to = (fields: string) => application(`project: web\n  destination: {${fields}}`)
const only = (fields: string) => project(`destinations: [${fields}]`)
const WEB = `{server: '${OWN}', namespace: web}`

const places: readonly (readonly [string, string, where?: string])[] = [
  ['permitted', to(`server: '${OWN}', namespace: web`) + only(WEB)],
  ['permitted by name', to('name: in-cluster, namespace: web') + only(WEB)],
  ['of a name that nobody knows', to('name: east, namespace: web') + only(WEB)],
  ['without its project', to(`server: '${OWN}', namespace: shop`)],
  ['of two projects of one name', to(`server: '${OWN}', namespace: shop`) + only(WEB) + only(WEB)],
  [
    'another namespace',
    to(`server: '${OWN}', namespace: shop`) + only(WEB),
    `namespace "shop" of "${OWN}"`,
  ],
  [
    'another cluster',
    to('server: https://b, namespace: web') + only(WEB),
    'namespace "web" of "https://b"',
  ],
  ['no namespace', to(`server: '${OWN}'`) + only(WEB), `no namespace of "${OWN}"`],
  [
    'denied',
    to(`server: '${OWN}', namespace: kube-system`) +
      only(`{server: '*', namespace: '*'}, {server: '*', namespace: '!kube-*'}`),
    `namespace "kube-system" of "${OWN}"`,
  ],
  [
    'nothing is permitted',
    to(`server: '${OWN}', namespace: web`) + project('description: a'),
    `namespace "web" of "${OWN}"`,
  ],
  [
    'of two lines',
    to(`server: '${OWN}', namespace: "a\\nb"`) + only(WEB),
    `namespace "a?b" of "${OWN}"`,
  ],
]

for (const [name, text, where] of places) {
  test(`RB053: a destination ${name}`, () => {
    assert.deepEqual(
      found('RB053', factsOf(text)).map(({ message, at }) => [message, at?.line]),
      where === undefined ? [] : [[`deploys to ${where}, which AppProject web does not permit`, 6]],
    )
  })
}

const object = (apiVersion: string, kind: string, namespace?: string) => `---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: {name: a${namespace === undefined ? '' : `, namespace: ${namespace}`}}
`
const PHASE_SECRET = `---
apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata: {name: a}
spec:
  phaseApp: a
  managedSecretReferences: [{secretName: a}, {secretName: b, secretNamespace: shop}]
`
const IN_SHOP = 'goes to namespace "shop", which AppProject web does not permit'
const KIND = (kind: string) => `is of a kind, ${kind}, that AppProject web does not permit`

const renders: readonly (readonly [string, string, project: string, readonly string[]])[] = [
  ['nothing else', '', only(WEB), []],
  ['of its own namespace', object('v1', 'ConfigMap'), only(WEB), []],
  ['of the namespace by name', object('apps/v1', 'Deployment', 'web'), only(WEB), []],
  ['of another namespace', object('v1', 'ConfigMap', 'shop'), only(WEB), [IN_SHOP]],
  ['of a custom kind elsewhere', object('a.example/v1', 'Thing', 'shop'), only(WEB), [IN_SHOP]],
  ['of a custom kind that may be cluster-wide', object('a.example/v1', 'Thing'), only(WEB), []],
  ['of a cluster-wide kind', object('v1', 'Namespace'), only(WEB), [KIND('Namespace')]],
  [
    'of a cluster-wide kind with a namespace',
    object('v1', 'Namespace', 'shop'),
    only(WEB),
    [KIND('Namespace')],
  ],
  [
    'of a permitted cluster-wide kind',
    object('v1', 'Namespace'),
    only(`${WEB}]\n  clusterResourceWhitelist: [{group: '', kind: Namespace, name: a}`),
    [],
  ],
  [
    'of a forbidden kind',
    object('v1', 'ConfigMap'),
    only(`${WEB}]\n  namespaceResourceBlacklist: [{group: '', kind: Config*}`),
    [KIND('ConfigMap')],
  ],
  [
    'of no permitted kind',
    object('v1', 'ConfigMap'),
    only(`${WEB}]\n  namespaceResourceWhitelist: [`),
    [KIND('ConfigMap')],
  ],
  [
    'that Phase manages',
    PHASE_SECRET,
    only(`${WEB}]\n  namespaceResourceBlacklist: [{group: '*', kind: PhaseSecret}`),
    [`Secret shop/b ${IN_SHOP}`],
  ],
  [
    'that Phase manages, of a forbidden kind',
    PHASE_SECRET,
    only(
      `{server: '*', namespace: '*'}]\n  namespaceResourceBlacklist: [{group: '', kind: Secret}`,
    ),
    [`Secret shop/b ${KIND('Secret')}`, `Secret web/a ${KIND('Secret')}`],
  ],
]

for (const [name, text, owner, expected] of renders) {
  test(`RB053: a render with an object ${name}`, () => {
    const destination = { server: '', name: '', namespace: 'web' }
    const facts = factsOf(text + owner, { application: { project: 'web', destination } })
    assert.deepEqual(
      found('RB053', facts)
        .map(({ message }) => message)
        .sort(),
      expected,
    )
    assert.deepEqual(found('RB053', factsOf(text + owner)), [])
  })
}
