// Values cut at their references in, whole values out. Pure: orders the secrets so that each comes
// after those it needs, which also finds the circles, and puts the texts together once. A text
// that was put in is never scanned again.
import { quotedName } from '../../manifests/names.ts'
import { SecretValue } from '../../manifests/secret-value.ts'
import type { SourceFailure } from '../source.ts'
import type { FailureList } from './failures.ts'
import type { Secret } from './secrets.ts'

/** A value: literal text, and secrets whose values belong in between. */
export type Pieces = readonly (string | Secret)[]

/** How many references may follow one another; as Phase's backend. */
export const MAX_DEPTH = 25
/** Characters. A Secret holds no more, and references that double a text 25 times must end. */
const MAX_LENGTH = 1024 * 1024
/** Names of a circle in its message. */
const MAX_CHAIN = 12

/** The values of the wanted secrets; circles and excesses go to `failures`. */
export function assemble(
  cut: ReadonlyMap<Secret, Pieces>,
  wanted: readonly Secret[],
  failures: FailureList,
): ReadonlyMap<Secret, SecretValue> {
  const depths = orderByDepth(cut)
  reportCircles(cut, depths, failures)
  for (const secret of wanted) {
    if ((depths.get(secret) ?? 0) > MAX_DEPTH) {
      failures.add(excess(secret, `nest deeper than ${MAX_DEPTH}`))
    }
  }
  if (failures.all.length > 0) return new Map()
  const texts = new Map<Secret, string>()
  for (const [secret, depth] of depths) {
    let text = ''
    for (const piece of cut.get(secret) ?? []) {
      text += typeof piece === 'string' ? piece : (texts.get(piece) ?? '')
      // Here, not at the end: a million references to one text are longer than a string may be.
      if (depth > 0 && text.length > MAX_LENGTH) {
        failures.add(excess(secret, 'expand to more than 1 MiB'))
        return new Map()
      }
    }
    texts.set(secret, text)
  }
  return new Map(
    wanted.map((secret) => [
      secret,
      depths.get(secret) === 0 ? secret.value() : SecretValue.ofText(texts.get(secret) ?? ''),
    ]),
  )
}

/**
 * Every secret that needs no circle, after all that it needs, with the length of its longest
 * chain of references.
 */
function orderByDepth(cut: ReadonlyMap<Secret, Pieces>): Map<Secret, number> {
  const missing = new Map<Secret, number>()
  const holders = new Map<Secret, Secret[]>()
  for (const [secret, pieces] of cut) {
    const needed = secretsIn(pieces).filter((each) => cut.has(each))
    missing.set(secret, needed.length)
    for (const each of needed) {
      const list = holders.get(each)
      if (list === undefined) holders.set(each, [secret])
      else list.push(secret)
    }
  }
  const depths = new Map<Secret, number>()
  const ready = [...cut.keys()].filter((secret) => missing.get(secret) === 0)
  for (const secret of ready) {
    const below = secretsIn(cut.get(secret) ?? []).map((each) => depths.get(each) ?? 0)
    depths.set(secret, below.length === 0 ? 0 : 1 + below.reduce((a, b) => Math.max(a, b)))
    for (const holder of holders.get(secret) ?? []) {
      const left = (missing.get(holder) ?? 0) - 1
      missing.set(holder, left)
      if (left === 0) ready.push(holder)
    }
  }
  return depths
}

/** Each circle once, from its smallest name on. What is in no order is in a circle or leads into one. */
function reportCircles(
  cut: ReadonlyMap<Secret, Pieces>,
  ordered: ReadonlyMap<Secret, number>,
  failures: FailureList,
): void {
  const done = new Set<Secret>()
  for (const start of cut.keys()) {
    const chain: Secret[] = []
    const inChain = new Set<Secret>()
    let at: Secret | undefined = start
    while (at !== undefined && !ordered.has(at) && !done.has(at) && !inChain.has(at)) {
      chain.push(at)
      inChain.add(at)
      at = secretsIn(cut.get(at) ?? []).find((each) => cut.has(each) && !ordered.has(each))
    }
    if (at !== undefined && inChain.has(at)) failures.add(circle(chain.slice(chain.indexOf(at))))
    for (const each of chain) done.add(each)
  }
}

function secretsIn(pieces: Pieces): Secret[] {
  return pieces.filter((piece) => typeof piece !== 'string')
}

function circle(secrets: readonly Secret[]): SourceFailure {
  const names = secrets.map((secret) => secret.key())
  const first = names.indexOf([...names].sort()[0] ?? '')
  const chain = [...names.slice(first), ...names.slice(0, first + 1)].map(quotedName)
  const rest = chain.length - MAX_CHAIN
  return failure(
    'ERR_REFERENCE_CYCLE',
    `references go in a circle: ${chain.slice(0, MAX_CHAIN).join(' -> ')}${rest > 0 ? ` and ${rest} more` : ''}`,
    'give one of these keys a value of its own in Phase',
  )
}

function excess(secret: Secret, what: string): SourceFailure {
  return failure(
    'ERR_REFERENCE_DEPTH',
    `the references in the value of ${quotedName(secret.key())} ${what}`,
    'refer to the keys that hold the text, not to keys that refer to others',
  )
}

function failure(code: SourceFailure['code'], message: string, hint: string): SourceFailure {
  return { code, fault: 'input', field: 'secrets', message, hint }
}
