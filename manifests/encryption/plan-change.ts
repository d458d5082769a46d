// The kinds of steps that plans are made of, for API servers that read a file: each changes the file of all
// of them, and says what to see before the next.
import type { ProviderChoice } from './generate.ts'
import type { PlanStep } from './plan-model.ts'
import { rewriteStep } from './plan-rewrite.ts'
import { verifyFile, verifyStored } from './plan-verify.ts'

/** The cluster that a plan is for. */
export interface PlanCluster {
  readonly minor: number
  readonly resources: readonly string[]
  /** How a changed file reaches every API server. */
  readonly rollOut: readonly string[]
}

/** A change of the file. */
export interface FileChange {
  readonly title: string
  readonly why: string
  readonly run: readonly string[]
  readonly goBack: readonly string[]
  readonly verify?: readonly string[] | undefined
}

export const STILL_READABLE =
  'every object can still be read: kubectl get secrets --all-namespaces -o name'

/** `encryption rotate` over the file that there is. */
export function rotateCommand(words: string): string {
  return `argocd-phase-plugin encryption rotate FILE --step ${words} --out FILE --force`
}

/** A step that brings another file to every API server. */
export function changeFile(change: FileChange, { minor, rollOut }: PlanCluster): PlanStep {
  const { title, why, run, goBack, verify = [] } = change
  return {
    title,
    why,
    commit: [
      'the changed file, sealed or as the new value in Phase; its hash in the text of the pull request',
    ],
    run: [...run, ...rollOut],
    verify: [...verifyFile(minor), ...verify],
    goBack,
  }
}

/** A key that is read everywhere begins to write. @param back the words that choose what wrote before. */
export function promoteStep(
  what: string,
  words: string,
  back: string,
  cluster: PlanCluster,
): PlanStep {
  const change = {
    title: `write ${what}`,
    why: 'API servers of the old and of the new file write differently during the roll-out, and read all of it',
    run: [rotateCommand(`promote${words} --every-server-has-it`)],
    goBack: [
      rotateCommand(`promote ${back} --every-server-has-it`),
      'what was written meanwhile needs the key that wrote it: leave it in the file, or rewrite all objects before it is dropped',
    ],
  }
  return changeFile(change, cluster)
}

/** What nothing needs any more goes. */
export function dropStep(what: string, words: string, cluster: PlanCluster): PlanStep {
  const change = {
    title: `drop ${what}`,
    why: 'what only this can read is lost from here on: the counts of the step before have to be 0',
    run: [rotateCommand(`drop${words}`)],
    goBack: ['the file of the step before: keep it, sealed, until nothing needs it'],
    verify: [STILL_READABLE],
  }
  return changeFile(change, cluster)
}

/** Every object is written once. */
export function rewriteAll(provider: ProviderChoice, { minor, resources }: PlanCluster): PlanStep {
  return { ...rewriteStep(minor, resources), verify: verifyStored(provider, resources) }
}
