// The report of a check, made up by hand: every field of every noun is in it, and nothing depends on a rule.

import type { RuleDescription, Severity } from '../../manifests/check/model.ts'
import { levelOf } from '../../manifests/check/model.ts'
import type { CheckReport, Finding, Reacher, SecretAccess } from '../../manifests/check/report.ts'
import type { Position } from '../../manifests/problem.ts'
import type { Subject } from '../../manifests/rbac/model.ts'
import { manifestObject } from './manifest-object.ts'

const FILE = './deploy/rbac.yaml'
export const at = (line: number, column = 1, file = FILE): Position => ({ file, line, column })
const account = (name: string, namespace: string | undefined = 'keyspace'): Subject => {
  return { kind: 'ServiceAccount', namespace, name }
}

/** A rule; its texts are Markdown, as the rules' own are. */
export function sampleRule(
  id: string,
  name: string,
  severity: Severity,
  more: Partial<RuleDescription> = {},
): RuleDescription {
  return {
    id,
    name,
    chapter: 'grants',
    severity,
    summary: `what ${name} finds is wrong`,
    why: 'A rule on `secrets` without `resourceNames` is about *every* Secret.\n\nIt is rarely meant.',
    fix: 'Name the Secrets in `resourceNames`.',
    fixable: 'yes',
    example: { bad: 'kind: Bad\n', good: 'kind: Good\n' },
    ...more,
  }
}

const unscoped = sampleRule('RB001', 'secret-read-unscoped', 'high')
const dead = sampleRule('RB007', 'dead-rule', 'medium')
const withoutEffect = sampleRule('RB008', 'name-scope-without-effect', 'info', { fixable: 'no' })
const masters = sampleRule('RB011', 'binding-to-broad-group', 'critical', {
  chapter: 'bindings',
  fixable: 'suggestion',
})
const automount = sampleRule('RB023', 'token-automounted-needlessly', 'low', {
  chapter: 'workloads',
})

/** A finding; its fingerprint is made of a number. */
export function sampleFinding(
  rule: RuleDescription,
  number: number,
  message: string,
  more: Partial<Finding> = {},
): Finding {
  const severity = more.severity ?? rule.severity
  const fingerprint = number.toString(16).padStart(32, '0')
  return { rule, severity, level: levelOf(severity), fingerprint, message, ...more }
}

