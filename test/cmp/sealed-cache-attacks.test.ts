// Whoever can write to the folder can make an answer be ignored, and nothing else.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeEntry } from '../../cmp/sealed-cache/entry.ts'
import { openSealedCache } from '../../cmp/sealed-cache/sealed-cache.ts'
import {
  answerOf,
  filesIn,
  KEY,
  onlyFile,
  openCacheOf,
  plain,
  withFolder,
} from '../support/cache-folder.ts'

const isRoot = process.getuid?.() === 0
const OTHER_KEY = new Uint8Array(32).fill(9)

/** Changes the file of the answer `a`; the second argument is a file outside of the folder. */
const CHANGES: readonly (readonly [string, (path: string, outside: string) => void])[] = [
  ['empty', (path) => truncateSync(path)],
  ['shorter than a MAC', (path) => truncateSync(path, 31)],
  ['nothing but a MAC', (path) => truncateSync(path, 32)],
  ['cut at the end', (path) => truncateSync(path, statSync(path).size - 1)],
  ['cut at the front', (path) => writeFileSync(path, readFileSync(path).subarray(1))],
  ['longer', (path) => writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(1)]))],
  [
    'twice itself',
    (path) => writeFileSync(path, Buffer.concat([readFileSync(path), readFileSync(path)])),
  ],
  [
    'another file',
    (path) => writeFileSync(path, '{"format":1,"name":"a","asked":1,"tag":"tag"}\n[]'),
  ],
  ['of more than 32 MiB', (path) => truncateSync(path, 33 * 1024 * 1024)],
  [
    'a link to itself',
    (path) => {
      rmSync(path)
      symlinkSync(path, path)
    },
  ],
  [
    'a link to an authentic copy',
    (path, outside) => {
      renameSync(path, outside)
      symlinkSync(outside, path)
    },
  ],
  [
    'a link to a device',
    (path) => {
      rmSync(path)
      symlinkSync('/dev/zero', path)
    },
  ],
  [
    'a link to nothing',
    (path, outside) => {
      rmSync(path)
      symlinkSync(outside, path)
    },
  ],
  [
    'a pipe',
    (path) => {
      rmSync(path)
      execFileSync('sh', ['-c', 'mkfifo "$0"', path])
    },
  ],
  [
    'a folder',
    (path) => {
      rmSync(path)
      mkdirSync(path)
    },
  ],
  [
    'a folder with an authentic copy in it',
    (path, outside) => {
      renameSync(path, outside)
      mkdirSync(path)
      cpSync(outside, join(path, 'a'))
    },
  ],
]

for (const [name, change] of CHANGES) {
  test(`a file that is ${name} is ignored, removed and replaced`, () =>
    withFolder(async (directory) => {
      const cache = openCacheOf(directory)
      await cache.write('a', answerOf('a'))
      const path = onlyFile(directory)
      const outside = join(directory, '..', 'outside')
      change(path, outside)
      const before = existsSync(outside) ? readFileSync(outside) : undefined
      assert.equal(await cache.read('a'), undefined)
      assert.equal(await cache.read('a'), undefined)
      assert.ok(!readdirSync(dirname(path)).some((each) => path.endsWith(each)), 'it is gone')
      await cache.write('a', answerOf('a', 'new'))
      assert.deepEqual(plain(await cache.read('a')), plain(answerOf('a', 'new')))
      assert.deepEqual(existsSync(outside) ? readFileSync(outside) : undefined, before)
    }))
}

test(
  'a file of another user is ignored',
  { skip: isRoot ? false : 'only root can give files away' },
  () =>
    withFolder(async (directory) => {
      const cache = openCacheOf(directory)
      await cache.write('a', answerOf('a'))
      chownSync(onlyFile(directory), 65_534, 65_534)
      assert.equal(await cache.read('a'), undefined)
    }),
)

test(
  'a folder of another user is not used',
  { skip: isRoot ? false : 'only root can give folders away' },
  () =>
    withFolder((directory) => {
      mkdirSync(directory)
      chownSync(directory, 65_534, 65_534)
      const cache = openSealedCache({ directory })
      assert.ok('problems' in cache)
      assert.match(cache.problems[0]?.message ?? '', /belongs to another user/)
    }),
)

