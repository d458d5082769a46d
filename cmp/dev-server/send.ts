// An answer and the faults that meet it → bytes, or a broken connection.
import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from './answer.ts'
import { json } from './answer.ts'
import type { Fault } from './faults.ts'

const PAGE = '<!doctype html>\n<html><head><title>Console</title></head><body></body></html>\n'
const NOWHERE = '00000000-0000-4000-8000-000000000000'
const DEFAULT_MILLISECONDS = 100
const DEFAULT_BYTES = 64 * 1024 * 1024
const CHUNK = Buffer.alloc(64 * 1024, ' ')

/** Sends an answer through the faults. Ends early, without an error, when the client goes away. */
export async function send(
  response: ServerResponse,
  answer: Answer,
  faults: readonly Fault[],
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  try {
    for (const { effect, milliseconds } of faults)
      if (effect === 'latency')
        await sleep(milliseconds ?? DEFAULT_MILLISECONDS, undefined, { signal: gone.signal })
    const main = faults.find(({ effect }) => effect !== 'latency')
    if (main === undefined) sendWhole(response, answer)
    else await sendFaulty(response, answer, main, gone.signal)
  } catch (error) {
    if (!gone.signal.aborted) throw error
  }
}

function sendWhole(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body)
}

async function sendFaulty(
  response: ServerResponse,
  answer: Answer,
  fault: Fault,
  signal: AbortSignal,
): Promise<void> {
  switch (fault.effect) {
    case 'drop':
      response.destroy()
      return
    case 'cut':
      return cut(response, answer)
    case 'oversize':
      return pad(response, answer, fault.bytes ?? DEFAULT_BYTES, signal)
    case 'trickle':
      return trickle(response, answer, fault.milliseconds ?? DEFAULT_MILLISECONDS, signal)
    default:
      sendWhole(response, spoil(answer, fault))
  }
}

/** The answer as the fault changes it, for faults that end in an ordinary exchange. */
function spoil(answer: Answer, fault: Fault): Answer {
  switch (fault.effect) {
    case 'status':
      return failing(fault.status ?? 500, fault.retryAfter)
    case 'truncate':
      return { ...answer, body: answer.body.slice(0, Math.ceil(answer.body.length / 2)) }
    case 'html':
      return { status: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: PAGE }
    case 'redirect':
      return { status: 302, headers: { Location: '/elsewhere/' }, body: '' }
    case 'tamper':
      return { ...answer, body: tamper(answer.body) }
    case 'wrong-path':
      return { ...answer, body: answer.body.replaceAll(/"path":"[^"]*"/g, '"path":"/elsewhere"') }
    case 'wrong-environment':
      return {
        ...answer,
        body: answer.body.replaceAll(/"environment":"[^"]*"/g, `"environment":"${NOWHERE}"`),
      }
    default:
      return answer
  }
}

function failing(status: number, retryAfter: number | undefined): Answer {
  const headers = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }
  if (status === 429) {
    const seconds = retryAfter ?? 60
    const error = `Request was throttled. Expected available in ${seconds} seconds.`
    return json(status, headers, { error })
  }
  if (status === 500) return json(status, headers, { error: 'Internal server error.' })
  // What stands in front of Phase answers these, in HTML.
  return { status, headers: { ...headers, 'Content-Type': 'text/html' }, body: PAGE }
}

/** Swaps the first character of every sealed value (or seed): still the right alphabet and length. */
function tamper(body: string): string {
  return body.replaceAll(
    /("(?:value|wrapped_seed)":"ph:v1:[0-9a-f]{64}:)(.)/g,
    (_, start: string, first: string) => start + (first === 'A' ? 'B' : 'A'),
  )
}

function cut(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) })
  response.write(body.slice(0, Math.ceil(body.length / 2)), () => response.destroy())
}

async function pad(
  response: ServerResponse,
  { status, headers, body }: Answer,
  bytes: number,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(status, headers)
  response.write(body)
  for (let left = bytes - Buffer.byteLength(body); left > 0; left -= CHUNK.length) {
    const more = response.write(CHUNK.subarray(0, Math.min(left, CHUNK.length)))
    if (!more) await once(response, 'drain', { signal })
  }
  response.end()
}

async function trickle(
  response: ServerResponse,
  { status, headers, body }: Answer,
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(status, headers)
  for (const byte of Buffer.from(body)) {
    response.write(Uint8Array.of(byte))
    await sleep(milliseconds, undefined, { signal })
  }
  response.end()
}
