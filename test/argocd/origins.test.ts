// What the fast tests of cmp/check/origins have recorded, printed again by the real Helm and Kustomize.
import assert from 'node:assert/strict'
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { located, locatorOf } from '../support/origins.ts'
import { OVERLAYS } from '../support/overlay-cases.ts'
import { HELM3, HELM4, KUSTOMIZE, rendered, repositoryOfTree } from '../support/real-sources.ts'
import { plant } from '../support/tree.ts'

const ORIGINS = 'fixtures/origins'

/** The versions of Helm differ in blank lines, and in nothing else here. */
const withoutBlankLines = (text: string) => text.replace(/\n+(?=\n)/g, '')

for (const [name, helm] of Object.entries({ HELM3, HELM4 })) {
  test(`${name} prints the chart as it was recorded`, async () => {
    const base = repositoryOfTree({})
    cpSync(join(ORIGINS, 'chart'), join(base, 'repo/chart'), { recursive: true })
    const parameters = [
      { name: 'releaseName', string: 'web' },
      { name: 'namespace', string: 'shop' },
    ]
    const { text } = await rendered(base, 'chart', helm, parameters)
    const recorded = readFileSync(join(ORIGINS, 'chart.rendered.txt'), 'utf8')
    assert.equal(withoutBlankLines(text), withoutBlankLines(recorded))
  })
}

test('Kustomize builds the overlay as it was recorded', async () => {
  assert.ok(KUSTOMIZE)
  const base = repositoryOfTree({})
  cpSync(join(ORIGINS, 'kustomize'), join(base, 'repo/kustomize'), { recursive: true })
  const { text } = await rendered(base, 'kustomize/overlay', '')
  assert.equal(text, readFileSync(join(ORIGINS, 'kustomize.built.txt'), 'utf8'))
})

for (const { name, tree, built, places } of OVERLAYS) {
  test(`Kustomize: ${name}`, async () => {
    const base = repositoryOfTree({})
    plant(join(base, 'repo'), tree)
    const { text } = await rendered(base, 'app', '')
    assert.equal(text, built)
    const root = join(base, 'repo')
    const { locate, positionOf } = locatorOf(
      'kustomize',
      join(root, 'app'),
      Buffer.from(text),
      root,
    )
    for (const [document, line, place] of places) {
      assert.equal(located(locate(positionOf(document, line))).replace(`${root}/`, ''), place)
    }
  })
}
