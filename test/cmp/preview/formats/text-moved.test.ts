// What a narrow terminal shows of a Secret that comes from another place now; and what is said of pods of
// which nobody can say.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatMarkdown } from '../../../../cmp/preview/formats/markdown.ts'
import { formatText } from '../../../../cmp/preview/formats/text.ts'
import { compareStates } from '../../../../render/preview/preview.ts'
import { deployment, phaseSecret, previewState } from '../../../support/preview-state.ts'

const cases: readonly { width: number | undefined; want: readonly string[] }[] = [
  { width: undefined, want: ['  from shop / dev, path / → shop / prod, path /'] },
  { width: 47, want: ['  from shop / dev, path / → shop / prod, path /'] },
  { width: 46, want: ['  from shop / dev, path /', '     → shop / prod, path /'] },
  { width: 20, want: ['  from shop / dev, …', '     → shop / prod,…'] },
]
for (const { width, want } of cases) {
  test(`where a Secret came from and comes from, in ${width ?? 'any number of'} columns`, async () => {
    const values = { dev: { A: '1' }, prod: { A: '1' } }
    const base = await previewState(phaseSecret('dev'), values)
    const head = await previewState(phaseSecret('prod'), values)
    const text = formatText(compareStates(base, head, undefined), { colour: false, width })
    const lines = text.split('\n')
    const first = lines.findIndex((line) => line.startsWith('  from'))
    assert.deepEqual(lines.slice(first, first + want.length), want)
  })
}

test('without a token nobody says that a workload keeps an old value, only that it may', async () => {
  const [base, head] = await Promise.all(
    ['dev', 'prod'].map((name) => previewState(phaseSecret(name) + deployment({ stamped: false }))),
  )
  assert.ok(base !== undefined && head !== undefined)
  const preview = compareStates(base, head, undefined)
  for (const text of [
    formatText(preview, { colour: false, width: undefined }),
    formatMarkdown(preview),
  ]) {
    assert.match(text, /does not roll, and may keep an old value/)
    assert.match(text, /1 workload may miss a change/)
    assert.doesNotMatch(text, /NOT roll|misses/)
  }
})
