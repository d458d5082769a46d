// The watcher's memory in a file.
import assert from 'node:assert/strict'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, describe, test } from 'node:test'
import { StateError } from '../../../../cmp/watch/model.ts'
import { LARGEST_DOCUMENT } from '../../../../cmp/watch/state/codec.ts'
import { fileStore } from '../../../../cmp/watch/state/file-store.ts'
import { SMALL_STATE } from '../../../support/sample-watch-state.ts'
import { unprivileged } from '../../../support/unprivileged.ts'

const root = mkdtempSync(join(tmpdir(), 'file-store-'))
const OTHER = { ...SMALL_STATE, pending: [] }
let folder = ''
let path = ''
let count = 0
// Without a suite around them, hooks would be those of every file in this process.
describe('a state in a file', () => {
  beforeEach(() => {
    count += 1
    folder = join(root, String(count))
    path = join(folder, 'state.json')
    mkdirSync(folder)
  })
  after(() => rmSync(root, { recursive: true }))

  async function refused(work: Promise<unknown>, message: RegExp): Promise<void> {
    await assert.rejects(work, (error) => {
      assert.ok(error instanceof StateError)
      assert.match(error.message, message)
      assert.notEqual(error.hint, '')
      return true
    })
  }

  test('there is none at first; what is saved is there for the next one, and nothing beside it', async () => {
    const store = fileStore(path)
    assert.equal(await store.load(), undefined)
    await store.save(SMALL_STATE)
    await store.save(OTHER)
    assert.deepEqual(await store.load(), OTHER)
    assert.deepEqual(await fileStore(path).load(), OTHER)
    assert.deepEqual(readdirSync(folder), ['state.json'])
    assert.equal(statSync(path).mode & 0o777, 0o600)
  })

  test('a save without a load takes the file that is there for its own', async () => {
    await fileStore(path).save(SMALL_STATE)
    await fileStore(path).save(OTHER)
    assert.deepEqual(await fileStore(path).load(), OTHER)
  })

  test('of two that write, the second finds out', async () => {
    const [one, two] = [fileStore(path), fileStore(path)]
    await one.load()
    await two.load()
    await one.save(SMALL_STATE)
    await refused(two.save(OTHER), /^somebody else wrote .*state\.json$/)
    await refused(two.save(OTHER), /^somebody else wrote/)
    assert.deepEqual(await two.load(), SMALL_STATE)
    await two.save(OTHER)
    await refused(one.save(SMALL_STATE), /^somebody else wrote/)
  })

  for (const [name, text] of Object.entries({
    empty: '',
    broken: '{"version":1',
    'of another version': '{"version":2}',
    'larger than is ever written': ' '.repeat(LARGEST_DOCUMENT + 1),
  })) {
    test(`a file that is ${name} is none, and the next save takes its place`, async () => {
      writeFileSync(path, text)
      const store = fileStore(path)
      assert.equal(await store.load(), undefined)
      await store.save(SMALL_STATE)
      assert.deepEqual(await store.load(), SMALL_STATE)
    })
  }

  test('a folder in its place is an error', async () => {
    mkdirSync(path)
    await refused(fileStore(path).load(), /is not a file$/)
    await refused(fileStore(path).save(SMALL_STATE), /is a folder$/)
  })

  test('a folder that is not there is not made', async () => {
    const store = fileStore(join(folder, 'missing', 'state.json'))
    assert.equal(await store.load(), undefined)
    await refused(store.save(SMALL_STATE), /is in a folder that does not exist$/)
    assert.deepEqual(readdirSync(folder), [])
  })

  test('a link is replaced, and not what it leads to', async () => {
    const target = join(folder, 'target')
    writeFileSync(target, 'precious')
    symlinkSync(target, path)
    await fileStore(path).save(SMALL_STATE)
    assert.equal(readFileSync(target, 'utf8'), 'precious')
  })

  test('a save that fails leaves the file as it is', async () => {
    const store = fileStore(path)
    await store.save(SMALL_STATE)
    chmodSync(folder, 0o555)
    await refused(
      unprivileged(root, () => store.save(OTHER)),
      /cannot be written$/,
    )
    chmodSync(folder, 0o700)
    assert.deepEqual(await store.load(), SMALL_STATE)
  })
})
