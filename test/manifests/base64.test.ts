import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeBase64 } from '../../manifests/base64.ts'

const cases: readonly (readonly [text: string, hex: string | undefined, why: string])[] = [
  ['', '', 'nothing is the empty value'],
  ['QQ==', '41', 'one byte'],
  ['QUI=', '4142', 'two bytes'],
  ['QU\r\nJD\n', '414243', 'line breaks'],
  ['+/+/', 'fbffbf', 'the standard alphabet'],
  ['-_-_', undefined, 'the URL-safe alphabet'],
  ['QQ', undefined, 'no padding'],
  ['QQ=', undefined, 'half a padding'],
  ['QQ===', undefined, 'too much padding'],
  ['=', undefined, 'only padding'],
  ['QR==', undefined, 'left-over bits after one byte'],
  ['QUJ=', undefined, 'left-over bits after two bytes'],
  ['QQ==QQ==', undefined, 'two texts'],
  ['QUJD ', undefined, 'a space'],
  ['QU\tJD', undefined, 'a tab'],
  ['QUJDé', undefined, 'a letter outside ASCII'],
  ['plain text', undefined, 'plain text'],
]

for (const [text, hex, why] of cases) {
  test(`base64: ${why}`, () => {
    const bytes = decodeBase64(text)
    assert.equal(bytes && Buffer.from(bytes).toString('hex'), hex)
  })
}

test('every value comes back, wrapped or not', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.integer({ min: 1, max: 80 }), (bytes, width) => {
      const text = Buffer.from(bytes).toString('base64')
      const wrapped = text.replace(new RegExp(`.{${width}}`, 'g'), '$&\n')
      assert.deepEqual(decodeBase64(wrapped), Buffer.from(bytes))
    }),
  )
})

test('no two texts without line breaks mean one value', () => {
  const texts = fc.string({ unit: fc.constantFrom(...'ABQRUgwx+/='), maxLength: 8 })
  fc.assert(
    fc.property(texts, (text) => {
      const bytes = decodeBase64(text)
      if (bytes !== undefined) assert.equal(Buffer.from(bytes).toString('base64'), text)
    }),
    { numRuns: 2000 },
  )
})
