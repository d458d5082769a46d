// What a narrow terminal shows of a Secret that comes from another place now.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatText } from '../../../../cmp/preview/formats/text.ts'
import { compareStates } from '../../../../render/preview/preview.ts'
import { phaseSecret, previewState } from '../../../support/preview-state.ts'

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
