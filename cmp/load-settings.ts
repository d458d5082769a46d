// The environment and the configuration file in; the settings of a run out. Each setting is said in
// one of the two; where both say it, that is an error.
import { isAbsolute } from 'node:path'
import type { Outcome } from '../manifests/document.ts'
import type { Problem } from '../manifests/problem.ts'
import type { Configuration } from './config/configuration.ts'
import { DEFAULT_CREDENTIAL } from './config/configuration.ts'
import { findConflicts, readSettings } from './environment.ts'
import type { Io } from './io.ts'
import { readBounded } from './read-file.ts'
import type { Settings } from './settings.ts'

/** Bytes. A policy takes some 300. */
const LARGEST_CONFIGURATION = 4 * 1024 * 1024

/**
 * The settings of a run.
 * @param configFile what the command line names; it wins over PHASE_PLUGIN_CONFIG.
 */
export async function loadSettings(
  env: Io['env'],
  configFile: string | undefined,
): Promise<Outcome<Settings>> {
  const settings = readSettings(env)
  if ('problems' in settings) return settings
  const path = configFile ?? settings.value.configFile
  if (path === undefined) return settings
  if (settings.value.application !== undefined && !isAbsolute(path)) return refuse(RELATIVE)
  const configuration = await readConfigurationFile(path)
  if ('problems' in configuration) return configuration
  const conflicts = findConflicts(env, configuration.value.fields)
  if (conflicts.length > 0) return { problems: conflicts }
  return { value: combine(settings.value, configuration.value) }
}

type Words = readonly [message: string, hint: string]
const RELATIVE: Words = [
  '--config is not an absolute path',
  'Argo CD runs the plugin inside the repository',
]

/** A configuration file's contents, or everything that is wrong with it. */
export async function readConfigurationFile(path: string): Promise<Outcome<Configuration>> {
  const bytes = readBounded(path, LARGEST_CONFIGURATION)
  if (typeof bytes === 'string') {
    const message = `the configuration file ${path} cannot be read (${bytes.replaceAll('-', ' ')})`
    return refuse([message, 'check the path, its permissions, and that it is mounted'])
  }
  // Loaded where it is needed: most of what it brings is the YAML library.
  const { readConfiguration } = await import('./config/read-configuration.ts')
  return readConfiguration(bytes, path)
}

function combine(settings: Settings, configuration: Configuration): Settings {
  const [first, ...others] = configuration.hosts
  const { tokens } = settings
  return {
    ...settings,
    hosts: first === undefined ? settings.hosts : [first, ...others],
    tokens: {
      ...tokens,
      file: configuration.credentials.get(DEFAULT_CREDENTIAL) ?? tokens.file,
      directory: configuration.tokensDirectory ?? tokens.directory,
      fromCluster: configuration.tokensFromCluster || tokens.fromCluster,
      named: configuration.credentials,
    },
    policies: configuration.policies,
    timeout: configuration.timeout ?? settings.timeout,
    allowUserToken: configuration.allowUserToken || settings.allowUserToken,
    personalOverrides: configuration.personalOverrides || settings.personalOverrides,
    extraKinds: configuration.extraKinds,
    cache: configuration.cache,
    toolChoice: configuration.tools,
    sealing: configuration.sealing,
    check: configuration.check,
    watch: configuration.watch,
  }
}

function refuse([message, hint]: Words): Outcome<never> {
  const problem: Problem = { severity: 'error', fault: 'usage', message, hint }
  return { problems: [problem] }
}
