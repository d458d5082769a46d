// The text of `--against` or `--base` in; which of the things that it can name it names, out. What could be two of
// them is an error.
import type { Outcome } from '../../manifests/document.ts'
import { quotedName } from '../../manifests/names.ts'
import { usageError } from '../../manifests/problem.ts'
import { follow } from '../sources/places.ts'
import type { Git } from './git.ts'

/** What a preview is compared with. */
export type Against =
  | { readonly kind: 'live' }
  | { readonly kind: 'folder'; readonly directory: string }
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'revision'
      /** As it was given. */
      readonly name: string
      /** The commit, in full. */
      readonly commit: string
      /** For people: `origin/main (3f2a1c9e0d4b)`. */
      readonly label: string
    }

const SHORT = 12
const MERGE_BASE = /\.\.\.(?:HEAD)?$/

/**
 * Finds out what `text` means.
 * @param option what the option is called that it was given with.
 * @param git the repository of what is looked at; its problems where there is none.
 */
export async function readAgainst(
  text: string,
  option: string,
  git: Outcome<Git>,
): Promise<Outcome<Against>> {
  if (text === 'live') return { value: { kind: 'live' } }
  const place = placeOf(text)
  const said = `${option} ${quotedName(text)}`
  // Nobody would write a revision like this.
  if (/^(?:\.{0,2}\/|\.{1,2}$)/.test(text))
    return place === undefined ? noPath(said) : { value: place }
  const revision = 'problems' in git ? git : await readRevision(text, git.value)
  if (place !== undefined) {
    const isBoth = 'value' in revision && revision.value !== undefined
    return isBoth ? both(text, said) : { value: place }
  }
  if ('problems' in revision) return revision
  if (revision.value !== undefined) return { value: revision.value }
  return nothing(said, await hintFor(text, git))
}

function placeOf(text: string): Against | undefined {
  const kind = follow(text)?.kind
  if (kind === 'folder') return { kind, directory: text }
  return kind === 'file' ? { kind, path: text } : undefined
}

async function readRevision(text: string, git: Git): Promise<Outcome<Against | undefined>> {
  const name = text.replace(MERGE_BASE, '')
  const found = await git.resolve(name)
  if ('problems' in found) return found
  if (found.value !== undefined && (await isAmbiguous(name, git))) return ambiguous(name)
  if (found.value === undefined || name === text) return { value: revisionOf(text, found.value) }
  const base = await git.mergeBase(found.value, 'HEAD')
  if ('problems' in base) return base
  return base.value === undefined ? apart(name) : { value: revisionOf(text, base.value) }
}

/** Git takes the tag and only warns. */
async function isAmbiguous(name: string, git: Git): Promise<boolean> {
  const found = await Promise.all(
    ['tags', 'heads', 'remotes'].map((kind) => git.resolve(`refs/${kind}/${name}`)),
  )
  return found.filter((each) => 'value' in each && each.value !== undefined).length > 1
}

/** In CI a checkout often has no other branches than those of the remote. */
async function hintFor(text: string, git: Outcome<Git>): Promise<string> {
  const remote = `origin/${text.replace(MERGE_BASE, '')}`
  const found = 'problems' in git ? git : await git.value.resolve(`refs/remotes/${remote}`)
  return 'value' in found && found.value !== undefined ? `there is ${remote}` : HISTORY
}

function revisionOf(text: string, commit: string | undefined): Against | undefined {
  if (commit === undefined) return undefined
  return { kind: 'revision', name: text, commit, label: `${text} (${commit.slice(0, SHORT)})` }
}

function both(text: string, said: string): Outcome<never> {
  const hint = `./${text.replace(/^\//, '')} is the path, refs/heads/${text} the branch`
  return refuse(`${said} is a path and a Git revision too`, hint)
}

function noPath(said: string): Outcome<never> {
  const hint = 'check the path, which is taken from the current folder'
  return refuse(`${said} is no folder and no file`, hint)
}

const HISTORY = 'in CI the checkout needs the history: fetch-depth: 0, or GIT_DEPTH: "0"'

function nothing(said: string, hint = HISTORY): Outcome<never> {
  return refuse(`${said} is no folder, no file and no Git revision`, hint)
}

function ambiguous(name: string): Outcome<never> {
  const message = `${quotedName(name)} is a branch and a tag`
  return refuse(message, `write refs/heads/${name} or refs/tags/${name}`)
}

function apart(name: string): Outcome<never> {
  return refuse(`HEAD and ${quotedName(name)} have no commit in common here`, HISTORY)
}

function refuse(message: string, hint: string): Outcome<never> {
  return { problems: [usageError(message, hint)] }
}
