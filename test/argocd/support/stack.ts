// Tier 1, running: Redis, repo-server, a sidecar with the plugin, a Git repository and a Phase. One
// for each test file; what a file needs beyond it, it adds.
import { join } from 'node:path'
import type { Sidecar } from './argocd.ts'
import { startRepoServer, startSidecar } from './argocd.ts'
import type { GitRepository } from './git.ts'
import { createRepository } from './git.ts'
import type { Phase, Values } from './phase.ts'
import { startPhase } from './phase.ts'
import type { Component, Processes } from './processes.ts'
import { processesIn } from './processes.ts'
import { startRedis } from './redis.ts'
import type { RepoServerClient } from './repo-server.ts'
import { repoServerClient } from './repo-server.ts'
import { requireOwnNetwork, temporaryFolder } from './setting.ts'

export interface Stack {
  readonly folder: string
  readonly processes: Processes
  readonly phase: Phase
  readonly repository: GitRepository
  readonly repoServer: RepoServerClient
  /** One more sidecar, beside the plugin `phase`. */
  addSidecar(sidecar: Sidecar): Promise<Component>
  end(): Promise<void>
}

/** The plugin of the tests' main sidecar. */
export const PLUGIN = 'phase'

/** @param values what Phase serves at first. */
export async function startStack(values: Values): Promise<Stack> {
  requireOwnNetwork()
  const { path: folder, remove } = temporaryFolder()
  const processes = processesIn(join(folder, 'logs'))
  const phase = await startPhase(folder, values)
  const repoServer = repoServerClient()
  const end = async (): Promise<void> => {
    repoServer.close()
    await processes.end()
    await phase.close()
    remove()
  }
  try {
    const sidecar = { name: PLUGIN, config: pluginConfig(PLUGIN), env: phase.env }
    await Promise.all([startRedis(processes), startSidecar(processes, folder, sidecar)])
    await startRepoServer(processes, folder)
  } catch (error) {
    await end()
    throw error
  }
  return {
    folder,
    processes,
    phase,
    repository: createRepository(join(folder, 'repository')),
    repoServer,
    addSidecar: (sidecar) => startSidecar(processes, folder, sidecar),
    end,
  }
}

/** A plugin.yaml that starts this command for each render. */
export function pluginConfig(
  name: string,
  command: readonly string[] = ['argocd-phase-plugin', 'generate', '.'],
): string {
  return JSON.stringify({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ConfigManagementPlugin',
    metadata: { name },
    spec: { generate: { command } },
  })
}
