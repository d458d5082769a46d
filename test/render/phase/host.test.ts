import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLoopback, parseHost } from '../../../render/phase/host.ts'
import { SourceError } from '../../../render/source.ts'

const ACCEPTED = [
  ['https://console.phase.dev', 'https://console.phase.dev'],
  [' https://console.phase.dev/\n', 'https://console.phase.dev'],
  ['https://phase.example.com:8443///', 'https://phase.example.com:8443'],
  ['https://example.com/phase/', 'https://example.com/phase'],
  ['HTTPS://Example.com/Phase', 'https://example.com/Phase'],
  ['http://127.0.0.1:8000', 'http://127.0.0.1:8000'],
  ['http://127.1.2.3', 'http://127.1.2.3'],
  ['http://[::1]:8000/', 'http://[::1]:8000'],
  ['http://localhost:8000', 'http://localhost:8000'],
] as const

for (const [text, base] of ACCEPTED) {
  test(`accepted: ${JSON.stringify(text)}`, () => {
    assert.equal(parseHost(text), base)
  })
}

const REFUSED = [
  ['', /empty/],
  ['console.phase.dev', /https:\/\//],
  ['ftp://console.phase.dev', /https:\/\//],
  ['//console.phase.dev', /https:\/\//],
  ['https://', /not a URL/],
  ['https://exa mple.com', /white space/],
  ['https://example.com\t.evil.test', /white space/],
  ['https://example.com\\@evil.test', /backslash/],
  ['https://user:hunter2@example.com', /user name/],
  ['https://@example.com', /user name/],
  ['https://example.com?hunter2', /query/],
  ['https://example.com#hunter2', /fragment/],
  ['http://console.phase.dev', /plain http/],
  ['http://10.0.0.1', /plain http/],
  ['http://127.0.0.1.evil.test', /plain http/],
  ['http://localhost.evil.test', /plain http/],
  ['http://[::ffff:10.0.0.1]', /plain http/],
  ['http://0.0.0.0', /plain http/],
] as const

for (const [text, message] of REFUSED) {
  test(`refused: ${JSON.stringify(text)}`, () => {
    assert.throws(
      () => parseHost(text),
      (error: unknown) => {
        assert.ok(error instanceof SourceError)
        const [failure] = error.failures
        assert.equal(failure?.code, 'ERR_HOST_INVALID')
        assert.equal(failure?.fault, 'usage')
        assert.match(failure?.message ?? '', message)
        assert.doesNotMatch(JSON.stringify(failure), /hunter2|evil/)
        return true
      },
    )
  })
}

test('every spelling of a loopback address is one, and nothing else', () => {
  for (const host of ['127.1', '2130706433', '0x7f000001', 'LOCALHOST', '[0:0:0:0:0:0:0:1]']) {
    assert.equal(isLoopback(new URL(`http://${host}`)), true, host)
  }
  for (const host of ['128.0.0.1', '[::2]', 'localhost.', '127.0.0.1.nip.test']) {
    assert.equal(isLoopback(new URL(`http://${host}`)), false, host)
  }
})
