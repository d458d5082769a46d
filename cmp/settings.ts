// The settings of a run: the nouns that the environment and the configuration file are read into.
import type { PlatformPolicy } from '../manifests/check/policy/model.ts'
import type { KeyPin } from '../manifests/sealing/pin.ts'
import type { GroupKind } from '../manifests/workload.ts'
import type { Policy, PolicySubject } from '../render/tenancy/policy.ts'
import type { WatchSection } from './watch/section.ts'

/** Seconds; longer than Argo CD's own limit only where that was raised too. */
export const LONGEST_TIMEOUT = 3600

/** What Argo CD says of the Application that is being rendered. */
export interface Application extends PolicySubject {
  /** `spec.source.path`, relative to the root of the repository. */
  readonly sourcePath?: string | undefined
}

/** The destination cluster, as Argo CD describes it; nothing is known of it outside Argo CD. */
export interface KubernetesFacts {
  /** Such as `1.37.0`. */
  readonly version?: string | undefined
  /** `group/version` and `group/version/Kind`. */
  readonly apiVersions: readonly string[]
}

/** Where tokens come from; all may be absent, since a run without a PhaseSecret needs none. */
export interface TokenSettings {
  /** The text of PHASE_SERVICE_TOKEN. */
  readonly text?: string | undefined
  /** The path in PHASE_SERVICE_TOKEN_FILE. */
  readonly file?: string | undefined
  /** PHASE_TOKENS_DIR: `<namespace>/<name>/token` below it. */
  readonly directory?: string | undefined
  /** PHASE_TOKENS_FROM_CLUSTER: token Secrets may be read through the Kubernetes API. */
  readonly fromCluster: boolean
  /** Files by the names that policies have for them; only a configuration file has any. */
  readonly named: ReadonlyMap<string, string>
}

/** A Phase host and the authority its certificate is checked against; absent: the public ones. */
export interface Host {
  /** As written; render/phase says whether it is a host. */
  readonly url: string
  readonly caFile?: string | undefined
}

/** Where Phase's sealed answers are kept from run to run. */
export interface CacheSettings {
  /** Made with mode 0700 if it is missing; it must be ours, and nobody else may write to it. */
  readonly directory: string
  /** Milliseconds; see `CacheOptions` in render/phase/cache.ts. */
  readonly maxAge?: number | undefined
  /** Bytes of all files together, 64 MiB by default; processes that write at once may exceed it for a moment. */
  readonly maxBytes?: number | undefined
  /** Milliseconds; absent: never use the last known answers. */
  readonly staleIfError?: number | undefined
}

/** Where kubectl, and we, look for a kubeconfig, and what no login program of one may be given. */
export interface ClusterSettings {
  /** KUBECONFIG: one path or several. */
  readonly kubeconfig?: string | undefined
  readonly home?: string | undefined
  /** Names of variables with secret values. */
  readonly confidential: readonly string[]
}

/** What helm and kustomize may be given of our own environment; they get nothing else of it. */
export interface ToolSettings {
  /** PATH, where tools are looked up. */
  readonly path: string
  /** TMPDIR: where a run's own folder is made. */
  readonly temporary: string
  /** Proxies and authorities, for tools that may use the network. */
  readonly network: Readonly<Record<string, string>>
}

/** What the platform team says of Helm and Kustomize. */
export interface ToolChoice {
  /** An absolute path, or a name to look up in PATH. */
  readonly helm?: string | undefined
  /** The same, with arguments that come before ours. */
  readonly kustomize?: readonly string[] | undefined
  /** Patterns for the repositories that charts may get dependencies from. */
  readonly chartRepositories?: readonly string[] | undefined
  /** Whether a kustomization may name something outside the repository. */
  readonly remoteBases?: boolean | undefined
}

/** Where a certificate to seal for is, and the public key that it must have; absent: any. */
export interface CertificateFile {
  readonly file: string
  readonly pin?: KeyPin | undefined
}

/** What values are sealed with; only a configuration file says any of it. */
export interface SealingSettings {
  /** K in a file, see manifests/sealing/key.ts; absent: derived from each Phase environment's salt. */
  readonly keyFile?: string | undefined
  /** By the names that policies have for them. */
  readonly certificates: ReadonlyMap<string, CertificateFile>
}

/** The configuration of a run, as the environment and the configuration file give it. */
export interface Settings {
  /** Absent outside Argo CD: a person's or CI's local run. */
  readonly application?: Application | undefined
  readonly kubernetes: KubernetesFacts
  /** The text of ARGOCD_APP_PARAMETERS: the app author's, who may also set it in `.argocd-source.yaml`. */
  readonly untrusted: { readonly parameters?: string | undefined }
  /** The path in PHASE_PLUGIN_CONFIG. */
  readonly configFile?: string | undefined
  /** The default first. */
  readonly hosts: readonly [Host, ...Host[]]
  readonly tokens: TokenSettings
  /** All policies of the configuration file; undefined without one. */
  readonly policies?: readonly Policy[] | undefined
  /** Kinds that are stamped beside those that we know. */
  readonly extraKinds: readonly GroupKind[]
  /** Seconds for everything, retries included. */
  readonly timeout: number
  readonly allowUserToken: boolean
  readonly personalOverrides: boolean
  /** Absent: nothing is kept. */
  readonly cache?: CacheSettings | undefined
  /** What the configuration file says of Helm and Kustomize; undefined fields are left to the defaults. */
  readonly toolChoice?: ToolChoice | undefined
  readonly tools: ToolSettings
  /** What `check` holds every repository to; only a configuration file has it. */
  readonly check?: PlatformPolicy | undefined
  /** The section `watch`; only a configuration file has it. */
  readonly watch?: WatchSection | undefined
  /** For policies whose Secrets leave sealed. */
  readonly sealing?: SealingSettings | undefined
  /** PHASE_FINGERPRINT_KEY: makes the fingerprints of different previews comparable; 32 bytes or more. */
  readonly fingerprintKey?: Uint8Array | undefined
  /** The proxy for a URL, or none. */
  proxyFor(url: URL): string | undefined
}
