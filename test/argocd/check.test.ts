// The list of who gets at which Secret against the real API server: for random roles and bindings, every row
// of `check --format json` is what SubjectAccessReviews say, and nobody is missing.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import type { Power } from '../../manifests/check/powers.ts'
import { powersOf } from '../../manifests/check/powers.ts'
import type { Reach, SecretAccess } from '../../manifests/check/report.ts'
import { REACHES } from '../../manifests/check/report.ts'
import type { Subject } from '../../manifests/rbac/model.ts'
import { minorVersion } from '../../manifests/rbac/versions.ts'
import { checked } from '../support/check-run.ts'
import { reviewsOf } from './support/check-reviews.ts'
import { checkWorld, MANAGED, SUBJECTS } from './support/check-worlds.ts'
import type { KubeClient } from './support/kube-client.ts'
import { startCluster } from './support/kubernetes.ts'
import { processesIn } from './support/processes.ts'
import { clear, create, inBatches, pathOf, settled } from './support/rbac-cluster.ts'
import type { RbacObject } from './support/rbac-worlds.ts'
import { listIn, manifestsOf, NAMESPACES, ROUND } from './support/rbac-worlds.ts'
import { requireOwnNetwork, temporaryFolder } from './support/setting.ts'
import { waitFor } from './support/wait.ts'

const SEEDS = Array.from({ length: 30 }, (_, index) => index + 1)
/** Of a round: each is asked of everybody. */
const POWERS = 12
const READ = ['get', 'list', 'watch']
const WRITE = ['create', 'update', 'patch', 'delete', 'deletecollection']

requireOwnNetwork()
const { path: folder, remove } = temporaryFolder()
const processes = processesIn(join(folder, 'logs'))
let admin: KubeClient
let minor: number

before(async () => {
  admin = (await startCluster(processes, folder)).admin
  const version = await admin.get<{ gitVersion: string }>('/version')
  minor = minorVersion(version?.gitVersion ?? '') ?? 0
  for (const name of NAMESPACES) {
    await admin.request('POST', '/api/v1/namespaces', { metadata: { name } })
  }
})
after(async () => {
  await processes.end()
  remove()
})

const PHASE_SECRETS = MANAGED.map(({ namespace, name }) => ({
  apiVersion: 'secrets.phase.dev/v1alpha1',
  kind: 'PhaseSecret',
  metadata: { name: `phase-${name}`, namespace },
  spec: { phaseApp: 'a', phaseAppEnv: 'b', managedSecretReferences: [{ secretName: name }] },
}))

/** What is listed of a Secret, as `create pods` by reach and subject. */
type Row = (reach: Reach, subject: Subject) => string[]

async function listed(objects: readonly RbacObject[]): Promise<(secret: object) => Row> {
  const text = manifestsOf([...PHASE_SECRETS, ...objects])
  const { report } = await checked(text, '--kube-version', `1.${minor}`)
  assert.equal(report.secrets.length, MANAGED.length)
  return (secret) => {
    const access = report.secrets.find((each) => isSame(each.secret, secret))
    return (reach, subject) => rowOf(access, reach, subject)
  }
}

function rowOf(access: SecretAccess | undefined, reach: Reach, subject: Subject): string[] {
  const rows = access?.reachers.filter(
    (each) => each.reach === reach && isSame(each.subject, subject),
  )
  return (rows ?? [])
    .flatMap(({ powers }) => powers)
    .flatMap((power) => {
      const [verbs = '', resource] = power.split(' ')
      return verbs.split(',').map((verb) => `${verb} ${resource}`)
    })
    .sort()
}

function isSame(one: object, other: object): boolean {
  const key = (of: object) => JSON.stringify(Object.entries(of).sort())
  return key(one) === key(other)
}

/** Asks about everybody and every Secret. @returns differences, and how many questions had which answer. */
async function compare(objects: readonly RbacObject[], powers: readonly Power[]) {
  const rowsOf = await listed(objects)
  const pairs = MANAGED.flatMap((secret) => SUBJECTS.map((subject) => ({ secret, subject })))
  const counts = { yes: 0, no: 0 }
  const wrong = await inBatches(pairs, async ({ secret, subject }) => {
    const { verbsOn, hasPower } = reviewsOf(admin, subject)
    const row = rowsOf(secret)
    const differences: object[] = []
    const note = (reach: Reach, ours: string[], server: string[], all: number) => {
      counts.yes += server.length
      counts.no += all - server.length
      if (isSame(ours, server.sort())) return
      differences.push({ secret, subject, reach, ours, server })
    }
    for (const [reach, verbs] of [
      ['read', READ],
      ['write', WRITE],
    ] as const) {
      const said = await verbsOn(secret, verbs)
      note(reach, row(reach, subject), said, verbs.length)
    }
    for (const reach of REACHES) {
      const asked = powers.filter((power) => power.reach === reach)
      const has = await Promise.all(asked.map((power) => hasPower(power, secret.namespace)))
      const texts = new Set(asked.map(({ text }) => text))
      const said = new Set(asked.filter((_, index) => has[index]).map(({ text }) => text))
      if (texts.size === 0) continue
      const ours = row(reach, subject).filter((text) => texts.has(text))
      note(reach, ours, [...said], texts.size)
    }
    return differences
  })
  return { wrong: wrong.flat(), ...counts }
}

