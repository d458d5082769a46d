// RB047: types, namespaces and labels that make a Secret more than data.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factsOf, found } from '../../../support/check.ts'

const phaseSecret = (fields: string, namespace = 'web') => `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata: {name: web, namespace: ${namespace}}
spec:
  phaseApp: web
  managedSecretReferences:
    - secretName: web
      ${fields}
`
const LABEL = 'template: {metadata: {labels: {argocd.argoproj.io/secret-type: repository}}}'
const PROJECT = `---
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: a, namespace: gitops}
spec: {}
`

const rows: readonly (readonly [string, string, readonly (readonly [string, string?])[]])[] = [
  ['nothing', phaseSecret(''), []],
  ['Opaque', phaseSecret('secretType: Opaque'), []],
  ['TLS', phaseSecret('secretType: kubernetes.io/tls'), []],
  [
    'a token of a ServiceAccount',
    phaseSecret('secretType: kubernetes.io/service-account-token'),
    [
      [
        'gives Secret web the type kubernetes.io/service-account-token, which has Kubernetes put a ServiceAccount token without expiry into it',
      ],
    ],
  ],
  [
    'a bootstrap token',
    phaseSecret('secretType: bootstrap.kubernetes.io/token'),
    [
      [
        'gives Secret web the type bootstrap.kubernetes.io/token, which lets new nodes join the cluster',
      ],
    ],
  ],
  [
    'kube-system',
    phaseSecret('secretNamespace: kube-system'),
    [['writes Secret web into namespace kube-system, which belongs to the control plane']],
  ],
  [
    'its own namespace is kube-system',
    phaseSecret('', 'kube-system'),
    [['writes Secret web into namespace kube-system, which belongs to the control plane']],
  ],
  [
    "Argo CD's namespace",
    phaseSecret('secretNamespace: argocd'),
    [['writes Secret web into namespace argocd, which belongs to Argo CD']],
  ],
  [
    'a namespace with AppProjects',
    phaseSecret('', 'gitops') + PROJECT,
    [['writes Secret web into namespace gitops, which belongs to Argo CD']],
  ],
  [
    "Argo CD's label elsewhere",
    phaseSecret(LABEL),
    [["labels Secret web as one of Argo CD's clusters, repositories or credentials", 'medium']],
  ],
  [
    "Argo CD's label there",
    phaseSecret(LABEL, 'argocd'),
    [
      ['writes Secret web into namespace argocd, which belongs to Argo CD'],
      ["labels Secret web as one of Argo CD's clusters, repositories or credentials"],
    ],
  ],
  [
    "Argo CD's label in an open namespace",
    phaseSecret(LABEL).replace(', namespace: web', ''),
    [["labels Secret web as one of Argo CD's clusters, repositories or credentials"]],
  ],
]

for (const [name, text, expected] of rows) {
  test(name, () => {
    const findings = found('RB047', factsOf(text))
    assert.deepEqual(
      findings.map(({ message, severity }) => [message, ...(severity ? [severity] : [])]),
      expected,
    )
    for (const { at } of findings) assert.ok(at?.line === 7 || at?.line === 8)
  })
}

test('a type is put right, a label only by suggestion', () => {
  const fixOf = (fields: string) => found('RB047', factsOf(phaseSecret(fields)))[0]?.fix
  const type = fixOf('secretType: bootstrap.kubernetes.io/token')
  assert.deepEqual(type?.operations, [
    { op: 'replace', path: '/spec/managedSecretReferences/0/secretType', value: 'Opaque' },
  ])
  assert.equal(type?.isSafe, true)
  const label = fixOf(LABEL)
  const path =
    '/spec/managedSecretReferences/0/template/metadata/labels/argocd.argoproj.io~1secret-type'
  assert.deepEqual(label?.operations, [{ op: 'remove', path }])
  assert.equal(label?.isSafe, false)
  assert.equal(fixOf('secretNamespace: kube-system'), undefined)
})
