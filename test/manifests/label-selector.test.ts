import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseLabelSelector } from '../../manifests/label-selector.ts'

type Labels = Readonly<Record<string, string>>

const cases: readonly (readonly [text: string, yes: readonly Labels[], no: readonly Labels[]])[] = [
  ['', [{}, { a: 'b' }], []],
  ['  \n', [{}], []],
  ['a', [{ a: 'b' }, { a: '' }], [{}, { b: 'a' }]],
  ['!a', [{}, { b: 'a' }], [{ a: 'b' }]],
  ['a=b', [{ a: 'b', c: 'd' }], [{}, { a: 'c' }]],
  ['a==b', [{ a: 'b' }], [{ a: 'c' }]],
  ['a = b , c = d', [{ a: 'b', c: 'd' }], [{ a: 'b' }, { c: 'd' }]],
  ['a=', [{ a: '' }], [{}, { a: 'b' }]],
  ['a=,c=d', [{ a: '', c: 'd' }], [{ c: 'd' }]],
  ['a!=b', [{}, { a: 'c' }], [{ a: 'b' }]],
  ['a in (b, c)', [{ a: 'b' }, { a: 'c' }], [{}, { a: 'd' }]],
  ['a in (b,)', [{ a: 'b' }, { a: '' }], [{}, { a: 'c' }]],
  ['a notin (b,c)', [{}, { a: 'd' }], [{ a: 'b' }, { a: 'c' }]],
  ['in in (in,notin)', [{ in: 'notin' }], [{}, { in: 'x' }]],
  ['example.com/tier=api', [{ 'example.com/tier': 'api' }], [{ tier: 'api' }]],
  ['a>1', [{ a: '2' }], [{}, { a: '1' }, { a: 'x' }, { a: '9223372036854775808' }]],
  ['a<10', [{ a: '9' }, { a: '007' }], [{}, { a: '10' }]],
  ['a=b,c!=d,e in (x,y),f notin (z),g,!h', [{ a: 'b', e: 'x', g: '' }], [{ a: 'b', e: 'x' }]],
  ['constructor', [], [{}]],
  ['!toString', [{}], []],
]

for (const [text, yes, no] of cases) {
  test(`selector ${JSON.stringify(text)}`, () => {
    const parsed = parseLabelSelector(text)
    assert.ok('selector' in parsed)
    for (const labels of yes) assert.equal(parsed.selector.matches(labels), true, 'selected')
    for (const labels of no) assert.equal(parsed.selector.matches(labels), false, 'not selected')
  })
}

const broken: readonly (readonly [text: string, fault: RegExp])[] = [
  ['a b', /expected =, ==/],
  ['a,', /expected a label key/],
  [',a', /expected a label key/],
  ['a,,b', /expected a label key/],
  ['!', /expected a label key/],
  ['!!a', /expected a label key/],
  ['!a=b', /expected a comma/],
  ['=b', /expected a label key/],
  ['a=b=c', /expected a comma/],
  ['a=b c', /expected a comma/],
  ['a=!b', /expected a label value/],
  ['a===b', /expected a label value/],
  ['a in b', /expected "\("/],
  ['a in ()', /at least one value/],
  ['a in (b', /expected "\)"/],
  ['a in (b c)', /expected "\)"/],
  ['a in (b))', /expected a comma/],
  ['a>', /need an integer/],
  ['a>b', /need an integer/],
  ['a>9223372036854775808', /need an integer/],
  ['a in (b),', /expected a label key/],
  ['-a=b', /label key -a/],
  ['a=b/c', /label value b\/c/],
  [`a=${'b'.repeat(64)}`, /longer than 63/],
  ['{"matchLabels":{"a":"b"}}', /label key/],
]

for (const [text, fault] of broken) {
  test(`not a selector: ${JSON.stringify(text.slice(0, 30))}`, () => {
    const parsed = parseLabelSelector(text)
    assert.ok('fault' in parsed)
    assert.match(parsed.fault, fault)
  })
}

test('any text either parses or is refused, in words of one line', () => {
  const unit = fc.constantFrom(...'ab1 ,=!()<>/.', ' in ', ' notin ', '\n', 'é')
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 20 }), (text) => {
      const parsed = parseLabelSelector(text)
      if ('fault' in parsed) assert.match(parsed.fault, /^[^\n]+$/)
      else assert.equal(typeof parsed.selector.matches({ a: 'b' }), 'boolean')
    }),
    { numRuns: 1000 },
  )
})
