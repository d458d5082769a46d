// Every format of every sample, byte for byte: what people read is in fixtures/check-formats.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Format } from '../../../../cmp/check/formats/formats.ts'
import { FORMATS, formatReport } from '../../../../cmp/check/formats/formats.ts'
import { version } from '../../../../cmp/version.ts'
import type { CheckReport } from '../../../../manifests/check/report.ts'
import { sampleCheckReport, sampleCleanReport } from '../../../support/sample-check-report.ts'

const updating = process.env.UPDATE_FIXTURES !== undefined
if (updating && process.env.CI !== undefined) throw new Error('UPDATE_FIXTURES is not for CI')

const FILES: Readonly<Record<Format, string>> = {
  text: '.txt',
  json: '.json',
  sarif: '.sarif',
  github: '.github.txt',
  gitlab: '.gitlab.json',
  junit: '.junit.xml',
  checkstyle: '.checkstyle.xml',
  markdown: '.md',
}
const samples: Readonly<Record<string, CheckReport>> = {
  findings: sampleCheckReport(),
  clean: sampleCleanReport(),
}
for (const [name, report] of Object.entries(samples)) {
  for (const format of FORMATS) {
    test(`${name}${FILES[format]}`, () => {
      const path = `fixtures/check-formats/${name}${FILES[format]}`
      const print = (what: CheckReport) =>
        formatReport(what, format, { color: false, failOn: 'warning' })
      const text = print(report).replaceAll(`"${version}"`, '"VERSION"')
      if (updating) writeFileSync(path, text)
      assert.equal(text, readFileSync(path, 'utf8'))
      assert.equal(print(report), print(report), 'the same bytes again')
    })
  }
}
