// Where the programs are, as scripts/test-argocd.ts says it, and a folder for one test file.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A path that the runner sets. @throws if the test was not started by it. */
export function setting(
  name: 'ARGOCD_BINARIES' | 'ARGOCD_MANIFESTS' | 'HELM3' | 'HELM4' | 'KUSTOMIZE' | 'SEALED_SECRETS',
): string {
  const value = process.env[name]
  if (value === undefined)
    throw new Error(`${name} is not set: start tests with npm run test:argocd`)
  return value
}

/** A program of the tool set under test. */
export function binary(name: string): string {
  return join(setting('ARGOCD_BINARIES'), name)
}

/** The minor version of Kubernetes under test, such as 37. */
export function kubernetesMinor(): number {
  const said = execFileSync(binary('kube-apiserver'), ['--version'], { encoding: 'utf8' })
  const [, minor] = /^Kubernetes v1\.(\d+)\./.exec(said) ?? []
  if (minor === undefined) throw new Error(`kube-apiserver calls itself ${said}`)
  return Number(minor)
}

/**
 * All ports are ours, and nobody outside can reach what listens.
 * @throws outside a network namespace of its own.
 */
export function requireOwnNetwork(): void {
  const interfaces = [...readFileSync('/proc/net/dev', 'utf8').matchAll(/^\s*([^\s:]+):/gm)]
  if (interfaces.every(([, name]) => name === 'lo')) return
  throw new Error(
    'this network is not a namespace of its own: start tests with npm run test:argocd',
  )
}

/** Characters. A Unix socket's path has 107 at most, and Argo CD makes one in this folder. */
const LONGEST_FOLDER = 60

/** A temporary folder, and how to remove it. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const base = tmpdir().length < LONGEST_FOLDER ? tmpdir() : '/tmp'
  const path = mkdtempSync(join(base, 'argocd-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
