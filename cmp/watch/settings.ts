// What `watch` is configured with, as the configuration file's section `watch` and the environment say it.
import type { WatchTuning } from './model.ts'

/** How Argo CD's API is reached; see `openArgoCd`. */
export interface ArgoCdSettings {
  /** Such as `https://argocd-server.argocd.svc`, with the root path where it has one and no slash at the end. */
  readonly server: string
  /** PEM; absent: the public authorities. */
  readonly caFile?: string | undefined
  /** The account's token: its text, from the environment, or a file that is read anew for each request. */
  readonly token: { readonly text: string } | { readonly file: string }
  /** Absent: Applications of all projects that the account sees. */
  readonly projects?: readonly string[] | undefined
  /** A label selector, as Kubernetes has it. */
  readonly selector?: string | undefined
}

/** Where tokens for Phase are: one file, a folder with `<namespace>/<name>/token` below it, or a text from the environment. */
export interface CredentialSettings {
  /** As `parseHost` spells it; one of the configured hosts. */
  readonly host: string
  readonly caFile?: string | undefined
  readonly token:
    | { readonly file: string }
    | { readonly directory: string }
    | { readonly text: string }
}

/** A named object; without a namespace, it is in the pod's own, or that of the kubeconfig's context. */
export interface ObjectPlace {
  readonly namespace?: string | undefined
  readonly name: string
}

/** Everything that `watch` needs to know. */
export interface WatchSettings {
  readonly argocd: ArgoCdSettings
  readonly credentials: readonly CredentialSettings[]
  readonly tuning: Omit<WatchTuning, 'dryRun'>
  /** Absent: what is pending is forgotten at the end of the process. */
  readonly state?: { readonly configMap: ObjectPlace } | { readonly file: string } | undefined
  /** Absent: there is one replica only. */
  readonly lease?: ObjectPlace | undefined
}
