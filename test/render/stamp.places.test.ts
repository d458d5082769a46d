// Where a workload and its Secrets must be to meet: namespaces, and Rollouts that name a Deployment.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { optIn, run, secret, workload } from '../support/stamping.ts'

describe('namespaces', () => {
  const cases: readonly [string | undefined, string | undefined, string | undefined, boolean][] = [
    [undefined, undefined, undefined, true],
    ['shop', 'shop', undefined, true],
    ['shop', undefined, undefined, false],
    [undefined, 'shop', undefined, false],
    ['shop', 'other', undefined, false],
    ['shop', undefined, 'shop', true],
    [undefined, 'shop', 'shop', true],
    [undefined, undefined, 'shop', true],
    ['', 'shop', 'shop', true],
    ['other', undefined, 'shop', false],
  ]
  for (const [ofWorkload, ofSecret, appNamespace, stamped] of cases) {
    test(`workload ${ofWorkload}, Secret ${ofSecret}, Application ${appNamespace}`, () => {
      const result = run([workload({ metadata: { namespace: ofWorkload } })], {
        secrets: [secret({ namespace: ofSecret })],
        appNamespace,
      })
      assert.equal(result.stamps.length, stamped ? 1 : 0)
      if (!stamped)
        assert.match(result.said.join(), /^notice: not stamped: it references no Secret/)
    })
  }
})

describe('workloadRef', () => {
  const rollout = (metadata: object, name = 'app') =>
    workload({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { ...metadata, name: 'canary' },
      spec: { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name } },
    })
  const silent = { annotations: {} }
  const cases: readonly [string, object, object, boolean][] = [
    ['the Rollout opts in', optIn('true'), silent, true],
    ['the Deployment opts in', silent, optIn('true'), true],
    ['either is enough', optIn('true'), optIn('false'), true],
    ['nobody opts in', silent, silent, false],
    ['both opt out', optIn('false'), optIn('false'), false],
  ]
  for (const [name, ofRollout, ofDeployment, stamped] of cases) {
    test(name, () => {
      const result = run([rollout(ofRollout), workload({ metadata: ofDeployment })])
      assert.deepEqual(result.stamped, stamped ? ['Deployment app'] : [])
      assert.deepEqual(result.said, [])
    })
  }

  test('one opt-out outweighs the default', () => {
    const objects = [rollout(optIn('false')), workload({ metadata: silent })]
    assert.deepEqual(run(objects, { defaultOptIn: true }).stamped, [])
  })

  test('the labels of either are selected', () => {
    const objects = [rollout({ labels: { team: 'shop' } }), workload({})]
    const redeploySelector = { matches: ({ team }: Record<string, string>) => team === 'shop' }
    const secrets = [secret({ redeploySelector })]
    assert.deepEqual(run(objects, { secrets }).stamped, ['Deployment app'])
  })

  test('a Deployment that is not here', () => {
    assert.deepEqual(run([rollout({}, 'a b')]).said, [
      'notice: not stamped: spec.workloadRef names Deployment "a b", which is no Deployment of this run',
    ])
    assert.deepEqual(run([rollout(silent, 'x')]).said, [])
  })
})
