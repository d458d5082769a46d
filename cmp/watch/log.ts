// Events in; a quiet log out, as lines for people or one JSON object a line. What lasts is said when it
// begins and when it is over; what succeeds all the time, at the first success.
import type { Problem } from '../../manifests/problem.ts'
import { inertInLogs, inertJsonInLogs } from '../formats/log-commands.ts'
import type { Observe, WatchEvent } from './events.ts'
import { Flood } from './flood.ts'
import type { Field, LogLine } from './log-line.ts'
import { applications, lineOf, problemLine } from './log-line.ts'
import { applicationKey, environmentKey } from './model.ts'

/** How lines are written. */
export const LOG_FORMATS = ['text', 'json'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

/** Where and how the log is written. */
export interface LogTarget {
  readonly format: LogFormat
  /** Takes whole lines. */
  write(text: string): void
  /** Milliseconds since 1970. */
  wall(): number
}

export interface WatchLog {
  readonly observe: Observe
  /** Says what was found before anything happened. */
  problem(problem: Problem): void
  /** Says where probes and metrics are served. */
  listening(address: string): void
}

/** A log of one run. */
export function watchLog(target: LogTarget): WatchLog {
  const quiet = new Quiet()
  const flood = new Flood()
  const write = (wall: number, type: string, line: LogLine) => {
    const time = new Date(wall).toISOString()
    target.write(target.format === 'json' ? json(time, type, line) : text(time, line))
  }
  const say = (type: string, line: LogLine) => {
    const wall = target.wall()
    const leftOut = flood.takeLeftOut(wall)
    if (leftOut > 0) write(wall, 'left-out', leftOutLine(leftOut))
    if (line.level === 'error' || flood.admits(wall)) write(wall, type, line)
  }
  return {
    observe(event) {
      if (quiet.isNews(event)) say(event.type, lineOf(event))
      const done = quiet.summary(event)
      if (done !== undefined) say('done', done)
    },
    problem: (problem) => say('problem', problemLine(problem)),
    listening(address) {
      const fields = { address }
      say('listening', { level: 'info', word: 'listening', text: `on http://${address}`, fields })
    },
  }
}

function leftOutLine(lines: number): LogLine {
  const sentence = `${lines} lines: too much happened in a minute`
  return { level: 'warn', word: 'left out', text: sentence, fields: { lines } }
}

const WIDTH = 10

/** `12:03:04 changed    …`, in UTC; what to do about it stands below. */
function text(time: string, { word, text: sentence, hint, level }: LogLine): string {
  const mark = level === 'info' ? '' : `${level}: `
  const start = `${time.slice(11, 19)} ${word.padEnd(WIDTH)} `
  const more = hint === undefined ? '' : `${' '.repeat(start.length)}hint: ${hint}\n`
  return inertInLogs(`${start}${mark}${sentence}\n${more}`)
}

function json(time: string, event: string, { level, text: msg, fields, hint }: LogLine): string {
  const entry: Record<string, Field> = { time, level, event, msg, ...fields }
  if (hint !== undefined) entry.hint = hint
  return `${inertJsonInLogs(JSON.stringify(entry))}\n`
}

/** How many things are remembered to have been said; there are no more Applications in most installations. */
const MOST_SAID = 20_000

/** Which events are news. */
class Quiet {
  /** Oldest first: what is forgotten is said again. */
  readonly #said = new Set<string>()
  #isStateBroken = false
  #refreshed = 0

  isNews(event: WatchEvent): boolean {
    switch (event.type) {
      case 'election-failed':
      case 'argocd-failed':
      case 'poll-failed':
      case 'refresh-failed':
        return event.isNew
      case 'state-failed':
        this.#isStateBroken = true
        return event.isNew
      case 'state-saved': {
        const isRepaired = this.#isStateBroken
        this.#isStateBroken = false
        return isRepaired
      }
      case 'pending':
        return false
      case 'listed':
        return this.#isFirst('listed')
      case 'polled':
        return this.#isFirst(`polled ${event.credential} ${event.host}`)
      case 'unseen':
        return this.#isFirst(`unseen ${environmentKey(event.environment)}`)
      case 'changed':
        this.#said.delete(`unseen ${environmentKey(event.environment)}`)
        return true
      case 'unrendered':
      case 'postponed':
        return this.#isFirst(`${event.type} ${applicationKey(event.application)}`)
      case 'refreshed':
        this.#said.delete(`unrendered ${applicationKey(event.application)}`)
        this.#said.delete(`postponed ${applicationKey(event.application)}`)
        return true
      default:
        return true
    }
  }

  /** After several refreshes, that nothing is left to be refreshed. */
  summary(event: WatchEvent): LogLine | undefined {
    if (event.type === 'refreshed') this.#refreshed++
    if (event.type !== 'pending' || event.count > 0) return undefined
    const count = this.#refreshed
    this.#refreshed = 0
    if (count < 2) return undefined
    const sentence = `${applications(count)} refreshed, none left`
    return { level: 'info', word: 'done', text: sentence, fields: { applications: count } }
  }

  #isFirst(what: string): boolean {
    if (this.#said.has(what)) return false
    const [oldest] = this.#said
    if (this.#said.size >= MOST_SAID && oldest !== undefined) this.#said.delete(oldest)
    this.#said.add(what)
    return true
  }
}
