// The command line of `encryption check` and its help.
import type { Command } from 'commander'
import type { EncryptionCheckOptions } from '../commands/encryption-check.ts'
import type { Io } from '../io.ts'

const HELP = `
Says whether an API server starts with the file, with the same verdict as the API server itself, and what it
takes without a word: misspelt resources, identity first, names that keys share, published and guessable
keys, kms without a version, documents that are never read. With --base, whether the change is one legal
step for each resource: a key is readable everywhere before it writes anywhere.
No key is ever printed. A placeholder such as \${KEY} may stand where a key will be.

Examples:
  argocd-phase-plugin encryption check enc.yaml
  argocd-phase-plugin encryption check enc.yaml --base /etc/kubernetes/enc/enc.yaml --kube-version 1.34
  git show main:enc.yaml | argocd-phase-plugin encryption check enc.yaml --base - --format json

Exit codes:
  0 nothing of level error   1 findings   2 usage
`

/** Adds it to the commands of encryption. @param done gets the exit code. */
export function addEncryptionCheck(
  encryption: Command,
  io: Io,
  done: (code: number) => void,
): void {
  encryption
    .command('check')
    .description('say what is wrong with an EncryptionConfiguration, or with its change')
    .argument('<FILE>', 'the file, or - for standard input')
    .option('--base <FILE>', 'the file before the change, or - for standard input')
    .option('--kube-version <VERSION>', 'the version of Kubernetes (default: the newest known)')
    .option(
      '--format <FORMAT>',
      'text, json, sarif, github, gitlab, junit, checkstyle, markdown',
      'text',
    )
    .addHelpText('after', HELP)
    .action(async (file: string, options: Omit<EncryptionCheckOptions, 'file'>) => {
      const { encryptionCheck } = await import('../commands/encryption-check.ts')
      done(await encryptionCheck({ ...options, file }, io))
    })
}
