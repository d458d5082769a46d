// Checkstyle: each finding once, below its file.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatCheckstyle } from '../../../../cmp/check/formats/checkstyle.ts'
import {
  manyFindings,
  sampleCheckReport,
  sampleCleanReport,
} from '../../../support/sample-check-report.ts'
import { readXml } from '../../../support/strict-xml.ts'

test('findings by file', () => {
  const { name, children } = readXml(formatCheckstyle(sampleCheckReport()))
  assert.equal(name, 'checkstyle')
  const files = children.map((file) => [
    file.attributes.name,
    file.children.map(({ attributes }) => `${attributes.line}:${attributes.severity}`).join(' '),
  ])
  assert.deepEqual(files, [
    ['deploy/cluster roles.yaml', '30:error'],
    ['deploy/rbac.yaml', '8:error 12:warning'],
    ['stdin', '7:info'],
    ['deploy', '1:info'],
  ])
  assert.deepEqual(children[1]?.children[0]?.attributes, {
    line: '8',
    column: '5',
    severity: 'error',
    message:
      'Role keyspace/readers: get on secrets is limited to no names; add resourceNames: [keyspace-cloud-prod-secret]',
    source: 'argocd-phase-plugin.RB001.secret-read-unscoped',
  })
})

test('no findings are a document without files', () => {
  assert.deepEqual(readXml(formatCheckstyle(sampleCleanReport())).children, [])
})

test('a file is there once, whatever the order', () => {
  const { children } = readXml(formatCheckstyle(manyFindings(200)))
  assert.equal(children.length, 40)
  assert.ok(children.every((file) => file.children.length === 5))
})
