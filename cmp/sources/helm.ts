// A chart in, its manifests out. Checks what Helm would read first, because it follows links and takes
// addresses; then runs it, and once more after building dependencies that the chart lacks.
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import type { InputFile, Outcome } from '../../manifests/document.ts'
import type { Position, Problem } from '../../manifests/problem.ts'
import { wholeFile } from '../../manifests/problem.ts'
import { farSchemas } from './chart-schema.ts'
import type { Ended } from './child.ts'
import { runTool } from './child.ts'
import type { Reporting } from './complaint.ts'
import { complaintOf } from './complaint.ts'
import { CHART } from './detect.ts'
import { helmArguments } from './helm-arguments.ts'
import { checkDependencies, lacksDependencies } from './helm-dependencies.ts'
import { strayLinks } from './links.ts'
import { mirror } from './mirror.ts'
import { isGitName, namesIn } from './places.ts'
import { cutRendered, holdsNothing } from './rendered.ts'
import type { Rendering } from './rendering.ts'
import { findHelm, toolEnvironment } from './tools.ts'
import { helmFiles } from './value-files.ts'

interface Refused {
  readonly how: 'refused'
  readonly problems: readonly Problem[]
}

/** The manifests of a chart: CRDs, templates and hooks, as `helm template` prints them. */
export async function renderChart(run: Rendering): Promise<Outcome<InputFile[]>> {
  const { request, repository, folder, parameters, workspace } = run
  const files = helmFiles(parameters, folder, repository)
  if ('problems' in files) return files
  const asked = helmArguments({ ...request, parameters, ...files.value })
  if ('problems' in asked) return asked
  const links = strayLinks([folder], repository, folder)
  if (links.length > 0) return { problems: links }
  const helm = findHelm(request.tools, request.settings.path)
  if ('problems' in helm) return helm
  // Helm would read a .git beside Chart.yaml as files of the chart.
  const chart = holdsGit(folder) ? mirror(folder, repository, workspace) : { value: folder }
  if ('problems' in chart) return chart
  const { args, stdin } = asked.value
  const template = (cwd: string) => execute(run, [helm.value, ...args], cwd, stdin)
  const first = await template(chart.value)
  if (first.how !== 'failed' || !lacksDependencies(first.stderr)) return outcomeOf(first, run)
  const built = await buildDependencies(run, helm.value, chart.value)
  return 'problems' in built ? built : outcomeOf(await template(built.value), run)
}

/** @returns the folder of a chart that has its dependencies. */
async function buildDependencies(
  run: Rendering,
  helm: string,
  chart: string,
): Promise<Outcome<string>> {
  const { request, repository, folder, workspace } = run
  const allowed = checkDependencies(folder, repository, request.tools.chartRepositories)
  if ('problems' in allowed) return allowed
  const { network, folders } = allowed.value
  const links = strayLinks(folders, repository)
  if (links.length > 0) return { problems: links }
  const copy = chart === folder ? mirror(folder, repository, workspace) : { value: chart }
  if ('problems' in copy) return copy
  const written = ['charts', 'Chart.lock', 'requirements.lock'].find((name) => {
    return lstatSync(join(copy.value, name), { throwIfNoEntry: false })?.isSymbolicLink()
  })
  if (written !== undefined) return { problems: [writtenThrough(join(folder, written), run)] }
  const ended = await execute(
    run,
    [helm, 'dependency', 'build', '--', '.'],
    copy.value,
    '',
    network,
  )
  if (ended.how === 'done') return copy
  if (ended.how === 'refused') return { problems: ended.problems }
  return { problems: [complaintOf(ended, reporting(run, 'helm dependency build', ''))] }
}

/** Helm would change what the link leads to. */
function writtenThrough(path: string, { repository }: Rendering): Problem {
  const at = wholeFile(repository.display(path))
  const message = 'is a link where Helm has to write'
  return { severity: 'error', fault: 'input', at, message, hint: 'put the dependencies there' }
}

/** Schemas are looked at right before each run: dependencies bring their own. */
async function execute(
  run: Rendering,
  argv: readonly string[],
  cwd: string,
  stdin: string | undefined,
  network = run.request.tools.chartRepositories === 'any',
): Promise<Ended | Refused> {
  const { request, parameters, workspace } = run
  if (!parameters.flag('skipSchemaValidation')) {
    const problems = farSchemas(cwd, shownAs(run, cwd), network)
    if (problems.length > 0) return { how: 'refused', problems }
  }
  const env = toolEnvironment(request.settings, workspace, network)
  const { signal, deadline } = request
  return runTool({ argv, cwd, env, stdin, signal, deadline })
}

function outcomeOf(ended: Ended | Refused, run: Rendering): Outcome<InputFile[]> {
  if (ended.how === 'refused') return { problems: ended.problems }
  if (ended.how !== 'done') {
    const said = ended.how === 'failed' ? ended.stderr : ''
    return { problems: [complaintOf(ended, reporting(run, 'helm template', said))] }
  }
  if (!holdsNothing(ended.stdout)) return { value: cutRendered(ended.stdout) }
  const at = reporting(run, '', '').at
  const hint = 'check the values; an empty result would delete everything that is there'
  const message = 'the chart renders to no manifests'
  return { problems: [{ severity: 'error', fault: 'input', at, message, hint }] }
}

/** The names of the copy's files are those of the chart. */
function shownAs({ repository, folder }: Rendering, cwd: string): Rendering['repository'] {
  const inChart = (path: string) =>
    path.startsWith(cwd) ? join(folder, path.slice(cwd.length)) : path
  return { ...repository, display: (path) => repository.display(inChart(path)) }
}

function holdsGit(folder: string): boolean {
  return namesIn(folder).some(isGitName)
}

function reporting(run: Rendering, tool: string, stderr: string): Reporting {
  const { repository, folder, workspace } = run
  return { tool, at: placeIn(stderr, run), folders: [workspace.folder, folder, repository.root] }
}

/** The template and line that Helm complains about, else the chart. */
function placeIn(stderr: string, { repository, folder }: Rendering): Position {
  const [, template, line] =
    /(?:template: |execution error at \()[^\s/:]+\/([^\s:]+):(\d+)/.exec(stderr) ??
    /error on [^\s/:]+\/([^\s:]+):/.exec(stderr) ??
    []
  const isPlain = template !== undefined && !template.split('/').includes('..')
  const file = repository.display(join(folder, isPlain ? template : CHART))
  return { file, line: isPlain ? Number(line ?? 1) : 1, column: 1 }
}
