// Mistakes that other analysers of manifests were seen to make, and what is true instead. Each case is a
// manifest, what the peer makes of it, why that is wrong, and what we have to say.
import { readFileSync } from 'node:fs'

/** What `check` has to say of a manifest. */
export interface PeerCase {
  readonly peer: string
  readonly mistake: string
  /** What is so. */
  readonly truth: string
  readonly manifest: string
  /** All rules that find something. */
  readonly rules: readonly string[]
  /** All who read the Secret through the API; none unless said. */
  readonly read?: readonly string[]
  readonly write?: readonly string[]
  readonly pod?: readonly string[]
  readonly become?: readonly string[]
  readonly fails: boolean
}

const RBAC = 'rbac.authorization.k8s.io'
const SECRETS = "apiGroups: [''], resources: [secrets]"
const SEED = ['app.yaml', 'rbac.yaml']
  .map((name) => readFileSync(`fixtures/check/seed/input/${name}`, 'utf8'))
  .join('---\n')
const OF_ACCOUNT = 'default/keyspace-app-service-account'

export const MANAGED = `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata: {name: shop, namespace: shop}
spec:
  phaseApp: shop
  phaseAppEnv: production
  managedSecretReferences:
    - secretName: shop-secret
`

/** A Role or ClusterRole called `some`. */
function role(kind: string, rules: string, metadata = ''): string {
  const namespace = kind === 'Role' ? ', namespace: shop' : ''
  return `---
apiVersion: ${RBAC}/v1
kind: ${kind}
metadata: {name: some${namespace}${metadata}}
rules:
  - {${rules}}
`
}

/** A binding called `some`. */
function binding(kind: string, roleKind: string, subject = 'User ann', name = 'some'): string {
  const [subjectKind, subjectName] = subject.split(' ')
  const namespace = kind === 'RoleBinding' ? ', namespace: shop' : ''
  return `---
apiVersion: ${RBAC}/v1
kind: ${kind}
metadata: {name: some${namespace}}
roleRef: {apiGroup: ${RBAC}, kind: ${roleKind}, name: ${name}}
subjects:
  - {kind: ${subjectKind}, name: '${subjectName}'}
`
}

/** One rule for somebody in the namespace of the Secret. */
export const granted = (rules: string, subject?: string) =>
  `${MANAGED}${role('Role', rules)}${binding('RoleBinding', 'Role', subject)}`
const everywhere = (rules: string) =>
  `${MANAGED}${role('ClusterRole', rules)}${binding('ClusterRoleBinding', 'ClusterRole')}`

const seedCases = [
  ['kube-linter', 'access-to-secrets does not look at resourceNames'],
  ['trivy', 'KSV-0113 does not look at resourceNames'],
  ['kubescape', 'C-0015 does not look at resourceNames'],
  ['kyverno', 'restrict-secret-role-verbs does not look at resourceNames'],
].map(
  ([peer = '', mistake = '']): PeerCase => ({
    peer,
    mistake: `${mistake}, and flags the Role of the guide`,
    truth: 'it is limited to the one Secret that the application uses',
    manifest: SEED,
    rules: ['RB008', 'RB017'],
    read: [`ServiceAccount ${OF_ACCOUNT}: get,list,watch secrets`],
    fails: false,
  }),
)

const otherGroupCases = ['kube-linter', 'trivy'].map(
  (peer): PeerCase => ({
    peer,
    mistake: 'does not look at apiGroups, and flags secrets of another group',
    truth: 'example.com/secrets are no Secrets',
    manifest: granted('apiGroups: [example.com], resources: [secrets], verbs: [get, list]'),
    rules: [],
    fails: false,
  }),
)

const KUBE_LINTER: readonly PeerCase[] = [
  {
    peer: 'kube-linter',
    mistake: 'looks up only a Role for a RoleBinding, and overlooks one to a ClusterRole',
    truth: 'its rules hold in the namespace of the binding',
    manifest: `${MANAGED}${role('ClusterRole', `${SECRETS}, verbs: [get]`)}${binding('RoleBinding', 'ClusterRole')}`,
    rules: ['RB001'],
    read: ['User ann: get secrets'],
    fails: true,
  },
  {
    peer: 'kube-linter',
    mistake: 'its pattern for all verbs fits every verb',
    truth: 'who may delete a Secret does not read it',
    manifest: granted(`${SECRETS}, verbs: [delete]`),
    rules: ['RB006'],
    write: ['User ann: delete secrets'],
    fails: true,
  },
  {
    peer: 'kube-linter',
    mistake: 'the same pattern, for a verb of no request',
    truth: 'there is nothing to use a Secret with',
    manifest: granted(`${SECRETS}, verbs: [use]`),
    rules: [],
    fails: false,
  },
  {
    peer: 'kube-linter',
    mistake: 'aggregates by matchLabels only',
    truth: 'matchExpressions select as well',
    manifest: `${MANAGED}${role('ClusterRole', `${SECRETS}, verbs: [get]`, ', labels: {team: shop}')}---
apiVersion: ${RBAC}/v1
kind: ClusterRole
metadata: {name: all}
aggregationRule:
  clusterRoleSelectors:
    - matchExpressions: [{key: team, operator: In, values: [shop, bank]}]
rules: []
${binding('RoleBinding', 'ClusterRole', 'User ann', 'all')}`,
    rules: ['RB001'],
    read: ['User ann: get secrets'],
    fails: true,
  },
  {
    peer: 'kube-linter',
    mistake: 'a misspelt pattern: access-to-create-pods misses CronJobs',
    truth: 'the pods of a CronJob mount every Secret of the namespace',
    manifest: granted('apiGroups: [batch], resources: [cronjobs], verbs: [create]'),
    rules: ['RB030'],
    pod: ['User ann: create cronjobs.batch'],
    fails: true,
  },
]

