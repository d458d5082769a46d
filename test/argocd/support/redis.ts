// A real Redis, and what is in it: every key with its value as Argo CD wrote it, unpacked.
import { once } from 'node:events'
import { connect } from 'node:net'
import { gunzipSync } from 'node:zlib'
import type { Processes } from './processes.ts'

const PORT = 6379
export const REDIS = `127.0.0.1:${PORT}`

export async function startRedis(processes: Processes): Promise<void> {
  const settings = ['--bind', '127.0.0.1', '--port', `${PORT}`, '--save', '', '--appendonly', 'no']
  await processes.start({
    name: 'redis',
    command: ['redis-server', ...settings],
    env: { PATH: '/usr/bin:/usr/sbin:/bin:/usr/local/bin' },
    ready: async () => (await command('PING')) === 'PONG',
  })
}

/** All keys and values; a gzip stream as what it holds. @throws at a value that is no string. */
export async function redisContents(): Promise<ReadonlyMap<string, Buffer>> {
  const contents = new Map<string, Buffer>()
  for (const key of asList(await command('KEYS', '*'))) {
    const value = await command('GET', key.toString('latin1'))
    // A key may expire between the two questions.
    if (value === null) continue
    if (!Buffer.isBuffer(value)) throw new Error(`the value of ${key} in Redis is no string`)
    contents.set(key.toString(), isGzip(value) ? gunzipSync(value) : value)
  }
  return contents
}

/** What comes before the first `|` of a key: Argo CD's name for a sort of entry. */
export function kindOfKey(key: string): string {
  const [kind = ''] = key.split('|')
  return kind
}

function isGzip(value: Buffer): boolean {
  return value[0] === 0x1f && value[1] === 0x8b
}

type Reply = string | number | null | Buffer | readonly Reply[]

function asList(reply: Reply): readonly Buffer[] {
  if (!Array.isArray(reply)) throw new Error('Redis does not answer with a list')
  return reply.filter((each) => Buffer.isBuffer(each))
}

/** One command on a connection of its own (the protocol is RESP 2; bytes are kept). */
async function command(...words: readonly string[]): Promise<Reply> {
  const socket = connect(PORT, '127.0.0.1')
  try {
    await once(socket, 'connect')
    const bulks = words.map((word) => `$${Buffer.byteLength(word, 'latin1')}\r\n${word}\r\n`)
    socket.write(`*${words.length}\r\n${bulks.join('')}`, 'latin1')
    let received = Buffer.alloc(0)
    for await (const chunk of socket) {
      received = Buffer.concat([received, chunk])
      const parsed = parse(received, 0)
      if (parsed !== undefined) return parsed.reply
    }
    throw new Error('Redis closed the connection')
  } finally {
    socket.destroy()
  }
}

/** A reply and where it ends; undefined if more bytes have to come. */
function parse(bytes: Buffer, at: number): { reply: Reply; end: number } | undefined {
  const lineEnd = bytes.indexOf('\r\n', at)
  if (lineEnd === -1) return undefined
  const [sort, rest] = [
    bytes.toString('latin1', at, at + 1),
    bytes.toString('latin1', at + 1, lineEnd),
  ]
  const next = lineEnd + 2
  if (sort === '-') throw new Error(`Redis: ${rest}`)
  if (sort === '+') return { reply: rest, end: next }
  if (sort === ':') return { reply: Number(rest), end: next }
  const count = Number(rest)
  if (count < 0) return { reply: null, end: next }
  if (sort === '*') return parseList(bytes, next, count)
  const end = next + count
  return bytes.length < end + 2 ? undefined : { reply: bytes.subarray(next, end), end: end + 2 }
}

function parseList(
  bytes: Buffer,
  at: number,
  count: number,
): { reply: Reply; end: number } | undefined {
  const list: Reply[] = []
  let end = at
  for (let index = 0; index < count; index += 1) {
    const item = parse(bytes, end)
    if (item === undefined) return undefined
    list.push(item.reply)
    end = item.end
  }
  return { reply: list, end }
}
