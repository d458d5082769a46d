// The parts of a configuration that most installations leave out in; their values out: the cache of
// sealed answers, and the tools that render sources.
import { isAbsolute } from 'node:path'
import type { Fields } from '../../manifests/fields.ts'
import type { Configuration } from './configuration.ts'
import { readPath, readPatterns } from './field-types.ts'

const SECOND = 1000
const UNITS: Readonly<Record<string, number>> = {
  s: SECOND,
  m: 60 * SECOND,
  h: 3600 * SECOND,
  d: 86_400 * SECOND,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
}

/** The fields of the cache, all at the top of the file. */
export const CACHE_FIELDS = ['cacheDir', 'cacheMaxAge', 'cacheMaxSize', 'staleIfError']

/** The cache's settings: times in milliseconds, sizes in bytes; undefined without `cacheDir`. */
export function readCache(root: Fields): Configuration['cache'] {
  const directory = readPath(root, 'cacheDir')
  const maxAge = readAmount(root, 'cacheMaxAge', /^(\d+)([smhd])$/, 'a time such as 24h')
  const maxBytes = readAmount(root, 'cacheMaxSize', /^(\d+)([KMG]i)$/, 'a size such as 64Mi')
  const staleIfError = readAmount(root, 'staleIfError', /^(\d+)([smhd])$/, 'a time such as 1h')
  if (directory !== undefined) return { directory, maxAge, maxBytes, staleIfError }
  for (const name of CACHE_FIELDS.slice(1)) {
    if (root.isSet(name)) root.reject(name, 'needs cacheDir', 'name a folder for the cache')
  }
  return undefined
}

/** Milliseconds or bytes. */
function readAmount(root: Fields, name: string, form: RegExp, words: string): number | undefined {
  const text = root.string(name)
  if (text === undefined) return undefined
  const [, digits, unit = ''] = form.exec(text) ?? []
  const amount = Number(digits) * (UNITS[unit] ?? 1)
  if (Number.isSafeInteger(amount) && amount > 0) return amount
  root.reject(name, `is not ${words}`)
  return undefined
}

/** What the platform team says of Helm and Kustomize. */
export function readSources(root: Fields): Configuration['tools'] {
  const sources = root.map('sources')
  sources?.only(['helm', 'kustomize'])
  const helm = sources?.map('helm')
  helm?.only(['command', 'repositories'])
  const kustomize = sources?.map('kustomize')
  kustomize?.only(['command', 'remoteBases'])
  const command = kustomize?.texts('command')
  return {
    helm: helm && readCommand(helm, helm.string('command')),
    kustomize:
      kustomize && command && readCommand(kustomize, command[0] ?? '') ? command : undefined,
    chartRepositories: helm && readPatterns(helm, 'repositories'),
    remoteBases: kustomize?.names().includes('remoteBases')
      ? kustomize.flag('remoteBases')
      : undefined,
  }
}

/** An absolute path, or a bare name that PATH leads to; nothing that the folder of a run could decide. */
function readCommand(fields: Fields, command: string | undefined): string | undefined {
  if (command === undefined) return undefined
  if (isAbsolute(command) || /^[\w.-]+$/.test(command)) return command
  fields.reject('command', 'is neither an absolute path nor the name of a program')
  return undefined
}
