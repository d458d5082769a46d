// Checked parameters in, Helm's argument vector out, or what cannot be said to Helm. Whatever an app
// author chose stands behind a `--flag=`, so that none of it can be a flag, and is quoted as the flag
// wants it: --values splits at commas like CSV, --set-file would read a second file after a comma.
import type { Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import type { Application, KubernetesFacts } from '../settings.ts'
import type { Parameters } from './parameters.ts'

/** What `helm template` is told, besides the chart in its current folder. */
export interface HelmRequest {
  readonly parameters: Parameters
  readonly application?: Application | undefined
  readonly kubernetes: KubernetesFacts
  /** Absolute paths, checked. */
  readonly valueFiles: readonly string[]
  /** Absolute paths, checked, by the path of the value. */
  readonly fileParameters: ReadonlyMap<string, string>
}

/** What Helm calls a release for which it is given no name. */
const NO_NAME = 'release-name'
/** Helm's own limit and pattern (helm pkg/chart/common/util: ValidateReleaseName). */
const LONGEST_NAME = 53
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/
const VERSION = /^v?\d+\.\d+(\.\d+)?([-+][\w.+-]{1,60})?$/
const API_VERSION = /^[\w.-]+(\/[\w.-]+){0,2}$/
/**
 * The path of a value: no `=` or `,` that would begin another one, braces and brackets only as
 * Helm's own syntax has them, and never an escape that reaches into what follows.
 */
const VALUE_PATH = /^(?:[^=,{}[\]\\\p{C}]|\\[^=,\p{C}]|\[\d{1,5}\])+$/u

/** Helm's rule for `--set` texts: see argo-cd util/helm cleanSetParameters. */
const UNESCAPED_COMMA = /(?<!\\),/g

/** The arguments that follow `helm`. `stdin` is what the tool has to be given to read. */
export function helmArguments(request: HelmRequest): Outcome<{ args: string[]; stdin?: string }> {
  const { parameters, application, kubernetes } = request
  const problems = checkAll(parameters)
  if (problems.length > 0) return { problems }
  const namespace = parameters.text('namespace') ?? application?.namespace
  const version = parameters.text('kubeVersion') ?? kubernetes.version
  const chosen = parameters.list('apiVersions')
  const apiVersions = (chosen.length > 0 ? chosen : kubernetes.apiVersions).filter(isApiVersion)
  const values = valuesText(parameters)
  const args = [
    'template',
    ...(namespace === undefined ? [] : [`--namespace=${namespace}`]),
    ...(version === undefined ? [] : [`--kube-version=${version}`]),
    ...apiVersions.map((each) => `--api-versions=${each}`),
    ...(parameters.flag('skipCrds') ? [] : ['--include-crds']),
    ...(parameters.flag('skipTests') ? ['--skip-tests'] : []),
    ...(parameters.flag('skipSchemaValidation') ? ['--skip-schema-validation'] : []),
    ...request.valueFiles.map((file) => `--values=${asCsv(file)}`),
    ...(values === undefined ? [] : ['--values=-']),
    ...sets('--set', parameters.map('parameters')),
    ...sets('--set-string', parameters.map('stringParameters')),
    ...[...request.fileParameters].map(([path, file]) => `--set-file=${path}=${escaped(file)}`),
    '--',
    parameters.text('releaseName') ?? releaseName(application?.name),
    '.',
  ]
  return { value: values === undefined ? { args } : { args, stdin: values } }
}

/**
 * The release name that an Application's name makes: the part behind its namespace, in Helm's
 * characters and length.
 */
export function releaseName(name: string | undefined): string {
  const plain = name?.slice(name.indexOf('_') + 1).toLowerCase() ?? ''
  const cut = plain.replace(/[^a-z0-9.-]/g, '-').slice(0, LONGEST_NAME)
  const trimmed = cut.replace(/^[.-]+|[.-]+$/g, '')
  return NAME.test(trimmed) ? trimmed : NO_NAME
}

function checkAll(parameters: Parameters): Problem[] {
  const name = parameters.text('releaseName')
  const namespace = parameters.text('namespace')
  const version = parameters.text('kubeVersion')
  const paths = (['parameters', 'stringParameters', 'fileParameters'] as const).flatMap((map) => {
    return [...parameters.map(map).keys()]
      .filter((path) => !VALUE_PATH.test(path))
      .map((path) => bad(map, `${JSON.stringify(path)} is no path of a value`, 'such as image.tag'))
  })
  const apiVersions = parameters.list('apiVersions').filter((each) => !isApiVersion(each))
  return [
    ...(name === undefined || (NAME.test(name) && name.length <= LONGEST_NAME)
      ? []
      : [bad('releaseName', 'is no release name', 'lower-case letters, digits and -, 53 at most')]),
    ...(namespace === undefined || NAMESPACE.test(namespace)
      ? []
      : [bad('namespace', 'is no namespace', 'lower-case letters, digits and -, 63 at most')]),
    ...(version === undefined || VERSION.test(version)
      ? []
      : [bad('kubeVersion', 'is no version', 'such as 1.34.0')]),
    ...apiVersions.map((each) => {
      return bad('apiVersions', `${JSON.stringify(each)} is no version`, 'such as batch/v1/CronJob')
    }),
    ...paths,
  ]
}

function isApiVersion(text: string): boolean {
  return API_VERSION.test(text)
}

function sets(flag: string, entries: ReadonlyMap<string, string>): string[] {
  return [...entries].map(([path, value]) => `${flag}=${path}=${commasMeant(value)}`)
}

/** A list in braces keeps its commas; any other comma is a part of the text. */
function commasMeant(value: string): string {
  if (value.startsWith('{') && value.endsWith('}')) return value
  return value.replace(UNESCAPED_COMMA, '\\,')
}

/** One field of a CSV line. */
function asCsv(path: string): string {
  return `"${path.replaceAll('"', '""')}"`
}

/** A path as Helm's --set parser reads it back. */
function escaped(path: string): string {
  return path.replace(/[\\,]/g, (character) => `\\${character}`)
}

/** The YAML that wins over value files: as given, or put together from a text for each name. */
function valuesText(parameters: Parameters): string | undefined {
  const entries = [...parameters.map('values')].map(([name, text]) => {
    return `${JSON.stringify(name)}:\n${text.replace(/^/gm, '  ')}\n`
  })
  return entries.length > 0 ? entries.join('') : parameters.text('values')
}

function bad(parameter: string, message: string, hint: string): Problem {
  return { severity: 'error', fault: 'input', message: `parameter ${parameter}: ${message}`, hint }
}
