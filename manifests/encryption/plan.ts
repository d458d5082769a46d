// What is to happen to a cluster's encryption in; the steps to it out, each a pull request of its own. The
// rule of all of them: what writes anywhere can be read everywhere, at every moment of a roll-out.
import type { Outcome } from '../document.ts'
import { usageError } from '../problem.ts'
import type { ProviderChoice } from './generate.ts'
import type { PlanCluster } from './plan-change.ts'
import {
  changeFile,
  dropStep,
  promoteStep,
  rewriteAll,
  rotateCommand,
  STILL_READABLE,
} from './plan-change.ts'
import type { Plan, PlanKind, PlanStep } from './plan-model.ts'
import type { Target } from './targets/target.ts'

/** What a plan is for. */
export interface PlanRequest {
  readonly kind: PlanKind
  readonly minor: number
  /** What encrypts: in the end, or now if that ends. */
  readonly provider: Exclude<ProviderChoice, 'identity'>
  readonly resources: readonly string[]
  /** undefined: API servers that somebody starts with a file. */
  readonly target?: Target | undefined
}

type Recipe = (request: PlanRequest, cluster: PlanCluster) => readonly PlanStep[]

const RECIPES: Readonly<Record<PlanKind, readonly [title: string, recipe: Recipe]>> = {
  enable: ['Turn encryption at rest on', enable],
  rotate: ['Rotate the key', rotate],
  disable: ['Turn encryption at rest off', disable],
  'migrate-to-kms': ['Move to a KMS plugin', migrate],
}

const NOTES: readonly string[] = [
  'FILE is the EncryptionConfiguration. It holds keys: keep it out of Git, or in Git only sealed or as a PhaseSecret.',
  'NAME is the name of the new key or plugin, OLD that of the key that writes now, NODE a control plane node.',
  'Take a step only when what the step before verifies is true of every API server.',
  'Snapshots of etcd need the keys of their day: keep dropped keys, sealed, as long as such snapshots.',
]

const IDENTITY_FIRST =
  'While plain text is written, check reports EN003 (identity first): exempt it in these pull requests, until a date.'

const DELIVER: readonly string[] = [
  'copy FILE to every control plane node, mode 0600, owner root: into the folder that the API server sees, by a rename',
]

/** The plan, or why there is none for the target. */
export function planFor(request: PlanRequest): Outcome<Plan> {
  const { kind, minor, resources, target } = request
  const [title, recipe] = RECIPES[kind]
  const head = { kind, title, kubeVersion: `1.${minor}`, target: target?.name }
  const own = target?.plans?.[kind]
  if (target !== undefined && own !== undefined) {
    const notes = target.doesNot.map((text) => `${target.name} does not ${text}.`)
    return { value: { ...head, notes, steps: own } }
  }
  if (target?.plans !== undefined) {
    const offered = Object.keys(target.plans).join(', ')
    const hint =
      offered === '' ? 'see encryption targets: it has room for one key' : `it has ${offered}`
    return { problems: [usageError(`${target.name} has no plan ${kind}`, hint)] }
  }
  const rollOut = target?.rollOut ?? DELIVER
  const steps = recipe(request, { minor, resources, rollOut })
  const exempt = kind === 'enable' || kind === 'disable' ? [IDENTITY_FIRST] : []
  const limits = (target?.doesNot ?? []).map((text) => `${target?.name} does not ${text}.`)
  return { value: { ...head, notes: [...NOTES, ...exempt, ...limits], steps } }
}

