// Parts of a comment for a pull request in, each with the room it may take; the Markdown of each out. What
// does not fit is left out in whole items, and counted.
import { count } from './words.ts'

/**
 * What GitHub accepts, counted in characters there; here in UTF-16 units, of which there are never fewer, so that
 * it is less than 200 kB too. GitLab accepts 1,000,000.
 */
export const LONGEST_COMMENT = 65_536

/** Belongs under a comment that leaves something out. */
export const SEE_ALL =
  'What does not fit into a comment is left out. The same command with `--format text` shows all of it.'

/** A part of the comment that may be too long. */
export interface Section {
  readonly heading: string
  /** Above the items, such as the head of a table. */
  readonly before?: string
  readonly items: readonly string[]
  /** Items that were left out before. */
  readonly omitted?: number
  readonly between: '\n' | '\n\n'
  /** What one item is. */
  readonly noun: string
  /** UTF-16 units. */
  readonly most: number
}

/** The items that fit; one that does not is no reason to leave out the next. */
export function fill(section: Section): { readonly text: string; readonly omitted: number } {
  const { heading, before, items, between, noun, most } = section
  if (items.length === 0) return { text: '', omitted: 0 }
  let used = heading.length + (before?.length ?? 0)
  const kept = items.filter((item) => {
    const isKept = used + item.length + between.length <= most
    if (isKept) used += item.length + between.length
    return isKept
  })
  const omitted = items.length - kept.length + (section.omitted ?? 0)
  const body = [...(before === undefined ? [] : [before]), ...kept].join(between)
  const rest = omitted === 0 ? [] : [`_${count(omitted, noun)} not shown._`]
  const shown = kept.length === 0 ? [] : [body]
  return { text: [`#### ${heading}`, ...shown, ...rest].join('\n\n'), omitted }
}