test('a link to a folder is not used', () =>
  withFolder((directory) => {
    const target = join(directory, '..', 'target')
    mkdirSync(target)
    symlinkSync(target, directory)
    const cache = openSealedCache({ directory })
    assert.ok('problems' in cache)
    assert.match(cache.problems[0]?.message ?? '', /is not a folder/)
    assert.deepEqual(readdirSync(target), [])
  }))

test("a link in the place of a credential's folder is not followed", () =>
  withFolder(async (directory) => {
    const cache = openCacheOf(directory)
    await cache.write('a', answerOf('a'))
    const credential = dirname(onlyFile(directory))
    const target = join(directory, '..', 'target')
    renameSync(credential, target)
    symlinkSync(target, credential)
    const before = filesIn(target)
    assert.equal(await cache.read('a'), undefined)
    await cache.write('b', answerOf('b'))
    await openCacheOf(directory, OTHER_KEY, 2000).write('c', answerOf('c'))
    assert.deepEqual(filesIn(target), before)
    await cache.clear()
    assert.deepEqual(filesIn(target), before)
    assert.ok(!existsSync(credential))
  }))

/** Two answers; the file of the first is put in the place of the second. */
const MOVES: readonly (readonly [string, Uint8Array, Uint8Array])[] = [
  ['of another name', KEY, KEY],
  ['of another credential', OTHER_KEY, KEY],
]

for (const [name, from, to] of MOVES) {
  test(`the authentic answer ${name} is ignored`, () =>
    withFolder(async (directory) => {
      await openCacheOf(directory, from).write('a', answerOf('a'))
      const first = onlyFile(directory)
      await openCacheOf(directory, to).write('b', answerOf('b'))
      const second = filesIn(directory).find((path) => path !== first) ?? ''
      writeFileSync(second, readFileSync(first))
      assert.equal(await openCacheOf(directory, to).read('b'), undefined)
      assert.ok(await openCacheOf(directory, from).read('a'))
    }))
}

test('an older authentic answer can be put back, under its own tag', () =>
  withFolder(async (directory) => {
    const cache = openCacheOf(directory)
    await cache.write('a', answerOf('a', 'old'))
    const old = readFileSync(onlyFile(directory))
    await cache.write('a', answerOf('a', 'new'))
    writeFileSync(onlyFile(directory), old)
    assert.equal((await cache.read('a'))?.tag, 'old')
  }))

test('an authentic file that is larger than any answer is ignored', () =>
  withFolder(async (directory) => {
    const cache = openCacheOf(directory)
    await cache.write('a', answerOf('a'))
    const macKey = createHmac('sha256', KEY).update('mac').digest()
    const put = (size: number) =>
      writeFileSync(onlyFile(directory), encodeEntry(macKey, 'a', answerOf('a', 'tag', size)))
    put(32 * 1024 * 1024)
    assert.ok(await cache.read('a'))
    put(33 * 1024 * 1024)
    assert.equal(await cache.read('a'), undefined)
  }))

test('any bit that is another makes a file worthless', () =>
  withFolder(async (directory) => {
    const cache = openCacheOf(directory)
    await cache.write('a', answerOf('a', 'tag', 50))
    const path = onlyFile(directory)
    const bytes = readFileSync(path)
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
        const changed = Buffer.from(bytes)
        changed.writeUInt8(changed.readUInt8(at) ^ (1 << bit), at)
        writeFileSync(path, changed)
        assert.equal(await cache.read('a'), undefined)
        writeFileSync(path, bytes)
        assert.ok(await cache.read('a'))
      }),
      { numRuns: 400 },
    )
  }))

test('no bytes whatever are taken for an answer', () =>
  withFolder(async (directory) => {
    const cache = openCacheOf(directory)
    await cache.write('a', answerOf('a'))
    const path = onlyFile(directory)
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        writeFileSync(path, bytes)
        assert.equal(await cache.read('a'), undefined)
      }),
    )
  }))

test('any name and any answer come back as they were', () =>
  withFolder(async (directory) => {
    const text = fc.string({ unit: 'binary', maxLength: 50 })
    const answers = fc.record({ body: fc.uint8Array(), asked: fc.integer(), tag: text })
    await fc.assert(
      fc.asyncProperty(text, answers, async (name, answer) => {
        const cache = openCacheOf(directory)
        await cache.write(name, answer)
        assert.deepEqual(plain(await cache.read(name)), plain(answer))
      }),
    )
  }))
