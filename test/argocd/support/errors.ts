// What a failed call says, and what the plugin itself says about the same folder.
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { ended } from '../../support/process.ts'

/** The text that Argo CD shows for a call. @throws if the call succeeds. */
export async function errorOf(call: Promise<object>): Promise<string> {
  try {
    await call
  } catch (error) {
    if (error instanceof Error && 'details' in error) return String(error.details)
    throw error
  }
  throw new Error('the call succeeded')
}

/** What the plugin writes to stderr, run in a folder by hand, without the white space around it. */
export async function complaintOf(
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const plugin = [resolve('dist/argocd-phase-plugin.cjs'), 'generate', '.']
  const child = spawn(process.execPath, plugin, { cwd: folder, env })
  return (await ended(child)).stderr.trim()
}
