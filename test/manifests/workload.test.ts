// Which kinds can be stamped, and whom a Rollout's workloadRef joins to.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { namespaceOf } from '../../manifests/object-key.ts'
import { findWorkloads, stampRefusal, workloadReference } from '../../manifests/workload.ts'
import { manifestObject } from '../support/manifest-object.ts'

const KNATIVE = { group: 'serving.knative.dev', kind: 'Service' }

function named(apiVersion: string, kind: string, name = 'app', rest = '', namespace = '') {
  const place = namespace === '' ? '' : `, namespace: ${namespace}`
  return manifestObject(
    `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: ${name}${place}}${rest}}`,
  )
}

describe('stampRefusal', () => {
  const cases: readonly [string, string, boolean][] = [
    ['apps/v1', 'Deployment', true],
    ['apps/v1beta2', 'StatefulSet', true],
    ['apps/v1', 'DaemonSet', true],
    ['apps/v1', 'ReplicaSet', true],
    ['v1', 'ReplicationController', true],
    ['argoproj.io/v1alpha1', 'Rollout', true],
    ['serving.knative.dev/v1', 'Service', true],
    ['v1', 'Service', false],
    ['v1', 'Deployment', false],
    ['apps', 'Deployment', false],
    ['example.com/v1', 'Deployment', false],
    ['apps.example.com/v1', 'Deployment', false],
    ['apps/v1', 'ReplicationController', false],
    ['apps/v1', 'deployment', false],
    ['batch/v1', 'Job', false],
    ['batch/v1', 'CronJob', false],
    ['v1', 'Pod', false],
    ['v1', 'ConfigMap', false],
  ]
  for (const [apiVersion, kind, stamped] of cases) {
    test(`${apiVersion} ${kind}: ${stamped}`, () => {
      assert.equal(stampRefusal(named(apiVersion, kind), [KNATIVE]) === undefined, stamped)
    })
  }

  test('a kind of the configuration does not count without it', () => {
    assert.notEqual(stampRefusal(named('serving.knative.dev/v1', 'Service'), []), undefined)
  })

  test('a configuration cannot make a Job mutable', () => {
    const job = { group: 'batch', kind: 'Job' }
    assert.match(stampRefusal(named('batch/v1', 'Job'), [job]) ?? '', /immutable/)
  })
})

describe('workloadReference', () => {
  const reference = '{apiVersion: apps/v1, kind: Deployment, name: web}'
  const cases: readonly [string, string, string, object | undefined][] = [
    [
      'of a Rollout',
      'argoproj.io/v1alpha1',
      reference,
      { group: 'apps', kind: 'Deployment', name: 'web' },
    ],
    ['of another group', 'example.com/v1', reference, undefined],
    ['null', 'argoproj.io/v1alpha1', 'null', undefined],
    ['a string', 'argoproj.io/v1alpha1', 'web', undefined],
    [
      'without a name',
      'argoproj.io/v1alpha1',
      '{apiVersion: apps/v1, kind: Deployment}',
      undefined,
    ],
    [
      'with a number',
      'argoproj.io/v1alpha1',
      '{apiVersion: 1, kind: Deployment, name: web}',
      undefined,
    ],
  ]
  for (const [name, apiVersion, text, expected] of cases) {
    test(name, () => {
      const object = named(apiVersion, 'Rollout', 'r', `, spec: {workloadRef: ${text}}`)
      assert.deepEqual(workloadReference(object), expected)
    })
  }
})

describe('findWorkloads', () => {
  const ref = (kind: string, name: string) =>
    `, spec: {workloadRef: {apiVersion: apps/v1, kind: ${kind}, name: ${name}}}`
  const deployment = named('apps/v1', 'Deployment', 'web', '', 'shop')
  const rollout = (name: string, rest: string, namespace: string) =>
    named('argoproj.io/v1alpha1', 'Rollout', name, rest, namespace)

  test('a Rollout speaks for the Deployment of its namespace, whatever the order', () => {
    const near = rollout('near', ref('Deployment', 'web'), '')
    const far = rollout('far', ref('Deployment', 'web'), 'elsewhere')
    const set = rollout('set', ref('StatefulSet', 'web'), 'shop')
    for (const objects of [
      [near, far, set, deployment],
      [deployment, set, far, near],
    ]) {
      const { workloads, unresolved } = findWorkloads(objects, [], 'shop')
      assert.deepEqual(workloads, [{ object: deployment, owners: [deployment, near] }])
      assert.deepEqual(new Set(unresolved), new Set([far, set]))
    }
  })

  test('a Rollout with a template of its own is a workload', () => {
    const own = rollout('own', ', spec: {template: {}}', 'shop')
    const { workloads, unresolved } = findWorkloads([own], [], undefined)
    assert.deepEqual(workloads, [{ object: own, owners: [own] }])
    assert.deepEqual(unresolved, [])
  })

  test("another group's Deployment is not the one that is meant", () => {
    const other = named('example.com/v1', 'Deployment', 'web', '', 'shop')
    const near = rollout('near', ref('Deployment', 'web'), 'shop')
    const extra = [{ group: 'example.com', kind: 'Deployment' }]
    const { workloads, unresolved } = findWorkloads([other, near], extra, undefined)
    assert.deepEqual(workloads, [{ object: other, owners: [other] }])
    assert.deepEqual(unresolved, [near])
  })
})

test('namespaceOf: its own, else the destination, else none', () => {
  assert.equal(namespaceOf({ namespace: 'a' }, 'b'), 'a')
  assert.equal(namespaceOf({}, 'b'), 'b')
  assert.equal(namespaceOf({ namespace: '' }, 'b'), 'b')
  assert.equal(namespaceOf({}, undefined), namespaceOf({ namespace: '' }, ''))
})
