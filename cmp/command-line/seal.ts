// The command line of `seal`.
import type { Command } from 'commander'
import type { SealOptions } from '../commands/seal.ts'
import type { Io } from '../io.ts'

const HELP = `
Prints a SealedSecret (bitnami.com/v1alpha1) for each Secret of the input, and for each Secret that its
PhaseSecrets render to (settings as for generate). Other objects and comments are not printed, as with
kubeseal. All or nothing: with one error, nothing is printed. Several are one YAML stream, or one List
of JSON. Asks no cluster.

Annotations of Argo CD (sync-wave, sync-options, hook, …) stay on the SealedSecret, where Argo CD reads
them; kubeseal moves them to the Secret. All other annotations, the labels and the type are the Secret's.
Copies of the Secret, such as kubectl's last-applied-configuration, are dropped.

The scope is --scope, else what the annotations of a Secret say, else strict. --namespace is for Secrets
that name none, and has to fit the others. --name renames the one Secret of the input.

--cert is a PEM file, or an https URL together with --cert-fingerprint. Of several certificates, the one
that began last is used, or the newest that is pinned. Refused: expired, no RSA key, below 2048 bits.
A fingerprint is sha256: and the SHA-256 of the public key, which a renewal with the same key keeps:
  openssl x509 -in cert.pem -noout -pubkey | openssl pkey -pubin -outform der | sha256sum

Each run seals anew, so that equal values look different. With --deterministic-key-file equal input gives
equal output, and an unchanged value no change in Git. The file has 32 random bytes (openssl rand -hex 32).
Who has it can try out values against what is sealed: keep it as you keep a token.

Examples:
  kubeseal --fetch-cert > cert.pem
  kubectl create secret generic web -n shop --from-file=key.pem --dry-run=client -o yaml |
    argocd-phase-plugin seal --cert cert.pem > sealed.yaml
  argocd-phase-plugin seal --cert cert.pem --scope namespace-wide -n shop manifests/phase-secret.yaml
  argocd-phase-plugin seal --cert cert.pem --deterministic-key-file seal.key --recurse manifests
  argocd-phase-plugin seal --cert https://sealing.example.com/v1/cert.pem --cert-fingerprint sha256:… secret.json
  argocd-phase-plugin seal --cert cert.pem --raw -n shop --name web < password.txt

Exit codes:
  0 done   1 mend the manifests or the values in Phase   2 usage, the certificate, the key   3 Phase, the network
`

/** Adds the command to the program. */
export function addSeal(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('seal')
    .description('print SealedSecrets for Git, from Secrets or PhaseSecrets')
    .argument('[INPUT...]', 'files, folders, or - for standard input (the default)')
    .requiredOption('--cert <FILE|URL>', 'the certificate of the sealed-secrets controller')
    .option('--cert-fingerprint <PIN>', 'seal only for this key: sha256:…; several times', collect)
    .option('--scope <SCOPE>', 'strict, namespace-wide or cluster-wide')
    .option('-n, --namespace <NAMESPACE>', 'of Secrets that name none')
    .option('--name <NAME>', 'of the Secret')
    .option('--raw', 'seal the one value on standard input, print the sealed text', false)
    .option('-o, --format <FORMAT>', 'yaml or json', 'yaml')
    .option('--allow-empty-data', 'a Secret without keys is no mistake', false)
    .option('--deterministic-key-file <FILE>', 'seal the same input to the same output')
    .option('--recurse', 'read subfolders too', false)
    .option('--config <FILE>', 'the configuration file (default: PHASE_PLUGIN_CONFIG)')
    .addHelpText('after', HELP)
    .action(async (inputs: readonly string[], options: Given) => {
      const { seal } = await import('../commands/seal.ts')
      const certFingerprint = options.certFingerprint ?? []
      const given = inputs.length === 0 ? ['-'] : inputs
      done(await seal({ ...options, certFingerprint, inputs: given }, io))
    })
}

interface Given extends Omit<SealOptions, 'inputs' | 'certFingerprint'> {
  readonly certFingerprint?: readonly string[] | undefined
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}
