// RB024: a workload uses a Secret that nothing in the manifests brings about, or a key that it does not have.
import { nearest } from '../../../did-you-mean.ts'
import { pointerOf } from '../../../fix/pointer.ts'
import { shownName } from '../../../names.ts'
import type { Facts } from '../../facts.ts'
import type { Fix, Found, PatchOperation, Rule } from '../../model.ts'
import type { FieldPath } from '../../places.ts'
import type { PodWorkload, SecretUse } from '../../pod-workloads.ts'
import type { SecretSources } from '../../secret-sources.ts'
import { secretSources } from '../../secret-sources.ts'
import { listed, qualified } from '../../words.ts'
import { deployment, PHASE_SECRET } from '../example-parts.ts'
import { keyPlaces, namePlace } from './secret-use-places.ts'
import { workloadFound } from './workload-found.ts'

export const secretRefUnresolved: Rule<Facts> = {
  id: 'RB024',
  name: 'secret-ref-unresolved',
  chapter: 'workloads',
  severity: 'high',
  summary: 'a workload uses a Secret, or a key of one, that nothing in the manifests brings about',
  why: 'A container waits with `CreateContainerConfigError`, or a pod with `ContainerCreating`, until the Secret and the key are there. A pod only sees Secrets of its own namespace.\n\nSecrets come from PhaseSecrets, from Secrets, SealedSecrets, ExternalSecrets and Certificates of the manifests, from the policy’s list of managed Secrets, and from resources of other operators that have the same name or the beginning of it. References marked `optional` are no findings. A missing `imagePullSecrets` entry is a finding of low severity: the kubelet goes on without it.',
  fix: 'Correct the name, add the PhaseSecret that renders the Secret, or name the Secret in the policy if another repository brings it.',
  fixable: 'suggestion',
  example: {
    bad: `${PHASE_SECRET}---\n${deployment('').replace(/-secret$/m, '-secrets')}`,
    good: `${PHASE_SECRET}---\n${deployment('')}`,
  },
  *find(facts): Iterable<Found> {
    const sources = secretSources(facts)
    for (const workload of facts.workloads) {
      const uses = workload.secrets.filter(({ optional, how }) => !optional || how === 'pull')
      for (const [name, group] of Map.groupBy(uses, (use) => use.name)) {
        const found = sources.find(workload.namespace, name)
        if (found.length > 0) {
          const keys = found.flatMap((source) => source.keys ?? [])
          if (keys.length === found.length) yield* missingKeys(workload, group, keys)
        } else if (!isMadeElsewhere(name)) {
          const meant = sources.closeTo(workload.namespace, name)
          if (meant !== undefined || !sources.mayBeMade(workload.namespace, name)) {
            yield missingSecret(sources, workload, group, meant)
          }
        }
      }
    }
  },
}

/** Kubernetes itself makes tokens of ServiceAccounts (before 1.24) and of bootstrapping. */
function isMadeElsewhere(name: string): boolean {
  return /-token-[a-z0-9]{5}$|^bootstrap-token-/.test(name)
}

function missingSecret(
  sources: SecretSources,
  workload: PodWorkload,
  uses: readonly SecretUse[],
  meant: string | undefined,
): Found {
  const seen = uses.filter(({ how }) => how !== 'pull')
  const [first] = seen.length > 0 ? seen : uses
  const name = first?.name ?? ''
  const isOnlyPull = seen.length === 0
  const what = isOnlyPull ? 'names imagePullSecrets' : 'uses Secret'
  return workloadFound(workload, first === undefined ? [] : namePlace(first), {
    severity: isOnlyPull ? 'low' : 'high',
    message: `${what} ${shownName(name)}, which nothing in the manifests brings about in its namespace`,
    hint: hintOf(name, meant, sources.namespacesOf(name)),
    secrets: [{ namespace: workload.namespace, name }],
    fix:
      meant === undefined
        ? undefined
        : rename(workload, `use Secret ${shownName(meant)}`, uses.map(namePlace), meant),
  })
}

function hintOf(name: string, meant: string | undefined, elsewhere: readonly string[]): string {
  if (meant !== undefined) return `did you mean ${shownName(meant)}?`
  if (elsewhere.length === 0) {
    return 'correct the name, or name it in the policy if another repository brings it'
  }
  const others = elsewhere.map((namespace) => qualified({ namespace, name }))
  return `a pod can only use Secrets of its own namespace, and there is ${listed(others)}`
}

function* missingKeys(
  workload: PodWorkload,
  uses: readonly SecretUse[],
  keys: readonly ReadonlySet<string>[],
): Iterable<Found> {
  const places = uses.flatMap((use) => keyPlaces(workload, use))
  const missing = places.filter(({ key }) => !keys.some((known) => known.has(key)))
  for (const [key, group] of Map.groupBy(missing, (place) => place.key)) {
    const [first] = group
    if (first === undefined) continue
    const { name } = first.use
    const meant = nearKey(key, keys)
    yield workloadFound(workload, first.path, {
      message: `uses key ${shownName(key)} of Secret ${shownName(name)}, which has no such key`,
      hint:
        meant === undefined
          ? 'correct the key, or mark the reference optional'
          : `did you mean ${shownName(meant)}?`,
      secrets: [{ namespace: workload.namespace, name }],
      fix:
        meant === undefined
          ? undefined
          : rename(
              workload,
              `use key ${shownName(meant)}`,
              group.map(({ path }) => path),
              meant,
            ),
    })
  }
}

/** Beyond this many keys nobody looks for the one that was meant. */
const MOST_KEYS = 200

function nearKey(key: string, keys: readonly ReadonlySet<string>[]): string | undefined {
  const count = keys.reduce((total, { size }) => total + size, 0)
  return count > MOST_KEYS
    ? undefined
    : nearest(
        key,
        keys.flatMap((known) => [...known]),
      )
}

function rename(
  { object }: PodWorkload,
  title: string,
  paths: readonly FieldPath[],
  value: string,
): Fix {
  const operations = paths.map((path): PatchOperation => {
    return { op: 'replace', path: pointerOf(path), value }
  })
  return { title, object, operations, isSafe: false }
}
