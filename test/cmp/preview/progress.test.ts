import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startProgress } from '../../../cmp/preview/progress.ts'

function terminal(isTTY: boolean) {
  const written: string[] = []
  return { stderr: { isTTY, write: (text: string) => void written.push(text) }, written }
}

test('a second of patience, then one line that goes when the run is over', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const { stderr, written } = terminal(true)
  const progress = startProgress({ stderr })
  progress.step('rendering')
  context.mock.timers.tick(999)
  assert.deepEqual(written, [])
  context.mock.timers.tick(1)
  progress.step('reading the cluster')
  progress.done()
  assert.deepEqual(written, [
    '\r\u001b[Krendering …',
    '\r\u001b[Kreading the cluster …',
    '\r\u001b[K',
  ])
})

test('nothing if the run is quick, or nobody watches', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  for (const [isTTY, milliseconds] of [
    [true, 500],
    [false, 5000],
  ] as const) {
    const { stderr, written } = terminal(isTTY)
    const progress = startProgress({ stderr })
    progress.step('rendering')
    context.mock.timers.tick(milliseconds)
    progress.done()
    context.mock.timers.tick(5000)
    assert.deepEqual(written, [])
  }
})
