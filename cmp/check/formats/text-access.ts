// Who gets at a Secret in, lines of a terminal out: a table for each way, then who was one of them before.
import type { Reach, Reacher, SecretAccess } from '../../../manifests/check/report.ts'
import { REACHES } from '../../../manifests/check/report.ts'
import { inertInLogs } from '../../formats/log-commands.ts'
import type { Paint, Style } from '../../formats/terminal.ts'
import { aligned, cut, name, sentence } from '../../formats/terminal.ts'
import { placeOf, titleOf } from '../../formats/words.ts'
import { NOBODY, REACH_WORDS, secretTitle, standingWords, wayWords } from './words.ts'

/** How lines are drawn. */
interface Drawing {
  readonly paint: Paint
  /** Columns that a row of a table may have. */
  readonly width: number | undefined
}

/** All lines about one Secret. */
export function accessLines(access: SecretAccess, drawing: Drawing): string[] {
  const { secret, at, usedBy, reachers, removed, isNew } = access
  const place = at === undefined ? '' : ` (${name(placeOf(at))})`
  const users = usedBy.map((user) => name(titleOf(user))).join(', ')
  return [
    drawing.paint('heading', `${isNew ? 'New ' : ''}${name(secretTitle(secret))}`) + place,
    ...(users === '' ? [] : [`  the kubelet gives it to ${users}`]),
    ...REACHES.flatMap((reach) => reachLines(reach, reachers, drawing)),
    ...(removed.length === 0 ? [] : ['  no more:']),
    ...tableOf(removed, drawing, (reacher) => [REACH_WORDS[reacher.reach], 'removed']),
  ]
}

function reachLines(reach: Reach, all: readonly Reacher[], drawing: Drawing): string[] {
  const reachers = all.filter((each) => each.reach === reach)
  if (reachers.length === 0) return [`  ${REACH_WORDS[reach]}: ${NOBODY}`]
  return [
    `  ${REACH_WORDS[reach]}:`,
    ...tableOf(reachers, drawing, (reacher) => [standingWords(reacher), styleOf(reacher)]),
  ]
}

/** Two lines for each: who, and what they are and may; the way there. */
function tableOf(
  reachers: readonly Reacher[],
  { paint, width }: Drawing,
  standing: (reacher: Reacher) => readonly [string, Style | undefined],
): string[] {
  const rows = reachers.map((reacher) => {
    const powers = reacher.powers.map(name).join(', ')
    const words = standing(reacher)[0]
    const what = [words, powers].filter((part) => part !== '').join(': ')
    return [`    ${name(titleOf(reacher.subject))}`, what] as const
  })
  return aligned(rows).flatMap((row, index) => {
    const reacher = reachers[index]
    if (reacher === undefined) return []
    // Before it is painted: a build server looks for commands at the beginning of a line.
    const way = inertInLogs(`      ${wayWords(reacher.path, sentence)}`)
    const first = paint(standing(reacher)[1], cut(row, width))
    return reacher.path.length === 0 ? [first] : [first, paint('faint', cut(way, width))]
  })
}

function styleOf({ isAllowed, isNew }: Reacher): Style | undefined {
  if (isAllowed === false) return 'removed'
  return isNew ? 'changed' : undefined
}
