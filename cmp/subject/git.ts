// A repository in, answers of git about its objects out. Only plumbing that reads: no work tree, index,
// hook, filter, pager or network, and nothing of whoever runs us but the repository's own configuration.
import type { Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import { outsideError, usageError } from '../../manifests/problem.ts'
import type { ToolSettings } from '../settings.ts'
import type { Ended } from '../sources/child.ts'
import { runTool } from '../sources/child.ts'
import { lookUp } from '../sources/tools.ts'

/** Reads one repository. */
export interface Git {
  /** The commit that a revision names, in full; undefined if there is none. */
  resolve(revision: string): Promise<Outcome<string | undefined>>
  /** Where two commits branched off; undefined if nowhere. */
  mergeBase(one: string, other: string): Promise<Outcome<string | undefined>>
  /** Everything below a commit's root, or below one folder of it: what `ls-tree -r -l -z` prints. */
  list(commit: string, folder?: string): Promise<Outcome<Buffer>>
  /** What `cat-file --batch` prints for some objects. */
  contents(objects: readonly string[]): Promise<Outcome<Buffer>>
}

/** What the answers depend on. */
export interface GitOptions {
  /** A folder in the repository; absolute, without links. */
  readonly repository: string
  readonly tools: ToolSettings
  readonly signal: AbortSignal
  /** On the scale of `performance.now()`. */
  readonly deadline: number
}

/** Nothing is inherited. git-config(1), git(1): each variable closes one way to a program, a host or a file. */
const ENVIRONMENT = {
  // No folder with programs: what a repository's configuration might start is not found.
  PATH: '/dev/null',
  GIT_EXEC_PATH: '/dev/null',
  HOME: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  LANG: 'C',
}

/** A revision that git cannot take for anything else: no option, no range, no blank or control character. */
const REVISION = /^(?!-)(?!.*\.\.)[^\p{C}\s]+$/u

/** Finds git; whether there is a repository is seen with the first question. */
export function openGit(options: GitOptions): Outcome<Git> {
  const program = lookUp('git', options.tools.path)
  if (program === undefined) return { problems: [MISSING] }
  const ask = (args: readonly string[], stdin?: string) => run(program, args, stdin, options)
  return {
    value: {
      resolve: async (revision) =>
        REVISION.test(revision)
          ? oneLine(await ask(['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]))
          : { value: undefined },
      mergeBase: async (one, other) => oneLine(await ask(['merge-base', one, other])),
      list: async (commit, folder) =>
        answer(await ask(['ls-tree', '-r', '-l', '-z', '--full-tree', commit, ...pathOf(folder)])),
      contents: async (objects) => answer(await ask(['cat-file', '--batch'], lines(objects))),
    },
  }
}

function run(
  program: string,
  args: readonly string[],
  stdin: string | undefined,
  { repository, signal, deadline }: GitOptions,
): Promise<Ended> {
  // Whoever owns the folder, the user named it; and nothing that runs here runs what is in it.
  const safe = ['-c', `safe.directory=${repository}`, '-c', 'core.fsmonitor=false']
  const argv = [program, ...safe, '--no-pager', '--literal-pathspecs', ...args]
  return runTool({ argv, cwd: repository, env: ENVIRONMENT, stdin, signal, deadline })
}

function pathOf(folder: string | undefined): readonly string[] {
  return folder === undefined || folder === '' ? [] : ['--', `${folder}/`]
}

function lines(objects: readonly string[]): string {
  return objects.map((object) => `${object}\n`).join('')
}

/** The first line of an answer; git says by exit code 1 that there is none. */
function oneLine(ended: Ended): Outcome<string | undefined> {
  if (ended.how === 'failed' && ended.exitCode === 1) return { value: undefined }
  const text = answer(ended)
  return 'problems' in text ? text : { value: text.value.toString('utf8').split('\n', 1)[0] }
}

function answer(ended: Ended): Outcome<Buffer> {
  return ended.how === 'done' ? { value: ended.stdout } : { problems: [problemOf(ended)] }
}

function problemOf(ended: Exclude<Ended, { how: 'done' }>): Problem {
  switch (ended.how) {
    case 'failed':
      return failure(ended.stderr)
    case 'late':
      return outsideError('git took longer than the time budget', 'raise PHASE_TIMEOUT')
    case 'aborted':
      return outsideError('the run was ended from outside', 'run it again')
    case 'too-much':
      return outsideError('git answered more than can be taken', 'compare with a folder instead')
    case 'killed':
    case 'not-started':
      return outsideError('git cannot be run', 'try git --version')
  }
}

/** What git writes may quote names of the repository: only the kind of its complaint is told. */
function failure(stderr: string): Problem {
  if (/not a git repository/i.test(stderr)) {
    const message = 'there is no Git repository around the folder'
    return usageError(message, 'a revision needs one; compare with a folder or a file instead')
  }
  if (/dubious ownership/.test(stderr)) {
    const message = 'git refuses the repository: somebody else owns it'
    return usageError(message, 'git config --global --add safe.directory, or make it your own')
  }
  if (/promisor|missing|unable to read|bad object|not our ref/i.test(stderr)) {
    const hint = 'in a partial clone nothing is fetched: run git fetch, or clone it whole'
    return outsideError('objects of the revision are missing in the repository', hint)
  }
  return outsideError('git failed', 'try git fsck in the repository')
}

const MISSING = outsideError('git cannot be run: it is not in PATH', 'install git')
