// The lists of readers of both files in; who may read a Secret out. The repository can narrow what the
// platform says, never widen it.

import { shownName } from '../../names.ts'
import type { Subject } from '../../rbac/model.ts'
import { normalized } from '../../rbac/subjects.ts'
import type { SecretName } from '../model.ts'
import type { CheckPolicy, ReaderList } from './model.ts'
import { secretKey, secretText, subjectKey, subjectText } from './names.ts'
import type { RuleNames } from './rule-names.ts'

type Subjects = ReadonlyMap<string, Subject>

/** The lists of one file. Several lists for one Secret add up. */
class Readers {
  /** Lists are shared, not copied: a small file can name many Secrets with many readers. */
  readonly #bySecret = new Map<string, Subjects[]>()
  readonly #byName = new Map<string, Set<string>>()
  readonly #answers = new Map<string, Subjects | undefined>()

  constructor(lists: readonly ReaderList[]) {
    for (const list of lists) {
      const subjects = keyed(list)
      for (const secret of list.secrets) {
        const key = secretKey(secret)
        const known = this.#bySecret.get(key)
        if (known === undefined) this.#bySecret.set(key, [subjects])
        else if (known.at(-1) !== subjects) known.push(subjects)
        const keys = this.#byName.get(secret.name)
        if (keys === undefined) this.#byName.set(secret.name, new Set([key]))
        else keys.add(key)
      }
    }
  }

  /**
   * Who may read a Secret; undefined where no list is for it. One whose namespace is left open may be
   * any of its name: who may read all of them may read it, or leaving out the namespace would be a way out.
   */
  of(secret: SecretName): Subjects | undefined {
    const key = secretKey(secret)
    if (!this.#answers.has(key)) this.#answers.set(key, this.#answer(secret))
    return this.#answers.get(key)
  }

  #answer(secret: SecretName): Subjects | undefined {
    const exact = this.#bySecret.get(secretKey(secret))
    if (exact !== undefined || secret.namespace) return exact && inAny(exact)
    const [first, ...others] = this.#byName.get(secret.name) ?? []
    let left = [...inAny(this.#bySecret.get(first ?? '') ?? [])]
    for (const other of others) {
      const lists = this.#bySecret.get(other) ?? []
      left = left.filter(([key]) => lists.some((list) => list.has(key)))
    }
    return first === undefined ? undefined : new Map(left)
  }
}

function isWithin(subjects: Subjects, bound: Subjects): boolean {
  for (const key of subjects.keys()) if (!bound.has(key)) return false
  return true
}

function keyed({ subjects }: ReaderList): Subjects {
  return new Map(subjects.map((subject) => [subjectKey(subject), normalized(subject)]))
}

function inAny(lists: readonly Subjects[]): Subjects {
  return new Map(lists.flatMap((list) => [...list]))
}

function inBoth(one: Subjects, other: Subjects): Subjects {
  return new Map([...one].filter(([key]) => other.has(key)))
}

/** @param names of the repository; readers whom the platform does not allow are problems of them. */
export function mergeReaders(
  asked: readonly ReaderList[],
  bounds: readonly ReaderList[],
  names: RuleNames,
): CheckPolicy['allowedReaders'] {
  const [repository, platform] = [new Readers(asked), new Readers(bounds)]
  for (const list of asked) rejectWider(list, platform, names)
  return (secret) => {
    const [wanted, bound] = [repository.of(secret), platform.of(secret)]
    const readers = wanted && bound ? inBoth(bound, wanted) : (bound ?? wanted)
    return readers && [...readers].sort(byKey).map(([, subject]) => subject)
  }
}

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1
}

/** Of one list. */
const MOST_REJECTED = 10

function rejectWider(list: ReaderList, platform: Readers, names: RuleNames): void {
  const subjects = keyed(list)
  let rejected = 0
  for (const secret of list.secrets) {
    const bound = platform.of(secret)
    if (bound === undefined || isWithin(subjects, bound)) continue
    const [first, ...more] = [...subjects].filter(([key]) => !bound.has(key))
    if (first === undefined) continue
    const who = `${shownName(subjectText(first[1]))}${more.length > 0 ? ` and ${more.length} more` : ''}`
    const message = `${who} may not read ${secretText(secret)}: the platform does not allow it`
    names.reject(secret, message, `check.readers allows ${listed(bound)}: ask the platform team`)
    rejected += 1
    if (rejected === MOST_REJECTED) return
  }
}

const MOST_LISTED = 5

function listed(subjects: Subjects): string {
  const texts = [...subjects.values()].map((subject) => shownName(subjectText(subject))).sort()
  const more = texts.length - MOST_LISTED
  const shown = texts.slice(0, MOST_LISTED).join(', ') || 'nobody'
  return more > 0 ? `${shown} and ${more} more` : shown
}
