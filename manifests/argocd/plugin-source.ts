// `spec.source.plugin` of an Application in, what Argo CD tells a plugin of it out.
import type { Fields } from '../fields.ts'

/**
 * The largest text that a process can be given in one variable (Linux MAX_ARG_STRLEN, 128 KiB), without
 * the variable's name. Argo CD could not start the plugin with more.
 */
const LONGEST_PARAMETERS = 131_072 - 'ARGOCD_APP_PARAMETERS='.length - 1

/** What an Application tells its plugin. */
export interface PluginSource {
  /** Absent: whichever plugin says by discovery that the folder is its own. */
  readonly name?: string | undefined
  /** As written: Argo CD expands `$NAME` in the values, and puts `ARGOCD_ENV_` before the names. */
  readonly env: ReadonlyMap<string, string>
  /** What ARGOCD_APP_PARAMETERS holds: a JSON array of named parameters, `null` if there are none. */
  readonly parameters: string
}

interface Parameter {
  readonly name: string
  readonly string?: string | undefined
  readonly array?: readonly string[] | undefined
  readonly map?: readonly (readonly [name: string, value: string])[] | undefined
}

/** Reads the plugin's part of a source; what is wrong with it goes to the problems of `source`. */
export function readPlugin(source: Fields): PluginSource | undefined {
  const plugin = source.map('plugin')
  if (plugin === undefined) return undefined
  const env = plugin.list('env').map((entry) => {
    return [entry.string('name') ?? '', entry.string('value') ?? ''] as const
  })
  const parameters = plugin.list('parameters').map(readParameter)
  const text = parametersText(parameters)
  if (text === undefined) {
    plugin.reject(
      'parameters',
      'are longer than 128 KiB, more than Argo CD can hand to a plugin',
      'put what is long into a file of the repository, such as a value file',
    )
  }
  return { name: plugin.string('name') || undefined, env: new Map(env), parameters: text ?? 'null' }
}

function readParameter(entry: Fields): Parameter {
  return {
    name: entry.string('name') ?? '',
    string: entry.string('string'),
    array: entry.texts('array'),
    map: entry.map('map')?.strings(),
  }
}

/**
 * The parameters as Argo CD writes them (argo-cd pkg/apis/application/v1alpha1/types.go:
 * ApplicationSourcePluginParameter.MarshalJSON, Environ). An empty list is `null` too: it is nothing in
 * the protocol between the controller and the repo-server. @returns undefined if they are too long.
 */
function parametersText(parameters: readonly Parameter[]): string | undefined {
  if (parameters.length === 0) return 'null'
  const texts: string[] = []
  let bytes = 1
  for (const { name, string, array, map } of parameters) {
    // Go sorts the keys of a map, and these are one.
    const fields = [
      ...(array === undefined ? [] : [`"array":[${array.map(goString).join(',')}]`]),
      ...(map === undefined ? [] : [`"map":{${sortedMap(map)}}`]),
      `"name":${goString(name)}`,
      ...(string === undefined ? [] : [`"string":${goString(string)}`]),
    ]
    const text = `{${fields.join(',')}}`
    bytes += Buffer.byteLength(text) + 1
    if (bytes > LONGEST_PARAMETERS) return undefined
    texts.push(text)
  }
  return `[${texts.join(',')}]`
}

function sortedMap(entries: NonNullable<Parameter['map']>): string {
  return entries
    .toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([name, value]) => `${goString(name)}:${goString(value)}`)
    .join(',')
}

/** A JSON string as Go writes it: also safe within HTML and JavaScript. */
function goString(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
