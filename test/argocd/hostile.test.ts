// Nothing that a repository holds beside a PhaseSecret can make Argo CD quote a value of Phase. Argo CD
// quotes whole documents that it cannot read, so this is about what stands before, in and after ours.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { errorOf } from './support/errors.ts'
import type { Case } from './support/hostile-cases.ts'
import { cases } from './support/hostile-cases.ts'
import { findLeaks, place, writtenPlaces } from './support/leaks.ts'
import { decoded, objectsOf, phaseSecret } from './support/manifests.ts'
import type { Values } from './support/phase.ts'
import { secretValue } from './support/phase.ts'
import { kindOfKey } from './support/redis.ts'
import type { AppSource } from './support/repo-server.ts'
import type { Stack } from './support/stack.ts'
import { PLUGIN, pluginConfig, startStack } from './support/stack.ts'

const values: Values = {
  Production: {
    API_KEY: secretValue('api-key'),
    BREAKS: `${secretValue('breaks')}\n---\nkind: Pod\n--- x\n...\n{"kind": 5}`,
    LONG: `${secretValue('long')}${'0123456789abcdef'.repeat(4096)}`,
  },
}
const hard = { noCache: true }
let stack: Stack

before(async () => {
  stack = await startStack(values)
})
after(() => stack.end())

function commit(index: number, { files }: Case): AppSource {
  const folder = `case-${index}`
  const all = Object.entries({ 'm.yaml': phaseSecret('shop'), ...files })
  const revision = stack.repository.commit(
    Object.fromEntries(all.map(([name, text]) => [`${folder}/${name}`, text])),
  )
  return { app: folder, url: stack.repository.url, revision, path: folder, plugin: PLUGIN }
}

test('the search finds a leak where there is one', async () => {
  const leak = secretValue('control')
  const secret = `apiVersion: v1\ndata:\n  KEY: ${Buffer.from(leak).toString('base64')}\n`
  const revision = stack.repository.commit({ 'control/secret.txt': secret })
  const config = pluginConfig('leaky', ['cat', 'secret.txt'])
  await stack.addSidecar({ name: 'leaky', config, env: {} })
  const { url } = stack.repository
  const source = { app: 'control', url, revision, path: 'control', plugin: 'leaky' }
  const shown = await errorOf(stack.repoServer.generate(source, hard))
  const control = new Map([['the control', leak]])
  assert.notDeepEqual(findLeaks(place('the error', shown), control), [])
  const logs = findLeaks(stack.processes.logs(), control)
  assert.ok(
    logs.some((line) => line.startsWith('repo-server.log')),
    `${logs}`,
  )
})

describe('beside a PhaseSecret', () => {
  for (const [index, each] of cases.entries()) {
    test(each.name, async () => {
      const source = commit(index, each)
      if (!(each.outcome instanceof RegExp)) {
        const { manifests } = await stack.repoServer.generate(source, hard)
        const objects = objectsOf(manifests)
        assert.deepEqual([...objects.keys()].sort(), [...each.outcome, 'Secret/shop'].sort())
        const secret = objects.get('Secret/shop')
        assert.ok(secret !== undefined)
        assert.deepEqual(decoded(secret), values.Production)
        return
      }
      const shown = await errorOf(stack.repoServer.generate(source, hard))
      assert.match(shown, each.outcome)
      assert.deepEqual(findLeaks(place('the error', shown), stack.phase.confidential()), [])
    })
  }
})

test('no log holds a value, and Redis only in the manifest cache', async () => {
  const leaks = findLeaks(await writtenPlaces(stack.processes), stack.phase.confidential())
  const kinds = new Set(leaks.map((leak) => kindOfKey(leak.split(':')[0] ?? '')))
  assert.deepEqual([...kinds], ['redis mfst'])
})
