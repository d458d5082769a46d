// `who-can VERB RESOURCE [DIR|-]`: who may do something, as the roles and bindings of the manifests say.
// Asks no cluster and no Phase. Nothing is printed if anything could be missing from the answer.
import type { Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import { usageError } from '../../manifests/problem.ts'
import { buildPolicy } from '../../manifests/rbac/policy.ts'
import { whoCan, whoCanUse } from '../../manifests/rbac/question.ts'
import type { RbacReading } from '../../manifests/rbac/read.ts'
import { readRbac } from '../../manifests/rbac/read.ts'
import { readDocuments } from '../../manifests/stream.ts'
import type { Io } from '../io.ts'
import { loadSettings } from '../load-settings.ts'
import { readManifests } from '../read-manifests.ts'
import { report } from '../report.ts'
import type { Settings } from '../settings.ts'
import type { Report } from '../who-can/answer.ts'
import { reportOf } from '../who-can/answer.ts'
import { formatJson } from '../who-can/json.ts'
import type { Asked, Words } from '../who-can/question.ts'
import { readQuestion } from '../who-can/question.ts'
import { formatReport } from '../who-can/text.ts'

/** What the command line says. */
export interface WhoCanOptions extends Words {
  /** A folder, or `-` for standard input. */
  readonly directory: string
  readonly recurse: boolean
  /** The source's parameters, as for `generate`. */
  readonly parameters?: string | undefined
  readonly format: string
}

/** Runs the command. @returns the exit code (see report.ts): 0 also when nobody can. */
export async function whoCanCommand(options: WhoCanOptions, io: Io): Promise<number> {
  const { problems, answer } = await answerOf(options, io)
  const code = report(problems, io)
  if (code !== 0 || answer === undefined) return code
  await io.stdout.write(options.format === 'json' ? formatJson(answer) : formatReport(answer))
  return code
}

interface Answered {
  readonly problems: readonly Problem[]
  readonly answer?: Report | undefined
}

async function answerOf(options: WhoCanOptions, io: Io): Promise<Answered> {
  const start = performance.now()
  if (options.format !== 'text' && options.format !== 'json') {
    return { problems: [usageError('--format is neither text nor json', 'use one of them')] }
  }
  const settings = await loadSettings(io.env, undefined)
  if ('problems' in settings) return settings
  const asked = readQuestion(options, settings.value.kubernetes.version)
  if ('problems' in asked) return asked
  const deadline = start + settings.value.timeout * 1000
  const reading = await readRoles(options, settings.value, io, deadline)
  if ('problems' in reading) return reading
  return decide(asked.value, reading.value)
}

function decide({ question, minor, notices }: Asked, reading: RbacReading): Answered {
  const { policy, problems } = buildPolicy(reading.objects, minor)
  const found =
    'url' in question ? whoCanUse(question.verb, question.url, policy) : whoCan(question, policy)
  const all = [...notices, ...reading.problems, ...problems, ...openNamespaces(reading)]
  const answer = reportOf(question, minor, found, policy.unresolved)
  return answer === undefined ? { problems: [...all, TOO_LONG] } : { problems: all, answer }
}

const TOO_LONG: Problem = {
  severity: 'error',
  fault: 'input',
  message: 'the answer is longer than 50 MB',
  hint: 'ask about one namespace or one name, or read a smaller folder',
}

/** Objects that go where Argo CD or kubectl is told to put them. */
function openNamespaces({ objects: { roles, bindings } }: RbacReading): Problem[] {
  const open = [...roles, ...bindings].filter(
    ({ kind, namespace }) => !kind.startsWith('Cluster') && namespace === undefined,
  )
  if (open.length === 0) return []
  const message = `${open.length} roles and bindings name no namespace: they are taken to be in one of their own`
  return [{ severity: 'notice', fault: 'input', message, hint: 'say with -n where they go' }]
}

async function readRoles(
  options: WhoCanOptions,
  settings: Settings,
  io: Io,
  deadline: number,
): Promise<Outcome<RbacReading>> {
  const { directory, recurse, parameters, namespace } = options
  const { application, untrusted } = settings
  const source = { directory, recurse, parameters: parameters ?? untrusted.parameters }
  const files = await readManifests(source, settings, io, deadline)
  if ('problems' in files) return files
  const { documents, problems } = readDocuments(files.value)
  const { objects, problems: found } = readRbac(documents, application?.namespace ?? namespace)
  return { value: { objects, problems: [...problems, ...found] } }
}
