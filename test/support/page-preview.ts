// Previews for pages: one that holds every state there is, and ones of any size.
import type {
  Change,
  Preview,
  PreviewKey,
  PreviewObject,
  PreviewWorkload,
  SecretOrigin,
} from '../../render/preview/model.ts'
import {
  sampleDiff,
  sampleObject,
  sampleOrigin,
  sampleSecret,
  sampleWorkload,
} from './sample-preview-objects.ts'

const DIFF_LINES = [
  '   labels:',
  '-    tier: web',
  '+    tier: front',
  '+    team: shop',
  '   name: web',
]

/** What a PhaseSecret in a file of its own asks for. */
export function originOf(name: string, app = 'Shop'): SecretOrigin {
  return sampleOrigin(name, { at: { file: `deploy/${name}.yaml`, line: 1, column: 1 }, app })
}

/** @param origin undefined: Git has it. */
export function secretOf(
  name: string,
  change: Change | undefined,
  keys: readonly PreviewKey[],
  origin: SecretOrigin | undefined,
): PreviewObject {
  const at = origin?.at ?? { file: 'deploy/secret.yaml', line: 12, column: 1 }
  return sampleSecret(name, keys, { change, at, part: origin ? 'emitted' : 'passed' }, { origin })
}

/** A workload that does not roll, and reads nothing, unless `workload` says otherwise. */
export function workloadOf(
  name: string,
  change: Change | undefined,
  workload: Partial<PreviewWorkload>,
  kind = 'Deployment',
): PreviewObject {
  const part = workload.isStamped ? 'stamped' : 'passed'
  const at = { file: `deploy/${name}.yaml`, line: 3, column: 1 }
  const diff = (change ?? 'same') === 'same' ? {} : { diff: sampleDiff(DIFF_LINES, 4) }
  const quiet = { uses: [], isStamped: false, rolls: 'no' } as const
  return sampleWorkload(name, { ...quiet, ...workload }, { kind, change, part, at, ...diff })
}

const before = { fingerprint: '0c1d2e3f4a5b' }
const value = { fingerprint: '9f8e7d6c5b4a' }

/** Every state of Secrets, keys, workloads and connections, compared with a revision. */
export function pagePreview(): Preview {
  const db = secretOf(
    'database',
    'changed',
    [
      { key: 'DATABASE_PASSWORD', change: 'changed', value, before },
      { key: 'DATABASE_URL', change: 'added', value },
      { key: 'HOST', change: 'same', value },
      { key: 'LEGACY_URL', change: 'removed', before },
      { key: 'POOL', change: 'renamed', renamedFrom: 'POOL_SIZE', value },
    ],
    originOf('database'),
  )
  const why = { secret: 'database', key: 'DATABASE_PASSWORD', change: 'changed' } as const
  const image = { pointer: '/spec/template/spec/containers/0/image' }
  const use = { secret: 'database', keys: 'all' } as const
  const objects: PreviewObject[] = [
    { ...db, diff: sampleDiff(DIFF_LINES, 4) },
    secretOf(
      'payments',
      'added',
      [{ key: 'API_KEY', change: 'added', value }],
      originOf('payments'),
    ),
    secretOf('cache', 'same', [{ key: 'REDIS_URL', change: 'same', value }], originOf('cache')),
    secretOf('registry', 'same', [{ key: '.dockerconfigjson', change: 'same', value }], undefined),
    moved(),
    workloadOf('web', 'changed', {
      uses: [{ secret: 'cache', keys: ['REDIS_URL'] }, use, { secret: 'payments', keys: 'all' }],
      isStamped: true,
      rolls: 'yes',
      because: [why, image],
    }),
    workloadOf(
      'agent',
      'changed',
      { uses: [use], rolls: 'on-delete', because: [why] },
      'DaemonSet',
    ),
    workloadOf(
      'ledger',
      'changed',
      { uses: [use], rolls: 'unknown', because: [why] },
      'StatefulSet',
    ),
    workloadOf('report', 'same', {
      uses: [use, { secret: 'registry', keys: 'all' }],
      missed: [why],
    }),
    workloadOf('mailer', 'same', { uses: [{ secret: 'smtp-of-another-team', keys: ['USER'] }] }),
    configMap('settings', 'unknown'),
    {
      ...configMap('flags', 'added'),
      diff: sampleDiff(['+apiVersion: v1', '+kind: ConfigMap'], 1),
    },
    secretOf(
      'old-token',
      'removed',
      [{ key: 'TOKEN', change: 'removed', before }],
      originOf('old-token'),
    ),
    workloadOf('cron-runner-for-the-nightly-reports-of-the-shop', 'removed', {
      uses: [{ secret: 'old-token', keys: 'all' }],
    }),
  ]
  return {
    head: { kind: 'source', label: 'deploy/overlays/production' },
    base: { kind: 'revision', label: 'origin/main (3f2a1c9e0d4b)' },
    isPlaceholder: false,
    objects,
    notes: ['The live cluster was not asked.', 'Keys of another namespace are not compared.'],
    measurements: { requests: 4, secrets: 31, milliseconds: 412.4 },
  }
}

