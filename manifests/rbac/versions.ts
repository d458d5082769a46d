// A Kubernetes version in, what depends on it out. Facts: pkg/features/kube_features.go of 1.37.

/** The minor version of a text such as `1.34`, `v1.34.2` or `1.34.2+k3s1`; undefined if it is none of 1.x. */
export function minorVersion(text: string): number | undefined {
  const [, minor] = /^v?1\.(\d{1,3})\b/.exec(text) ?? []
  return minor === undefined ? undefined : Number(minor)
}

/** ConstrainedImpersonation: alpha and off in 1.35, beta and on from 1.36. */
export function hasConstrainedImpersonation(minor: number): boolean {
  return minor >= 36
}

/** AuthorizePodWebsocketUpgradeCreatePermission: below 1.35, `get` is enough to exec, attach and port-forward. */
export function getIsEnoughToExec(minor: number): boolean {
  return minor < 35
}
