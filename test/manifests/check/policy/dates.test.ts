// Days of the calendar, and how far they are apart.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dateAfter, daysBetween, isDate } from '../../../../manifests/check/policy/dates.ts'

const texts: Readonly<Record<string, boolean>> = {
  '2027-01-31': true,
  '2028-02-29': true,
  '2000-02-29': true,
  '0000-01-01': true,
  '9999-12-31': true,
  '2027-02-29': false,
  '2027-02-30': false,
  '2027-04-31': false,
  '2100-02-29': false,
  '2027-00-10': false,
  '2027-13-01': false,
  '2027-01-00': false,
  '2027-01-32': false,
  '2027-1-1': false,
  '27-01-01': false,
  '+002027-01-01': false,
  '2027-01-01T00:00:00Z': false,
  '2027-01-01\n': false,
  ' 2027-01-01': false,
  '２０２７-01-01': false,
  '20270101': false,
  '': false,
}
for (const [text, isOne] of Object.entries(texts)) {
  test(`${JSON.stringify(text)} is a date: ${isOne}`, () => assert.equal(isDate(text), isOne))
}

test('days between two dates, leap years and changes of clocks apart', () => {
  assert.equal(daysBetween('2027-01-01', '2027-01-01'), 0)
  assert.equal(daysBetween('2027-12-31', '2028-01-01'), 1)
  assert.equal(daysBetween('2028-02-28', '2028-03-01'), 2)
  assert.equal(daysBetween('2027-03-01', '2027-02-28'), -1)
  assert.equal(daysBetween('2027-03-01', '2027-11-30'), 274)
  assert.throws(() => daysBetween('2027-02-30', '2027-03-01'), RangeError)
  assert.throws(() => daysBetween('2027-03-01', 'soon'), RangeError)
  assert.throws(() => dateAfter('9999-12-31', 1), RangeError)
})

test('a date some days after another is that many days away', () => {
  const time = fc.integer({ min: 0, max: 2_000_000 })
  fc.assert(
    fc.property(time, fc.integer({ min: -5000, max: 5000 }), (day, days) => {
      const date = new Date((day - 300_000) * 86_400_000).toISOString().slice(0, 10)
      assert.equal(daysBetween(date, dateAfter(date, days)), days)
    }),
  )
})
