// `encryption check FILE|-`: what an API server would say of an EncryptionConfiguration, what it would not, and
// whether the change from another file is a legal step. Reads files, asks nobody, prints no key.
import type { Found } from '../../manifests/check/model.ts'
import type { Finding } from '../../manifests/check/report.ts'
import { runRules } from '../../manifests/check/run.ts'
import type { InputFile, Outcome } from '../../manifests/document.ts'
import { ENCRYPTION_RULES } from '../../manifests/encryption/catalogue.ts'
import type { EncryptionFacts } from '../../manifests/encryption/facts.ts'
import { factsOfFile } from '../../manifests/encryption/find-configurations.ts'
import { usageError, wholeFile } from '../../manifests/problem.ts'
import type { Format } from '../check/formats/formats.ts'
import { FORMATS, formatReport } from '../check/formats/formats.ts'
import type { Io } from '../io.ts'
import { readMinor } from '../kube-version.ts'
import type { ReadFault } from '../read-file.ts'
import { readBounded } from '../read-file.ts'
import { report } from '../report.ts'
import { readStdin } from '../sources/input.ts'
import { unlessOneOf } from './options.ts'

/** What the command line says. */
export interface EncryptionCheckOptions {
  /** A file, or `-` for standard input. */
  readonly file: string
  readonly base?: string | undefined
  readonly kubeVersion?: string | undefined
  readonly format: string
}

/** Bytes; the reader of configurations refuses what is larger than 1 MiB, and says so at the file. */
const LARGEST = 64 * 1024 * 1024

const FAULTS: Readonly<Record<ReadFault, string>> = {
  missing: 'there is no such file',
  unreadable: 'the file cannot be read',
  'not-a-file': 'is not a regular file',
  'too-large': 'is larger than 64 MiB, which no configuration is',
}

/** Runs the command. @returns the exit code: 1 with a finding of level error. */
export async function encryptionCheck(options: EncryptionCheckOptions, io: Io): Promise<number> {
  const asked = readOptions(options)
  if ('problems' in asked) return report(asked.problems, io)
  const files = await readFiles(options, io)
  if ('problems' in files) return report(files.problems, io)
  const { minor, format } = asked.value
  const { head, base } = files.value
  const before = base && factsOfFile(base.path, base.bytes, minor)
  const found = findingsOf({ ...factsOfFile(head.path, head.bytes, minor), base: before })
  const known = before && findingsOf(before)
  const result = {
    label: options.file,
    base: options.base,
    kubernetes: `1.${minor}`,
    findings: known === undefined ? found : found.map((each) => marked(each, known)),
    fixed: (known ?? []).filter((each) => !isAmong(each, found)),
    ...{ exempted: [], passes: [], secrets: [], notes: [] },
    rules: ENCRYPTION_RULES.map(({ find: _, ...rule }) => rule),
  }
  const { isTTY, columns } = io.stdout
  await io.stdout.write(formatReport(result, format, { color: isTTY, columns, failOn: 'error' }))
  return found.some(({ level }) => level === 'error') ? 1 : 0
}

function readOptions({
  file,
  base,
  kubeVersion,
  format,
}: EncryptionCheckOptions): Outcome<{ minor: number; format: Format }> {
  const minor = readMinor(kubeVersion)
  const known = FORMATS.find((each) => each === format)
  const problems = [
    ...('problems' in minor ? minor.problems : []),
    ...unlessOneOf('--format', format, FORMATS),
    ...(file === '-' && base === '-' ? [BOTH_STDIN] : []),
  ]
  if ('problems' in minor || known === undefined || problems.length > 0) return { problems }
  return { value: { minor: minor.value, format: known } }
}

const BOTH_STDIN = usageError('both files are standard input', 'name one of them')

/** Every rule has its own severity: a file on a disk has no policy. */
function findingsOf(facts: EncryptionFacts): readonly Finding[] {
  const decisions = {
    severityOf: (rule: Finding['rule'], { severity }: Found) => severity ?? rule.severity,
    exemptionFor: () => undefined,
  }
  return runRules(ENCRYPTION_RULES, facts, decisions).findings
}

function marked(finding: Finding, known: readonly Finding[]): Finding {
  return { ...finding, isNew: !isAmong(finding, known) }
}

function isAmong({ fingerprint }: Finding, findings: readonly Finding[]): boolean {
  return findings.some((each) => each.fingerprint === fingerprint)
}

async function readFiles(
  { file, base }: EncryptionCheckOptions,
  io: Io,
): Promise<Outcome<{ head: InputFile; base?: InputFile | undefined }>> {
  const [head, before] = [
    await readOne(file, io),
    base === undefined ? undefined : await readOne(base, io),
  ]
  if ('problems' in head) return head
  if (before !== undefined && 'problems' in before) return before
  return { value: { head: head.value, base: before?.value } }
}

async function readOne(path: string, io: Io): Promise<Outcome<InputFile>> {
  if (path === '-') {
    const files = await readStdin(io)
    if ('problems' in files) return files
    return { value: files.value[0] ?? { path, bytes: new Uint8Array() } }
  }
  const bytes = readBounded(path, LARGEST)
  if (typeof bytes !== 'string') return { value: { path, bytes } }
  const hint = 'name the file of an EncryptionConfiguration, or - for standard input'
  return { problems: [{ ...usageError(FAULTS[bytes], hint), at: wholeFile(path) }] }
}
