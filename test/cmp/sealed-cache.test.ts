// The folder as it should be: what is kept is found again, within bounds, by any number of processes.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { openCache } from '../../cmp/sealed-cache/sealed-cache.ts'
import {
  answerOf,
  filesIn,
  KEY,
  look,
  openCacheOf,
  plain,
  withFolder,
} from '../support/cache-folder.ts'
import { unprivileged } from '../support/unprivileged.ts'

const run = promisify(execFile)
const DAY = 24 * 3_600_000

test('what is kept is found again, by name and credential only', () =>
  withFolder(async (directory) => {
    const names = [
      'account',
      'secrets a /',
      'secrets a /../x',
      'secrets a /\0\n',
      `secrets ${'ä'.repeat(3000)}`,
    ]
    const tags = ['', '2026-01-01T00:00:00.000001Z', 'a\nb', '"', '\u2028']
    const cache = openCacheOf(directory)
    for (const name of names) {
      for (const [index, tag] of tags.entries()) {
        const answer = answerOf(name, tag, index * 11)
        assert.equal(await cache.read(`other ${name}`), undefined)
        await cache.write(name, answer)
        assert.deepEqual(plain(await cache.read(name)), plain(answer))
        assert.deepEqual(plain(await openCacheOf(directory).read(name)), plain(answer))
        assert.equal(await openCacheOf(directory, new Uint8Array(32)).read(name), undefined)
      }
    }
    assert.equal(filesIn(directory).length, names.length)
    await openCacheOf(directory, new Uint8Array(32)).clear()
    assert.equal(filesIn(directory).length, names.length)
    await cache.clear()
    assert.deepEqual(look(directory), [])
    assert.equal(await cache.read('account'), undefined)
  }))

test('only we can read it, whatever the umask, and names tell nothing', () =>
  withFolder(async (directory) => {
    const umask = process.umask(0)
    try {
      await openCacheOf(directory).write('secrets Production /db', answerOf('a'))
    } finally {
      process.umask(umask)
    }
    const found = look(directory)
    assert.deepEqual(
      found.map(({ kind, mode }) => [kind, mode]),
      [
        ['folder', 0o700],
        ['file', 0o600],
      ],
    )
    assert.equal(statSync(directory).mode & 0o777, 0o700)
    assert.match(found[1]?.path.slice(directory.length) ?? '', /^\/[0-9a-f]{32}\/[0-9a-f]{32}$/)
    assert.doesNotMatch(
      found[1]?.path ?? '',
      new RegExp(Buffer.from(KEY).toString('hex').slice(0, 8)),
    )
  }))

const UNUSABLE: readonly (readonly [string, RegExp, (directory: string) => void])[] = [
  ['a file', /is not a folder/, (directory) => writeFileSync(directory, 'x')],
  [
    'writable by the group',
    /can be written to by other users/,
    (directory) => {
      mkdirSync(directory)
      chmodSync(directory, 0o770)
    },
  ],
  [
    'writable by all',
    /can be written to by other users/,
    (directory) => {
      mkdirSync(directory)
      chmodSync(directory, 0o707)
    },
  ],
]

for (const [name, words, make] of UNUSABLE) {
  test(`a folder that is ${name} is a warning, and nothing is kept`, () =>
    withFolder((directory) => {
      make(directory)
      const cache = openCache({ directory, staleIfError: 1 })
      assert.equal(cache.options, undefined)
      assert.equal(cache.problems.length, 1)
      const [problem] = cache.problems
      assert.equal(problem?.severity, 'warning')
      assert.match(problem?.message ?? '', words)
      assert.ok(problem?.hint)
    }))
}

test('a folder that may not be written to is a warning', () =>
  withFolder((directory) => {
    mkdirSync(directory, { mode: 0o555 })
    chmodSync(dirname(directory), 0o755)
    const { problems } = unprivileged(directory, () => openCache({ directory }))
    assert.match(problems[0]?.message ?? '', /^the cache folder cannot be written to: nothing/)
    const missing = join(directory, 'below')
    const below = unprivileged(directory, () => openCache({ directory: missing }))
    assert.match(
      below.problems[0]?.message ?? '',
      /^the cache folder cannot be written to: nothing/,
    )
  }))

test('without settings nothing is opened and nothing is said', () => {
  assert.deepEqual(openCache(undefined), { problems: [] })
})

test('the settings reach the source', () =>
  withFolder((directory) => {
    const { options, problems } = openCache({ directory, maxAge: 1, staleIfError: 2 })
    assert.deepEqual([options?.maxAge, options?.staleIfError, problems], [1, 2, []])
  }))

test('the longest unused answers go first, and reading is using', () =>
  withFolder(async (directory) => {
    const cache = openCacheOf(directory, KEY, 5000)
    const names = ['a', 'b', 'c', 'd']
    for (const [index, name] of names.entries()) {
      const known = filesIn(directory)
      await cache.write(name, answerOf(name))
      const path = filesIn(directory).find((each) => !known.includes(each)) ?? ''
      const usedAt = new Date(Date.now() - (10 - index) * 1000)
      utimesSync(path, usedAt, usedAt)
    }
    assert.ok(await cache.read('a'))
    await cache.write('e', answerOf('e', 'tag', 1500))
    const left = await Promise.all(
      [...names, 'e'].map(async (name) => (await cache.read(name)) && name),
    )
    assert.deepEqual(left, ['a', undefined, 'c', 'd', 'e'])
    await cache.write('large', answerOf('large', 'tag', 5000))
    assert.equal(await cache.read('large'), undefined, 'more than there is room for')
    assert.ok(await cache.read('e'), 'and nothing goes for it')
  }))

