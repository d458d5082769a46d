// The real programs that the suites of this folder run, as data: which Go module declares them, and
// what comes out. Versions are in the go.mod files alone.
import { readFileSync } from 'node:fs'

export interface ToolSet {
  /** Names the folder in the cache. */
  readonly name: string
  /** The folder of the Go module. */
  readonly module: string
  /** The Go release that builds it; any Go from 1.21 on fetches it by itself. */
  readonly toolchain: string
  /** Minutes from empty caches on two cores, as measured. */
  readonly minutes: number
  readonly programs: readonly Program[]
  /** Further names of a program that looks at its own name. */
  readonly links: Readonly<Record<string, string>>
  /** Files beside the programs that the suites read: module, its folder or file, and the copy's name. */
  readonly copies: readonly Copy[]
}

export interface Program {
  readonly name: string
  readonly package: string
  /** For the linker, beyond stripping. */
  readonly variables?: Readonly<Record<string, string>>
}

export interface Copy {
  readonly module: string
  readonly from: string
  readonly to: string
}

const SEALED = 'github.com/bitnami/sealed-secrets'
const ARGOCD = 'github.com/argoproj/argo-cd/v3'

/** Set `newest`, or `3.2`, the oldest line. @throws if there is no such set. */
export function argocdTools(version: string): ToolSet {
  const set = SETS[version]
  if (set === undefined) {
    throw new Error(
      `no tools are declared for Argo CD "${version}": leave ARGOCD_TOOLS out, or 3.2`,
    )
  }
  return {
    ...set,
    programs: [
      { name: 'argocd', package: `${ARGOCD}/cmd` },
      { name: 'etcd', package: 'go.etcd.io/etcd/server/v3' },
      ...['kube-apiserver', 'kube-controller-manager'].map((name) => ({
        name,
        package: `k8s.io/kubernetes/cmd/${name}`,
        variables: kubernetesVersion(set.module),
      })),
    ],
    links: Object.fromEntries(
      ['repo-server', 'cmp-server', 'application-controller'].map((name) => [
        `argocd-${name}`,
        'argocd',
      ]),
    ),
    copies: [
      { module: ARGOCD, from: 'manifests', to: 'manifests' },
      { module: ARGOCD, from: 'hack/git-verify-wrapper.sh', to: 'git-verify-wrapper.sh' },
    ],
  }
}

const SETS: Readonly<Record<string, Omit<ToolSet, 'programs' | 'links' | 'copies'>>> = {
  newest: {
    name: 'newest',
    module: 'test/argocd/tools',
    toolchain: 'go1.27.0',
    minutes: 9,
  },
  '3.2': {
    name: '3.2',
    module: 'test/argocd/tools-3.2',
    toolchain: 'go1.26.8',
    minutes: 9,
  },
}

/** helm 3, helm 4 and kustomize, which the plugin starts. */
export const renderTools: ToolSet = {
  name: 'render',
  module: 'test/argocd/tools-render',
  toolchain: 'go1.27.0',
  minutes: 4,
  programs: [
    { name: 'helm4', package: 'helm.sh/helm/v4/cmd/helm' },
    { name: 'helm3', package: 'helm.sh/helm/v3/cmd/helm' },
    { name: 'kustomize', package: 'sigs.k8s.io/kustomize/kustomize/v5' },
  ],
  links: {},
  copies: [],
}

/** Bitnami's sealed-secrets: the client and the controller, which open what is sealed here. */
export const sealingTools: ToolSet = {
  name: 'sealing',
  module: 'test/argocd/tools-sealing',
  toolchain: 'go1.27.0',
  minutes: 2,
  programs: ['kubeseal', 'controller'].map((name) => ({ name, package: `${SEALED}/cmd/${name}` })),
  links: {},
  copies: [{ module: SEALED, from: 'helm/sealed-secrets/crds', to: 'crds' }],
}

/** Without these the API server calls itself `v0.0.0-master`, and Argo CD cannot read that. */
function kubernetesVersion(module: string): Readonly<Record<string, string>> {
  const goMod = readFileSync(`${module}/go.mod`, 'utf8')
  const [, version, major, minor] = /\sk8s\.io\/kubernetes (v(\d+)\.(\d+)\S*)/.exec(goMod) ?? []
  if (version === undefined || major === undefined || minor === undefined) {
    throw new Error(`${module}/go.mod does not say which k8s.io/kubernetes`)
  }
  const place = 'k8s.io/component-base/version'
  return {
    [`${place}.gitVersion`]: version,
    [`${place}.gitMajor`]: major,
    [`${place}.gitMinor`]: minor,
  }
}
