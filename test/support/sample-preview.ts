// Previews as a test wants them: a rich comparison, one without a difference, one by itself.
import type { Preview, PreviewObject } from '../../render/preview/model.ts'
import {
  printFrom,
  sampleDiff,
  sampleObject,
  sampleOrigin,
  sampleSecret,
  sampleWorkload,
} from './sample-preview-objects.ts'

const DATABASE = { secret: 'checkout', key: 'DATABASE_PASSWORD', change: 'changed' } as const
const WEBHOOK = { secret: 'checkout', key: 'STRIPE_WEBHOOK_SECRET', change: 'added' } as const
const LEGACY = { secret: 'checkout', key: 'LEGACY_TOKEN', change: 'removed' } as const
const RENAMED = { secret: 'checkout', key: 'REDIS_URL', change: 'renamed' } as const
const IMAGE = { pointer: '/spec/template/spec/containers/0/image' } as const

function changedSecrets(): PreviewObject[] {
  return [
    sampleSecret(
      'checkout',
      [
        {
          key: 'DATABASE_PASSWORD',
          change: 'changed',
          value: printFrom('9f8e7d'),
          before: printFrom('0c'),
        },
        { key: 'LEGACY_TOKEN', change: 'removed', before: printFrom('4411aa') },
        { key: 'REDIS_URL', change: 'renamed', renamedFrom: 'CACHE_URL', value: printFrom('77ab') },
        { key: 'SESSION_KEY', change: 'same', value: printFrom('5e55') },
        { key: 'STRIPE_WEBHOOK_SECRET', change: 'added', value: printFrom('a1b2c3d4e5f6') },
      ],
      { change: 'changed' },
    ),
    sampleSecret(
      'ledger',
      [{ key: 'tls.key', change: 'changed', value: printFrom('31'), before: printFrom('13') }],
      {
        change: 'changed',
        diff: sampleDiff(['   name: ledger', '-type: Opaque', '+type: kubernetes.io/tls']),
      },
      {
        type: 'kubernetes.io/tls',
        originBefore: sampleOrigin('ledger', { environment: 'Staging', tag: 'tls' }),
      },
    ),
    sampleSecret('refunds', [{ key: 'API_KEY', change: 'added', value: printFrom('beef') }], {
      change: 'added',
      diff: sampleDiff(
        [
          '+apiVersion: v1',
          '+kind: Secret',
          '+metadata:',
          '+  name: refunds',
          '+  namespace: payments',
          '+type: Opaque',
        ],
        1,
      ),
    }),
    sampleSecret(
      'reports',
      [
        {
          key: 'SMTP_PASSWORD',
          change: 'unknown',
          value: { placeholder: 'text SMTP_PASSWORD from keyspace.cloud / Production, path /' },
        },
      ],
      { change: 'unknown' },
      { isComplete: false },
    ),
    sampleSecret('unchanged', [{ key: 'A', change: 'same', value: printFrom('aa') }], {
      change: 'same',
    }),
  ]
}

function workloads(): PreviewObject[] {
  return [
    sampleWorkload(
      'checkout',
      { rolls: 'yes', because: [DATABASE, LEGACY, RENAMED, WEBHOOK, IMAGE] },
      {
        change: 'changed',
        diff: sampleDiff([
          '   template:',
          '     metadata:',
          '       annotations:',
          '-        secrets.phase.dev/checksum: <dcc4e7e67505>',
          '+        secrets.phase.dev/checksum: <1f36a3c911fe>',
          '     spec:',
          '       containers:',
          '-        - image: checkout:1.4.1',
          '+        - image: checkout:1.5.0',
          '           name: checkout',
        ]),
      },
    ),
    sampleWorkload(
      'ledger',
      { rolls: 'on-delete', because: [{ ...DATABASE, secret: 'ledger', key: 'tls.key' }] },
      { kind: 'StatefulSet', change: 'changed' },
    ),
    sampleWorkload(
      'mailer',
      {
        rolls: 'unknown',
        because: [{ secret: 'reports', key: 'SMTP_PASSWORD', change: 'unknown' }],
      },
      { change: 'same' },
    ),
    sampleWorkload(
      'batch',
      {
        isStamped: false,
        rolls: 'no',
        missed: [DATABASE, WEBHOOK],
        uses: [{ secret: 'checkout', keys: ['DATABASE_PASSWORD', 'STRIPE_WEBHOOK_SECRET'] }],
      },
      { part: 'passed', change: 'same' },
    ),
    sampleWorkload('idle', { rolls: 'no' }, { part: 'passed', change: 'same' }),
  ]
}

/** A comparison with every state of Secrets, keys, workloads and other objects. */
export function samplePreview(): Preview {
  return {
    head: { kind: 'source', label: 'deploy' },
    base: { kind: 'revision', label: 'origin/main (3f2a1c9e0d4b)' },
    isPlaceholder: false,
    objects: [
      ...changedSecrets(),
      ...workloads(),
      sampleObject('flags', {
        change: 'changed',
        at: { file: 'deploy/settings.yaml', line: 12, column: 1 },
        diff: sampleDiff([' data:', '-  level: info', '+  level: debug', ' kind: ConfigMap'], 2),
      }),
      sampleObject('settings', { change: 'same' }),
      sampleSecret(
        'old-token',
        [{ key: 'TOKEN', change: 'removed', before: printFrom('dead') }],
        {
          change: 'removed',
          part: 'passed',
          at: { file: 'origin/main:deploy/old.yaml', line: 1, column: 1 },
          diff: sampleDiff(
            [
              '-apiVersion: v1',
              '-kind: Secret',
              '-metadata:',
              '-  name: old-token',
              '-  namespace: payments',
              '-type: Opaque',
            ],
            1,
          ),
        },
        { origin: undefined },
      ),
    ],
    notes: ['deploy/notes.yaml:3: a document that cannot be read is not looked into'],
    measurements: { requests: 4, secrets: 31, milliseconds: 412 },
  }
}

const STREAM = `apiVersion: v1
kind: Secret
metadata:
  name: checkout
  namespace: payments
type: Opaque
data:
  DATABASE_PASSWORD: <text DATABASE_PASSWORD from keyspace.cloud / Production, path />
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: checkout
  namespace: payments
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: payments
`

/** One state by itself, without a token. */
export function sampleWithoutBase(): Preview {
  const words = 'text DATABASE_PASSWORD from keyspace.cloud / Production, path /'
  return {
    head: { kind: 'source', label: 'deploy' },
    isPlaceholder: true,
    objects: [
      sampleSecret(
        'checkout',
        [{ key: 'DATABASE_PASSWORD', value: { placeholder: words } }],
        {},
        { isComplete: false },
      ),
      sampleWorkload('checkout', {}),
      sampleObject('settings'),
    ],
    notes: [
      'There is no token: Phase was not asked. Values are placeholders, and Secrets may have more keys.',
    ],
    stream: STREAM,
  }
}

/** Two states that are the same. */
export function sampleWithoutDifference(): Preview {
  const { head, base } = samplePreview()
  const objects = [
    sampleSecret('checkout', [{ key: 'A', change: 'same', value: printFrom('aa') }], {
      change: 'same',
    }),
    sampleWorkload('checkout', { rolls: 'no' }, { change: 'same' }),
  ]
  return { head, base, isPlaceholder: false, objects, notes: [] }
}