function moved(): PreviewObject {
  const keys: PreviewKey[] = [
    { key: 'TLS_KEY', change: 'unknown', value: { placeholder: 'TLS_KEY of Shop' } },
  ]
  const object = secretOf('tls', 'unknown', keys, originOf('tls'))
  const secret = {
    type: 'kubernetes.io/tls',
    origin: originOf('tls', 'Edge'),
    keys,
    isComplete: false,
  }
  return { ...object, secret: { ...secret, originBefore: originOf('certificates') } }
}

function configMap(name: string, change: Change): PreviewObject {
  return sampleObject(name, { change, at: { file: 'deploy/config.yaml', line: 1, column: 1 } })
}

/** The same without a base. */
export function pageWithoutBase(): Preview {
  const { head, notes, objects } = pagePreview()
  const bare = objects
    .filter(({ change }) => change !== 'removed')
    .map(({ change: _, diff: __, secret, workload, ...object }) => ({
      ...object,
      secret: secret && {
        ...secret,
        originBefore: undefined,
        keys: secret.keys
          .filter((key) => key.change !== 'removed')
          .map(({ key }) => ({
            key,
            value: { placeholder: `${key} from Shop / Production, path /` },
          })),
      },
      workload: workload && { ...workload, rolls: undefined, because: [], missed: [] },
    }))
  const stream =
    'apiVersion: v1\nkind: Secret\ndata:\n  API_KEY: <API_KEY from Shop>\n---\nkind: Deployment\n'
  return { head, isPlaceholder: true, notes, objects: bare, stream }
}

/**
 * `secrets` Secrets, every fifth from Git, and twice as many workloads that read three of them each;
 * every `nth` Secret changes.
 */
export function sizedPreview(secrets: number, nth: number): Preview {
  const isChanged = (index: number) => index % nth === 0
  const nameOf = (index: number) => `service-${index}-credentials`
  const made = Array.from({ length: secrets }, (_, index) => {
    const origin = index % 5 === 4 ? undefined : originOf(`source-${Math.floor(index / 2)}`)
    const change = isChanged(index) ? 'changed' : 'same'
    return secretOf(nameOf(index), change, [{ key: 'PASSWORD', change, value, before }], origin)
  })
  const read = Array.from({ length: secrets * 2 }, (_, index) => {
    const used = [index % secrets, (index * 7 + 3) % secrets, (index * 13 + 1) % secrets]
    const indexes = [...new Set(used)].toSorted((one, other) => one - other)
    const because = indexes
      .filter(isChanged)
      .map((each) => ({ secret: nameOf(each), key: 'PASSWORD', change: 'changed' as const }))
    const rolls = because.length > 0 ? 'yes' : 'no'
    return workloadOf(`service-${index}`, rolls === 'yes' ? 'changed' : 'same', {
      uses: indexes.map((each) => ({ secret: nameOf(each), keys: 'all' as const })),
      rolls,
      because,
    })
  })
  return { ...pagePreview(), notes: [], objects: [...made, ...read] }
}
