// States in, the mark, the words and the colour of each out, so that no colour ever speaks alone.
import type { ObjectName, Position } from '../../../manifests/problem.ts'
import type { PreviewObject, PreviewSide } from '../../../render/preview/model.ts'
import type { EdgeState, NodeState } from './graph.ts'
import type { Markup } from './html-markup.ts'
import { breakable, html } from './html-markup.ts'

export type State = NodeState | EdgeState | 'renamed'

interface Words {
  readonly symbol: string
  readonly words: string
  /** A class of html-style.ts. */
  readonly tone: 'added' | 'removed' | 'changed' | 'rolls' | 'plain'
}

const STATES: Readonly<Record<State, Words>> = {
  added: { symbol: '+', words: 'added', tone: 'added' },
  removed: { symbol: '−', words: 'removed', tone: 'removed' },
  changed: { symbol: '~', words: 'changed', tone: 'changed' },
  renamed: { symbol: '→', words: 'renamed', tone: 'changed' },
  same: { symbol: '=', words: 'unchanged', tone: 'plain' },
  unknown: { symbol: '?', words: 'unknown', tone: 'plain' },
  outside: { symbol: '○', words: 'not in this preview', tone: 'plain' },
  rolls: { symbol: '↻', words: 'rolls', tone: 'rolls' },
  'rolls-on-delete': { symbol: '↻', words: 'rolls once deleted', tone: 'rolls' },
  'may-roll': { symbol: '?', words: 'may roll', tone: 'rolls' },
  misses: { symbol: '!', words: 'misses a change', tone: 'removed' },
  'may-miss': { symbol: '?', words: 'may miss a change', tone: 'plain' },
  missed: { symbol: '!', words: 'change that is missed', tone: 'removed' },
}

export function wordsOf(state: State): Words {
  return STATES[state]
}

/** Mark and words; the words give way where there is no room for them, never for a screen reader. */
export function badge(state: State): Markup {
  const { symbol, words, tone } = STATES[state]
  return html`<span class="badge ${tone}"><span aria-hidden="true">${symbol}</span> <span class="words">${words}</span></span>`
}

const SIDES: Readonly<Record<PreviewSide['kind'], string>> = {
  source: 'the source',
  revision: 'the revision',
  folder: 'the folder',
  file: 'the file',
  live: 'the live cluster',
}

export function sideWords({ kind }: PreviewSide): string {
  return SIDES[kind]
}

/** `namespace/name`, or what there is of it. */
export function nameOf({ namespace, name }: Pick<ObjectName, 'namespace' | 'name'>): string {
  return [namespace, name].filter((part) => part !== undefined).join('/')
}

/** Kind and name, the name set apart. */
export function title({ kind, namespace, name }: ObjectName | PreviewObject): Markup {
  return html`<span class="kind">${kind}</span> <code>${breakable(nameOf({ namespace, name }))}</code>`
}

export function place({ file, line }: Position): Markup {
  return html`<code>${breakable(file)}:${line}</code>`
}
