// The command lines of `encryption generate`, `rotate`, `plan`, `explain` and `targets`.
import type { Command } from 'commander'
import type { Chance } from '../../manifests/encryption/generate-key.ts'
import type { EncryptionExplainOptions } from '../commands/encryption-explain.ts'
import type { EncryptionGenerateOptions } from '../commands/encryption-generate.ts'
import type { EncryptionPlanOptions } from '../commands/encryption-plan.ts'
import type { EncryptionRotateOptions } from '../commands/encryption-rotate.ts'
import type { Io } from '../io.ts'
import {
  EXPLAIN_HELP,
  GENERATE_HELP,
  PLAN_HELP,
  ROTATE_HELP,
  TARGETS_HELP,
} from './encryption-help.ts'

type Done = (code: number) => void

/**
 * Adds all five to the group `encryption`.
 * @param done gets the exit code.
 * @param chance where keys and dates come from; by default the system.
 */
export function addEncryptionGenerate(group: Command, io: Io, done: Done, chance?: Chance): void {
  addGenerate(group, io, done, chance)
  addRotate(group, io, done, chance)
  addPlan(group, io, done)
  addExplain(group, io, done)
}

function addGenerate(group: Command, io: Io, done: Done, chance: Chance | undefined): void {
  const command = group
    .command('generate')
    .description(
      'write an EncryptionConfiguration with a new key, and what a cluster needs beside it',
    )
    .option('--provider <PROVIDER>', 'secretbox (default), aescbc, aesgcm, kms or identity')
    .option('--resource <RESOURCE>', 'what to encrypt; several times (default: secrets)', collect)
    .option('--fallback <WHAT>', 'what reads plain text: identity (default) or none')
    .option(
      '--reads-only',
      'the key only reads, identity writes: the first step on several servers',
      false,
    )
    .option('--target <TARGET>', 'print its manifest, too; encryption targets lists them')
    .option(
      '--manifest <FILE>',
      'static-pod: the kube-apiserver.yaml to edit; in place if --wrapper-out names it, too',
    )
    .option('--node-path <PATH>', 'where the file is on a node', '/etc/kubernetes/enc/enc.yaml')
    .option('--cluster <NAME>', 'the name of the cluster, for targets that need it')
    .option('--kms-key <ID>', 'the key of a cloud, for targets that need it')
    .option('--location <LOCATION>', 'for gke-gcloud')
    .option('--resource-group <NAME>', 'for aks-az and aks-profile')
  addChoice(command)
  addHandOut(command)
  command.addHelpText('after', GENERATE_HELP).action(async (options: EncryptionGenerateOptions) => {
    const { encryptionGenerate } = await import('../commands/encryption-generate.ts')
    done(await encryptionGenerate(options, io, chance))
  })
}

function addRotate(group: Command, io: Io, done: Done, chance: Chance | undefined): void {
  const command = group
    .command('rotate')
    .description(
      'write the next legal file: a key is readable everywhere before it writes anywhere',
    )
    .argument('<FILE>', 'the EncryptionConfiguration as it is, or - for standard input')
    .requiredOption('--step <STEP>', 'add, promote or drop')
    .option('--provider <PROVIDER>', 'which to add, promote or drop')
    .option('--resource <RESOURCE>', 'only in the entry that lists it (default: in all)')
    .option(
      '--every-server-has-it',
      'every API server runs FILE as it is: needed to promote',
      false,
    )
  addChoice(command)
  addHandOut(command)
  command
    .addHelpText('after', ROTATE_HELP)
    .action(async (file: string, options: Omit<EncryptionRotateOptions, 'file'>) => {
      const { encryptionRotate } = await import('../commands/encryption-rotate.ts')
      done(await encryptionRotate({ ...options, file }, io, chance))
    })
}

function addPlan(group: Command, io: Io, done: Done): void {
  group
    .command('plan')
    .description('print the steps, each a pull request, with what to verify and how to go back')
    .argument('<PLAN>', 'enable, rotate, disable or migrate-to-kms')
    .option('--provider <PROVIDER>', 'what encrypts (default: secretbox)')
    .option('--resource <RESOURCE>', 'what is encrypted; several times (default: secrets)', collect)
    .option('--kube-version <VERSION>', 'the version of the cluster (default: the newest known)')
    .option(
      '--target <TARGET>',
      'how its files reach the API servers; encryption targets lists them',
    )
    .option('--format <FORMAT>', 'text, markdown or json', 'text')
    .addHelpText('after', PLAN_HELP)
    .action(async (kind: string, options: Omit<EncryptionPlanOptions, 'kind'>) => {
      const { encryptionPlan } = await import('../commands/encryption-plan.ts')
      done(await encryptionPlan({ ...options, kind }, io))
    })
}

function addExplain(group: Command, io: Io, done: Done): void {
  group
    .command('explain')
    .description('say what the encryption providers of a version are worth')
    .argument('[PROVIDER]', 'only this one')
    .option('--kube-version <VERSION>', 'the version of the cluster (default: the newest known)')
    .option('--format <FORMAT>', 'text or markdown', 'text')
    .addHelpText('after', EXPLAIN_HELP)
    .action(
      async (provider: string | undefined, options: Omit<EncryptionExplainOptions, 'provider'>) => {
        const { encryptionExplain } = await import('../commands/encryption-explain.ts')
        done(await encryptionExplain({ ...options, provider }, io))
      },
    )
  group
    .command('targets')
    .description('list where encryption can be configured, and what each does not do')
    .option('--format <FORMAT>', 'text or json', 'text')
    .addHelpText('after', TARGETS_HELP)
    .action(async ({ format }: { format: string }) => {
      const { encryptionTargets } = await import('../commands/encryption-explain.ts')
      done(await encryptionTargets(format, io))
    })
}

function addChoice(command: Command): void {
  command
    .option('--key-name <NAME>', 'of the key that is made (default: one with the date), or meant')
    .option('--kms-name <NAME>', 'of the KMS plugin')
    .option('--kms-endpoint <URL>', 'of the KMS plugin: unix:///…')
    .option('--kms-api-version <VERSION>', 'v2 (default) or v1')
    .option('--allow-deprecated-kms-v1', 'needed for v1, which is off from Kubernetes 1.29', false)
    .option('--kube-version <VERSION>', 'the version of the cluster (default: the newest known)')
}

function addHandOut(command: Command): void {
  command
    .requiredOption('--out <FILE|->', 'where what has the key goes: a new file, mode 0600')
    .option('--force', 'replace files that are there', false)
    .option('--as <FORM>', 'file, secret (a v1/Secret) or phase-secret (a PhaseSecret)', 'file')
    .option('--wrapper-out <FILE|->', 'where what has no key goes (default: -)')
    .option('--secret-name <NAME>', 'of the Secret', 'encryption-config')
    .option('--secret-namespace <NAME>', 'of the Secret', 'kube-system')
    .option('--secret-key <KEY>', 'of the Secret', 'enc.yaml')
    .option('--phase-app <NAME>', 'phase-secret: the app in Phase')
    .option('--phase-env <NAME>', 'phase-secret: the environment', 'production')
    .option('--phase-path <PATH>', 'phase-secret: a folder of its own', '/encryption')
    .option('--phase-key <KEY>', 'phase-secret: the name of the value', 'ENCRYPTION_CONFIGURATION')
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}