const TRIVY: readonly PeerCase[] = [
  {
    peer: 'trivy',
    mistake: 'does not look at bindings, and flags a Role that nobody has',
    truth: 'nobody reads the Secret by it',
    manifest: `${MANAGED}${role('Role', `${SECRETS}, verbs: [get, list]`)}`,
    rules: [],
    fails: false,
  },
  {
    peer: 'trivy',
    mistake: 'knows the word secrets only, and misses all resources of the core group',
    truth: '* is the Secrets too',
    manifest: granted("apiGroups: [''], resources: ['*'], verbs: [get]"),
    rules: ['RB003'],
    read: ['User ann: get secrets'],
    fails: true,
  },
  {
    peer: 'trivy',
    mistake: 'KSV-0043 sees impersonation with all apiGroups only',
    truth: 'the core group is enough',
    manifest: everywhere("apiGroups: [''], resources: [groups], verbs: [impersonate]"),
    rules: ['RB033'],
    become: ['User ann: impersonate groups'],
    fails: true,
  },
  {
    peer: 'trivy',
    mistake: 'KSV-0055 sees the writing of RoleBindings with all apiGroups only, and without bind',
    truth: 'with its own group and bind one gives oneself every role',
    manifest: granted(
      `apiGroups: [${RBAC}], resources: [rolebindings, clusterroles], verbs: [patch, bind]`,
    ),
    rules: ['RB034'],
    become: [`User ann: bind clusterroles.${RBAC}`],
    fails: true,
  },
  {
    peer: 'trivy',
    mistake: 'KSV-0055 again: writing RoleBindings alone',
    truth: 'the API server lets nobody bind what they do not have',
    manifest: granted(`apiGroups: [${RBAC}], resources: [rolebindings], verbs: [create, patch]`),
    rules: [],
    fails: false,
  },
  {
    peer: 'trivy',
    mistake: 'KSV-0050 misses clusterroles',
    truth: 'whoever escalates a ClusterRole has everything',
    manifest: everywhere(`apiGroups: [${RBAC}], resources: [clusterroles], verbs: [escalate]`),
    rules: ['RB034'],
    become: [`User ann: escalate clusterroles.${RBAC}`],
    fails: true,
  },
]

const OTHERS: readonly PeerCase[] = [
  {
    peer: 'kubescape',
    mistake: 'a ServiceAccount without a namespace in a RoleBinding never matches',
    truth: 'it is one of the namespace of the binding',
    manifest: `${MANAGED}---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web, namespace: shop}\n${granted(`${SECRETS}, verbs: [get]`, 'ServiceAccount web').slice(MANAGED.length)}`,
    rules: ['RB001'],
    read: ['ServiceAccount shop/web: get secrets'],
    fails: true,
  },
  {
    peer: 'kubescape',
    mistake: 'does not know who is in the groups of ServiceAccounts',
    truth: 'every pod of the namespace reads the Secret',
    manifest: granted(
      `${SECRETS}, verbs: [get], resourceNames: [shop-secret]`,
      'Group system:serviceaccounts:shop',
    ),
    rules: ['RB011'],
    read: ['Group system:serviceaccounts:shop: get secrets'],
    fails: true,
  },
  {
    peer: 'rbac-tool',
    mistake: 'its readers of Secrets are those who may get them',
    truth: 'list and watch return the values too',
    manifest: granted(`${SECRETS}, verbs: [list, watch]`, 'Group devs'),
    rules: ['RB002'],
    read: ['Group devs: list,watch secrets'],
    fails: true,
  },
  {
    peer: 'kyverno',
    mistake: 'restrict-secret-role-verbs does not know all verbs',
    truth: '* is get, list and watch',
    manifest: granted(`${SECRETS}, verbs: ['*']`),
    rules: ['RB003'],
    read: ['User ann: get,list,watch secrets'],
    write: ['User ann: create,delete,deletecollection,patch,update secrets'],
    fails: true,
  },
  {
    peer: 'kyverno',
    mistake: 'restrict-secret-role-verbs does not know all resources',
    truth: '* is the Secrets too',
    manifest: granted("apiGroups: [''], resources: ['*'], verbs: [list]"),
    rules: ['RB003'],
    read: ['User ann: list secrets'],
    fails: true,
  },
  {
    peer: 'kyverno',
    mistake: 'restrict-escalation-verbs looks for impersonate on roles',
    truth: 'nobody can be a role',
    manifest: granted(`apiGroups: [${RBAC}], resources: [roles], verbs: [impersonate]`),
    rules: [],
    fails: false,
  },
  {
    peer: 'kyverno',
    mistake: 'and therefore misses impersonate where it counts',
    truth: 'one acts as a ServiceAccount of the namespace',
    manifest: granted("apiGroups: [''], resources: [serviceaccounts], verbs: [impersonate]"),
    rules: ['RB033'],
    become: ['User ann: impersonate serviceaccounts'],
    fails: true,
  },
]

/** Where one answer is about one manifest. */
export const PEER_CASES: readonly PeerCase[] = [
  ...seedCases,
  ...otherGroupCases,
  ...KUBE_LINTER,
  ...TRIVY,
  ...OTHERS,
]
