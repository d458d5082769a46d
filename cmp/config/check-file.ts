// A file that a configuration names in; what keeps it from being used out.
import { accessSync, constants, statSync } from 'node:fs'
import type { Problem } from '../../manifests/problem.ts'
import { wholeFile } from '../../manifests/problem.ts'

/** Whether it can be read here. @param file the configuration, for the place of the problem. */
export function checkPath(what: string, path: string | undefined, file: string): Problem[] {
  if (path === undefined) return []
  try {
    accessSync(path, constants.R_OK)
    return []
  } catch {
    const message = `${what}: ${path} cannot be read here`
    return [warning(file, message, 'run this where the plugin runs, or check the mount')]
  }
}

/** Whether anybody could write another one there. */
export function checkMode(what: string, path: string | undefined, file: string): Problem[] {
  if (path === undefined) return []
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0
  if ((mode & 0o002) === 0) return []
  const message = `${what}: everybody can write ${path}`
  return [warning(file, message, 'take the permission away')]
}

/** A warning about the configuration as a whole. */
export function warning(file: string, message: string, hint: string): Problem {
  const at = wholeFile(file)
  return { severity: 'warning', fault: 'usage', at, message, hint }
}