test('a process that lives long looks again what others have written', ({ mock }) =>
  withFolder(async (directory) => {
    mock.timers.enable({ apis: ['Date'], now: Date.now() })
    const cache = openCacheOf(directory, KEY, 3000)
    await cache.write('a', answerOf('a'))
    await openCacheOf(directory, KEY, 9000).write('b', answerOf('b', 'tag', 2500))
    await cache.write('c', answerOf('c', 'tag', 10))
    assert.equal(filesIn(directory).length, 3)
    mock.timers.tick(60_000)
    await cache.write('d', answerOf('d', 'tag', 10))
    assert.equal(filesIn(directory).length, 3, 'the longest unused one made room')
    assert.equal(await cache.read('a'), undefined)
  }))

test('what is replaced takes no more room', () =>
  withFolder(async (directory) => {
    const cache = openCacheOf(directory, KEY, 2500)
    for (const name of ['a', 'b']) {
      for (let round = 0; round < 5; round += 1) await cache.write(name, answerOf(name, `${round}`))
    }
    assert.equal(filesIn(directory).length, 2)
  }))

test('what killed processes and unused credentials left behind is swept, and nothing else', () =>
  withFolder(async (directory) => {
    const cache = openCacheOf(directory)
    await cache.write('a', answerOf('a'))
    const credential = join(directory, readdirSync(directory)[0] ?? '')
    const unused = join(directory, '0'.repeat(32))
    mkdirSync(unused)
    mkdirSync(join(directory, 'not-ours'))
    const put = (path: string, age: number): [string, boolean] => {
      writeFileSync(path, 'x')
      const time = new Date(Date.now() - age)
      utimesSync(path, time, time)
      return [path, age < 600_000]
    }
    const draft = `.${'0'.repeat(24)}`
    const files = [
      put(join(credential, draft), 700_000),
      put(join(credential, `.${'1'.repeat(24)}`), 500_000),
      put(join(directory, draft), 700_000),
      put(join(unused, '0'.repeat(32)), 8 * DAY),
    ]
    const others = [
      put(join(directory, 'not-ours', '0'.repeat(32)), 99 * DAY),
      put(join(directory, 'README'), 99 * DAY),
      put(join(credential, 'README'), 99 * DAY),
    ]
    await openCacheOf(directory).write('b', answerOf('b'))
    for (const [path, stays] of files) assert.equal(existsSync(path), stays, path)
    for (const [path] of others) assert.ok(existsSync(path), path)
    assert.ok(!existsSync(unused), 'an empty folder goes too')
    assert.ok((await cache.read('a')) && (await cache.read('b')))
  }))

test('a disk that takes only a part of an answer', () =>
  withFolder(async (directory) => {
    // No file may have more than 8 blocks of 512 or 1024 bytes: the write ends in the middle.
    const script = 'ulimit -f 8 && exec "$0" test/support/cache-worker.ts "$1" 1000000 0 3 100000'
    const { stdout } = await run('sh', ['-c', script, process.execPath, directory])
    assert.equal(stdout, '0\n')
    assert.deepEqual(filesIn(directory), [])
  }))

test('20 processes at once, with room for three answers', () =>
  withFolder(async (directory) => {
    const workers = Array.from({ length: 20 }, (_, id) =>
      run(process.execPath, [
        'test/support/cache-worker.ts',
        directory,
        '70000',
        `${id}`,
        '60',
        '20000',
      ]),
    )
    const read = (await Promise.all(workers)).map(({ stdout, stderr }) => {
      assert.equal(stderr, '')
      return Number(stdout)
    })
    assert.ok(
      read.some((count) => count > 0),
      'something was found',
    )
    await openCacheOf(directory, KEY, 70_000).write('last', answerOf('last'))
    const found = look(directory)
    assert.ok(
      found.reduce((sum, { kind, size }) => sum + (kind === 'file' ? size : 0), 0) <= 70_000,
    )
    assert.deepEqual(
      found.filter(({ path }) => /\/\.[0-9a-f]+$/.test(path)),
      [],
      'no drafts are left',
    )
    assert.ok(await openCacheOf(directory).read('last'))
  }))

test('a file that is written is never seen half', () =>
  withFolder(async (directory) => {
    const worker = run(process.execPath, [
      'test/support/cache-worker.ts',
      directory,
      '9000000',
      '0',
      '100',
      '800000',
    ])
    let isRunning = true
    const done = worker.finally(() => {
      isRunning = false
    })
    let [turn, found] = [0, 0]
    while (isRunning) {
      const name = `secrets ${turn % 5} /`
      const answer = await openCacheOf(directory).read(name)
      if (answer !== undefined) {
        found += 1
        assert.deepEqual(plain(answer), plain(answerOf(name, answer.tag, 800_000)))
      }
      turn += 1
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    await done
    assert.ok(found > 0)
  }))
