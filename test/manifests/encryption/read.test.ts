// The API server's verdict on every file of fixtures/encryption/validation, as upstream's own loader gave
// it. `reason` is a piece of our message, `upstream` of upstream's where that has other words.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readEncryptionConfiguration } from '../../../manifests/encryption/read.ts'
import { formsOf, secretsIn } from '../../support/encryption.ts'

interface Case {
  readonly file: string
  readonly verdict: 'accepted' | 'refused'
  readonly reason?: string
  readonly reload?: boolean
  /** The last minor version that starts with it: what is said then is a finding, no refusal. */
  readonly acceptedUpTo?: number
}

const FOLDER = 'fixtures/encryption/validation'
const cases: readonly Case[] = JSON.parse(readFileSync(`${FOLDER}/cases.json`, 'utf8'))

test('the table has every file, and every file is in the table', () => {
  const files = readdirSync(FOLDER).filter((name) => name !== 'cases.json')
  assert.deepEqual(cases.map(({ file }) => file).sort(), files.sort())
})

for (const { file, verdict, reason = '', reload, acceptedUpTo } of cases) {
  test(`${file} is ${verdict}`, () => {
    const bytes = readFileSync(`${FOLDER}/${file}`)
    const read = readEncryptionConfiguration({ path: file, bytes }, { reload })
    if (verdict === 'accepted' || acceptedUpTo !== undefined) {
      assert.ok('value' in read, JSON.stringify(read))
      return
    }
    assert.ok('problems' in read)
    const text = JSON.stringify(read.problems)
    assert.ok(
      read.problems.some(({ message }) => message.includes(reason)),
      text,
    )
    for (const { at, message, hint } of read.problems) {
      assert.equal(at?.file, file)
      assert.match(message, /^[a-z"][^\n]*[^.\n]$/)
      assert.doesNotMatch(hint ?? '', /\n|\.$/)
    }
    for (const form of secretsIn(bytes.toString()).flatMap(formsOf)) {
      assert.ok(!text.includes(form), `${file} leaks a key: ${text}`)
    }
  })
}

const places: readonly (readonly [string, number, number, string])[] = [
  ['key-without-name.yaml', 8, 15, 'resources[0].providers[0].secretbox.keys[0] has no name'],
  ['secretbox-16.yaml', 9, 15, 'it has 16 bytes, expected one of [32]'],
  ['unknown-provider.yaml', 6, 9, 'unknown field "secretBox" in resources[0].providers[0]'],
  ['resource-capital.yaml', 4, 17, 'resources[0].resources[0] Secrets should not contain'],
  ['kms-http.yaml', 6, 9, 'kms.endpoint has an unsupported scheme "http"'],
  ['masked-core.yaml', 10, 17, 'resource secrets is masked by earlier rule "*."'],
]

for (const [file, line, column, words] of places) {
  test(`${file} is refused at ${line}:${column}`, () => {
    const read = readEncryptionConfiguration({
      path: file,
      bytes: readFileSync(`${FOLDER}/${file}`),
    })
    assert.ok('problems' in read)
    assert.deepEqual(read.problems[0]?.at, { file, line, column })
    assert.ok(read.problems[0]?.message.includes(words), read.problems[0]?.message)
  })
}