const ROLE = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {namespace: keyspace, name: readers}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get], note: sample-only-in-the-manifest}]
`
const role = { kind: 'Role', namespace: 'keyspace', name: 'readers' }
const path = [
  { text: 'RoleBinding keyspace/readers', at: at(21) },
  { text: 'Role keyspace/readers', at: at(3) },
  { text: 'rule 0: get secrets', at: at(8, 5) },
]
const secret = { namespace: 'keyspace', name: 'keyspace-cloud-prod-secret' }

const unscopedFinding = sampleFinding(unscoped, 2, 'get on secrets is limited to no names', {
  at: at(8, 5),
  object: role,
  hint: 'add resourceNames: [keyspace-cloud-prod-secret]',
  subject: account('backend'),
  secrets: [secret],
  path,
  isNew: true,
  fix: {
    title: 'limit the rule to keyspace-cloud-prod-secret',
    object: manifestObject(ROLE),
    operations: [
      { op: 'add', path: '/rules/0/resourceNames', value: ['keyspace-cloud-prod-secret'] },
      { op: 'remove', path: '/rules/0/note' },
    ],
    isSafe: true,
  },
  isMendable: true,
  edits: [
    {
      file: FILE,
      start: { line: 9, column: 1 },
      end: { line: 9, column: 1 },
      text: '    resourceNames: [keyspace-cloud-prod-secret]\n',
    },
    {
      file: FILE,
      start: { line: 10, column: 5 },
      end: { line: 10, column: 9 },
      text: '',
    },
  ],
})

const findings: readonly Finding[] = [
  sampleFinding(masters, 1, 'everybody who has logged in can read the Secrets of every namespace', {
    at: at(30, 3, './deploy/cluster roles.yaml'),
    object: { kind: 'ClusterRoleBinding', name: 'everybody' },
    subject: { kind: 'Group', name: 'system:authenticated' },
    path: [
      { text: 'ClusterRoleBinding everybody', at: at(30, 3, './deploy/cluster roles.yaml') },
      { text: 'ClusterRole cluster-admin' },
    ],
    hint: 'bind a ServiceAccount',
    isNew: false,
  }),
  unscopedFinding,
  sampleFinding(dead, 3, 'secret is no resource: the rule grants nothing', {
    at: at(12, 17),
    object: role,
    isNew: false,
    fix: {
      title: 'write secrets',
      object: manifestObject(ROLE),
      operations: [{ op: 'replace', path: '/rules/1/resources/0', value: 'secrets' }],
      isSafe: false,
    },
  }),
  sampleFinding(automount, 4, 'the pod never asks the API, and has a token for it', {
    at: at(7, 1, '-'),
    object: { kind: 'Deployment', name: 'web' },
    isNew: true,
  }),
  sampleFinding(withoutEffect, 5, 'the names of a rule for create limit nothing', { isNew: false }),
]

const reacher = (subject: Subject, more: Partial<Reacher> = {}): Reacher => {
  return { subject, reach: 'read', powers: ['get secrets'], path, ...more }
}

const secrets: readonly SecretAccess[] = [
  {
    secret,
    at: at(2, 1, './deploy/phase.yaml'),
    usedBy: [{ kind: 'Deployment', namespace: 'keyspace', name: 'backend' }],
    reachers: [
      reacher(account('backend'), { isAllowed: true, isNew: false }),
      reacher({ kind: 'Group', name: 'system:authenticated' }, { isAllowed: false, isNew: true }),
      reacher(
        { kind: 'User', name: 'alice' },
        {
          reach: 'pod',
          powers: ['create deployments.apps', 'create pods'],
          isNew: false,
        },
      ),
      reacher(account('operator', 'phase'), { reach: 'write', powers: ['patch secrets'] }),
      reacher(account('ci'), {
        reach: 'become',
        powers: ['create rolebindings.rbac.authorization.k8s.io'],
        isNew: true,
      }),
    ],
    removed: [reacher({ kind: 'User', name: 'bob' })],
    isNew: false,
  },
  { secret: { name: 'open' }, usedBy: [], reachers: [], removed: [], isNew: true },
]

/** A comparison with every feature. */
export function sampleCheckReport(): CheckReport {
  return {
    label: './deploy',
    base: 'main',
    kubernetes: '1.37',
    findings,
    fixed: [sampleFinding(automount, 6, 'a token that nobody needs', { at: at(40), object: role })],
    exempted: [
      {
        finding: sampleFinding(unscoped, 7, 'list on secrets is limited to no names', {
          at: at(50, 5),
          object: { kind: 'ClusterRole', name: 'backup' },
          isNew: false,
        }),
        reason: 'the backup tool reads all of them',
        expires: '2027-01-31',
        at: at(4, 3, './.phase-check.yaml'),
      },
    ],
    passes: [
      {
        id: 'P1',
        name: 'role-limited-to-managed-secrets',
        status: 'pass',
        message: 'Role keyspace/backend names exactly the managed Secret',
        object: { kind: 'Role', namespace: 'keyspace', name: 'backend' },
        at: at(60),
      },
      {
        id: 'P2',
        name: 'binding-to-one-account',
        status: 'fail',
        message: 'two subjects are bound',
      },
      {
        id: 'P8',
        name: 'project-limits',
        status: 'not applicable',
        message: 'no AppProject is here',
      },
    ],
    secrets,
    rules: [unscoped, dead, withoutEffect, masters, automount],
    notes: ['RBAC does not stop a pod of the namespace from mounting the Secret.'],
  }
}

/** One state without anything to say against it. */
export function sampleCleanReport(): CheckReport {
  const { base: _, ...report } = sampleCheckReport()
  const [first] = report.secrets
  if (first === undefined) throw new Error('the sample has no Secret')
  const reachers = [reacher(account('backend'), { isAllowed: true })]
  const { isNew: __, ...access } = first
  return {
    ...report,
    findings: [],
    fixed: [],
    exempted: [],
    passes: report.passes.filter(({ status }) => status === 'pass'),
    secrets: [{ ...access, reachers, removed: [] }],
  }
}

/** As many findings as asked for, each with all that a finding may have, in 40 files. */
export function manyFindings(number: number): CheckReport {
  const many = Array.from({ length: number }, (_, index) => ({
    ...unscopedFinding,
    fingerprint: index.toString(16).padStart(32, '0'),
    at: at(index + 1, 5, `deploy/${index % 40}.yaml`),
    object: { ...role, name: `readers-${index}` },
  }))
  return { ...sampleCheckReport(), findings: many }
}