/** Until the controller has put together the role that others are part of. */
async function waitForAggregation(objects: readonly RbacObject[]): Promise<void> {
  const parts = objects.filter(({ metadata }) => metadata.labels?.team !== undefined)
  const wanted = new Set(parts.flatMap(({ rules }) => listIn(rules)).map(ruleKey))
  await waitFor('the aggregated role', async () => {
    const made = await admin.get<RbacObject>(`${pathOf('ClusterRole', undefined)}/all`)
    const has = new Set(listIn(made?.rules).map(ruleKey))
    return has.size === wanted.size && [...wanted].every((key) => has.has(key))
  })
}

function ruleKey(rule: unknown): string {
  const lists = Object.entries(rule as Record<string, string[]>)
  return JSON.stringify(lists.filter(([, list]) => list.length > 0).sort())
}

for (const seed of SEEDS) {
  test(`random roles about Secrets and powers, seed ${seed}`, async (context) => {
    const all = powersOf(minor)
    const [powers = []] = fc.sample(
      fc.shuffledSubarray([...all], { minLength: POWERS, maxLength: POWERS }),
      { seed, numRuns: 1 },
    )
    const [objects = []] = fc.sample(checkWorld(powers), { seed, numRuns: 1 })
    try {
      await create(admin, objects)
      await waitForAggregation(objects)
      await settled(admin, `check-${seed}`)
      const { wrong, yes, no } = await compare(objects, withSameText(powers, all))
      context.diagnostic(`${yes} allowed, ${no} not`)
      assert.deepEqual(
        wrong.slice(0, 10).map((each) => JSON.stringify(each)),
        [],
        `${wrong.length} rows differ`,
      )
      assert.ok(yes > 0 && no > 0, 'both answers were there')
    } finally {
      await clear(admin)
    }
  })
}

/** One text may be a power in a namespace, and one over the cluster. */
function withSameText(powers: readonly Power[], all: readonly Power[]): Power[] {
  const texts = new Set(powers.map(({ text }) => text))
  return all.filter(({ text }) => texts.has(text))
}

test('each power alone, of one name and of all, and what a built-in role gives', async () => {
  const all = powersOf(minor)
  const texts = [...new Set(all.map(({ text }) => text))]
  for (const resourceNames of [[], ['s1'], ['']]) {
    // One subject for each power: whoever has one has no other.
    const objects = texts.flatMap((text, index) => alone(text, all, index, resourceNames))
    const { report } = await checked(
      manifestsOf([...PHASE_SECRETS, ...objects]),
      ...['--kube-version', `1.${minor}`],
    )
    try {
      await create(admin, objects)
      await settled(admin, `alone-${resourceNames[0] ?? 'all'}`.replace(/-$/, '-none'))
      const wrong = await inBatches([...texts.entries()], async ([index, text]) => {
        const subject: Subject = { kind: 'User', name: `user-${index}` }
        const { hasPower } = reviewsOf(admin, subject)
        const [first] = report.secrets
        const own = all.filter((power) => power.text === text)
        const said: boolean[] = []
        for (const power of own) said.push(await hasPower(power, NAMESPACES[0]))
        const reach = own[0]?.reach ?? 'become'
        const isListed = rowOf(first, reach, subject).includes(text)
        return isListed === said.includes(true) ? [] : [`${text} ${resourceNames}: ${isListed}`]
      })
      assert.deepEqual(wrong.flat(), [])
    } finally {
      await clear(admin)
    }
  }
})

function alone(
  text: string,
  all: readonly Power[],
  index: number,
  resourceNames: readonly string[],
): RbacObject[] {
  const power = all.find((each) => each.text === text)
  assert.ok(power !== undefined)
  const { verb, group, resource, subresource } = power
  const resources = [subresource === undefined ? resource : `${resource}/${subresource}`]
  const metadata = { name: `alone-${index}`, labels: ROUND }
  const apiGroup = 'rbac.authorization.k8s.io'
  const base = { apiVersion: `${apiGroup}/v1`, metadata }
  return [
    {
      ...base,
      kind: 'ClusterRole',
      rules: [{ verbs: [verb], apiGroups: [group], resources, resourceNames }],
    },
    {
      ...base,
      kind: 'ClusterRoleBinding',
      roleRef: { apiGroup, kind: 'ClusterRole', name: metadata.name },
      subjects: [{ apiGroup, kind: 'User', name: `user-${index}` }],
    },
  ]
}
