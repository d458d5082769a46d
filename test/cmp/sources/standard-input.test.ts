// Standard input: read to its end, within limits, and no longer than the run.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readBounded } from '../../../cmp/read-file.ts'
import { readStdin } from '../../../cmp/sources/input.ts'
import { memoryIo } from '../../support/memory-io.ts'

const never = new AbortController().signal

async function* chunks(...parts: readonly (Uint8Array | Error)[]): AsyncIterable<Uint8Array> {
  for (const part of parts) {
    if (part instanceof Error) throw part
    yield part
  }
}

async function problemOf(stdin: AsyncIterable<Uint8Array>, signal = never) {
  const outcome = await readStdin({ stdin, signal })
  assert.ok('problems' in outcome)
  assert.equal(outcome.problems.length, 1)
  const { fault, at, message } = outcome.problems[0] ?? {}
  assert.deepEqual(at, { file: '-', line: 1, column: 1 })
  return [fault, message]
}

test('all chunks are one file', async () => {
  const stdin = chunks(Buffer.from('a: \xe2'), Buffer.from([]), Buffer.from('1\n'))
  const bytes = Buffer.from('a: \xe21\n')
  assert.deepEqual(await readStdin({ stdin, signal: never }), { value: [{ path: '-', bytes }] })
})

test('an empty input is an empty file', async () => {
  const outcome = await readStdin(memoryIo().io)
  assert.deepEqual(outcome, { value: [{ path: '-', bytes: Buffer.alloc(0) }] })
})

test('an input that breaks', async () => {
  const stdin = chunks(Buffer.from('fake-content'), new Error('fake-content'))
  assert.deepEqual(await problemOf(stdin), ['usage', 'standard input cannot be read'])
})

test('an input that never ends: the limit', async () => {
  const chunk = Buffer.alloc(16 * 1024 * 1024)
  async function* endless() {
    for (;;) yield chunk
  }
  assert.deepEqual(await problemOf(endless()), [
    'input',
    'is too much: 100 MiB of manifests are the limit',
  ])
})

test('an input that waits: the end of the run, before or while it waits', async () => {
  const silent = () => ({
    [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }),
  })
  const abort = new AbortController()
  const waiting = problemOf(silent(), abort.signal)
  abort.abort()
  const want = ['outside', 'the run was ended from outside']
  assert.deepEqual(await waiting, want)
  assert.deepEqual(await problemOf(silent(), abort.signal), want)
  // What fails later is nobody's business any more.
  assert.deepEqual(await problemOf(chunks(new Error('late')), abort.signal), want)
})

test('a bounded read', () => {
  assert.equal(readBounded('package.json', 10), 'too-large')
  assert.equal(readBounded('test', 1e6), 'not-a-file')
  assert.equal(readBounded('missing', 1e6), 'missing')
  assert.equal(readBounded('package.json/below', 1e6), 'missing')
  assert.equal(readBounded('package.json\0', 1e6), 'unreadable')
  // A file that says it is empty and is not is not read on and on.
  assert.deepEqual(readBounded('/proc/self/environ', 1e6), Buffer.alloc(0))
})
