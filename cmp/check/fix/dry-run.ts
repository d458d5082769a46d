// A plan in; what `--fix --dry-run` prints out: a patch for `git apply`, then what is only suggested.
import { visible } from '../../visible.ts'
import type { FixPlan } from './plan.ts'
import { patchFor } from './plan.ts'

/** How it is printed. */
export interface DryRunOptions {
  /** The name of a file in the patch, below the folder where `git apply` will run. */
  readonly nameOf: (path: string) => string
  /** Whether somebody reads it on a terminal: then characters that nobody sees are spelled out. */
  readonly isTerminal: boolean
}

/** Empty if there is nothing to do. Lines that are no patch begin with `#`, or are a suggestion. */
export function formatDryRun(
  { files, suggestions }: FixPlan,
  { nameOf, isTerminal }: DryRunOptions,
): string {
  const patches = files.map((file) => {
    const name = nameOf(file.path)
    const patch = patchFor(file, name)
    if (patch !== undefined) return isTerminal ? readable(patch) : patch
    return `# ${visible(name)}: its patch is not printed, because it would show values of Secrets or what is no text; --fix writes it\n`
  })
  const entries = suggestions.map(({ titles, file, entry }) => {
    const notes = titles.map((title) => `  # ${visible(title)}, in ${visible(file)}\n`)
    return notes.join('') + (isTerminal ? readable(entry) : entry)
  })
  return patches.join('') + (entries.length === 0 ? '' : HEAD + entries.join(''))
}

/** Kustomize patches before it renames, and a patch that fits nothing has no effect and no error. */
const HEAD = `# for a kustomization.yaml that has these objects among its resources: no file here holds them as they are,
# and in the one that gives them a name prefix, suffix or namespace this fits nothing
patches:
`

function readable(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      line
        .split('\t')
        .map((part) => visible(part))
        .join('\t'),
    )
    .join('\n')
}