function enable({ provider, resources, target }: PlanRequest, cluster: PlanCluster): PlanStep[] {
  const words = [
    `--provider ${provider}`,
    ...resources.map((each) => `--resource '${each}'`),
    ...(provider === 'kms' ? [PLUGIN] : []),
    '--reads-only --out FILE',
    ...(target?.keys === 'file' ? [`--target ${target.name}`] : []),
  ]
  const add = {
    title: 'let every API server read with the key; nothing is encrypted yet',
    why: 'an API server without the key could not read what another one encrypts; with a single API server leave out --reads-only, and go on with the step that rewrites all objects',
    run: [`argocd-phase-plugin encryption generate ${words.join(' ')}`],
    goBack: ['remove the flags and the file: nothing is encrypted'],
  }
  return [
    ...(provider === 'kms' ? [PLUGIN_STEP] : []),
    changeFile(add, cluster),
    promoteStep('encrypted', ` --provider ${provider}`, '--provider identity', cluster),
    rewriteAll(provider, cluster),
    dropStep('plain text', ' --provider identity', cluster),
  ]
}

function rotate({ provider }: PlanRequest, cluster: PlanCluster): PlanStep[] {
  if (provider === 'kms') return rotateInKms(cluster)
  const add = {
    title: 'add a new key that only reads',
    why: 'every API server has to read with it before any writes with it',
    run: [rotateCommand('add')],
    goBack: ['the file as it was: nothing is encrypted with the new key'],
  }
  return [
    changeFile(add, cluster),
    promoteStep('with the new key', '', '--key-name OLD', cluster),
    rewriteAll(provider, cluster),
    dropStep('the old key', '', cluster),
  ]
}

/** The file of a KMS plugin does not change when its key does. */
function rotateInKms(cluster: PlanCluster): PlanStep[] {
  return [
    {
      title: 'make a new version of the key in the KMS',
      why: 'the file stays as it is, and old versions have to stay usable',
      verify: [
        'apiserver_envelope_encryption_key_id_hash_total of every API server shows the new key: after 3 minutes, and what the plugin itself needs',
      ],
      goBack: ['make the old version the current one again'],
    },
    rewriteAll('kms', cluster),
    {
      title: 'disable the old version in the KMS',
      why: 'nothing in etcd needs it any more, but snapshots do: do not destroy it',
      verify: [STILL_READABLE],
      goBack: ['enable it again'],
    },
  ]
}

function disable({ provider }: PlanRequest, cluster: PlanCluster): PlanStep[] {
  const add = {
    title: 'let every API server read plain text',
    why: 'needed only if identity is not in the file any more',
    run: [rotateCommand('add --provider identity')],
    goBack: ['the file as it was: nothing is in plain text'],
  }
  return [
    changeFile(add, cluster),
    promoteStep('plain text', ' --provider identity', `--provider ${provider}`, cluster),
    rewriteAll('identity', cluster),
    {
      title: 'remove the flags, then the file',
      why: 'the keys are needed until the last object is in plain text: the counts of the step before have to be 0',
      commit: ['the flags --encryption-provider-config… and the volume go from every API server'],
      verify: [STILL_READABLE],
      goBack: ['the flags, the volume and the file again'],
    },
  ]
}

function migrate({ provider }: PlanRequest, cluster: PlanCluster): PlanStep[] {
  const add = {
    title: 'add the plugin, which only reads',
    why: 'every API server has to read with it before any writes with it',
    run: [rotateCommand(`add --provider kms ${PLUGIN}`)],
    goBack: ['the file as it was: nothing is encrypted with the plugin'],
  }
  return [
    PLUGIN_STEP,
    changeFile(add, cluster),
    promoteStep('with the plugin', ' --provider kms', `--provider ${provider}`, cluster),
    rewriteAll('kms', cluster),
    dropStep('the keys in the file', ` --provider ${provider}`, cluster),
  ]
}

const PLUGIN = '--kms-name NAME --kms-endpoint unix:///var/run/kms/socket.sock'

const PLUGIN_STEP: PlanStep = {
  title: 'run the KMS plugin on every control plane node',
  why: 'an API server with the next file needs its socket, and a pod sees it only if its folder is mounted',
  commit: ['the plugin, and a volume for the folder of its socket in every API server'],
  verify: ['the socket is there on every control plane node'],
  goBack: ['remove the plugin: nothing uses it yet'],
}
