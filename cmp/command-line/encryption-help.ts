// What `encryption generate`, `rotate`, `plan`, `explain` and `targets` say of themselves.

const EXIT_CODES = `
Exit codes:
  0 done   1 mend the file   2 usage, also: a file is there already
`

export const GENERATE_HELP = `
The key is 32 bytes from the system's generator. It goes to --out and nowhere else: a new file that
only its owner can read, never overwritten without --force. Its sha256 is on standard error; API servers
from 1.34 export it (apiserver_encryption_config_controller_last_config_info), so that each can be seen
to run this very file.

--as says in which form it is handed out:
  file          the EncryptionConfiguration itself
  secret        a v1/Secret with the file in it: to be sealed, or for Cluster API; it holds the key
  phase-secret  a PhaseSecret without any key, on standard output; --out gets the value that Phase has to keep

--target prints what the cluster needs beside the file, on standard output or to --wrapper-out. Targets
that make their own keys (k3s, OpenShift, clouds) print that alone, to --out.

On several API servers begin with --reads-only: one that has no key yet could not read what another one
encrypts. encryption plan enable has the whole order.

Examples:
  argocd-phase-plugin encryption generate --out enc.yaml
  argocd-phase-plugin encryption generate --provider secretbox --resource secrets --resource configmaps \\
    --resource pandas.awesome.bears.example --fallback identity --out enc.yaml \\
    --target static-pod --manifest kube-apiserver.yaml --wrapper-out kube-apiserver.yaml
  argocd-phase-plugin encryption generate --provider kms --kms-name vault \\
    --kms-endpoint unix:///var/run/kms/socket.sock --out enc.yaml
  argocd-phase-plugin encryption generate --as phase-secret --phase-app clusters --phase-env Production \\
    --secret-namespace capi --out value.txt --target cluster-api-v1beta2 --cluster prod --wrapper-out prod.yaml
  argocd-phase-plugin encryption generate --target talos-1.14 --out patch.yaml
  argocd-phase-plugin encryption generate --target eks-ack --cluster prod --kms-key arn:aws:kms:… --out -
${EXIT_CODES}`

export const ROTATE_HELP = `
  add       a new key that only reads (--provider: of another provider; identity: plain text)
  promote   the key that only read writes; needs --every-server-has-it, which this program cannot know
  drop      what wrote before goes: when every object has been rewritten
Every other key stays where it is. A step out of order is refused. Which key is meant is clear if there is
one that does not write; otherwise say it with --key-name or --provider. Names that generate gave have a
date: an older key is not promoted, and a newer one not dropped, unless it is named.
Comments of FILE do not survive. --out may be FILE itself, with --force.

Examples:
  argocd-phase-plugin encryption rotate enc.yaml --step add --out enc-2.yaml
  argocd-phase-plugin encryption rotate enc-2.yaml --step promote --every-server-has-it --out enc-3.yaml
  argocd-phase-plugin encryption rotate enc-3.yaml --step drop --out enc-4.yaml
  argocd-phase-plugin encryption rotate enc.yaml --step drop --provider identity --out enc-2.yaml
  argocd-phase-plugin encryption rotate enc.yaml --step add --provider kms --kms-name vault \\
    --kms-endpoint unix:///var/run/kms/socket.sock --out enc-2.yaml
${EXIT_CODES}`

export const PLAN_HELP = `
Nothing is made or changed. Each step is a pull request of its own; take it when what the step before
verifies is true of every API server.

Examples:
  argocd-phase-plugin encryption plan enable
  argocd-phase-plugin encryption plan rotate --kube-version 1.33 --target kubeadm-v1beta4
  argocd-phase-plugin encryption plan migrate-to-kms --provider aescbc --format markdown > plan.md

Exit codes:
  0 done   2 usage, also: the target cannot do that
`

export const EXPLAIN_HELP = `
Examples:
  argocd-phase-plugin encryption explain
  argocd-phase-plugin encryption explain kms --kube-version 1.28
  argocd-phase-plugin encryption explain --format markdown

Exit codes:
  0 done   2 usage
`

export const TARGETS_HELP = `
Examples:
  argocd-phase-plugin encryption targets
  argocd-phase-plugin encryption targets --format json

Exit codes:
  0 done   2 usage
`
