// Whatever a repository or a policy names anything: no format lets it act, and none breaks.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import schema from '../../../../cmp/check/formats/check.schema.json' with { type: 'json' }
import type { Format } from '../../../../cmp/check/formats/formats.ts'
import { FORMATS, formatReport } from '../../../../cmp/check/formats/formats.ts'
import type { CheckReport } from '../../../../manifests/check/report.ts'
import { plainReport, withCheckTexts } from '../../../support/check-texts.ts'
import { assertOnlyOurElements } from '../../../support/gfm.ts'
import { readCommands } from '../../../support/github-runner.ts'
import { HOSTILE } from '../../../support/hostile-names.ts'
import { HOSTILE_TEXTS, hostileText } from '../../../support/hostile-texts.ts'
import { assertInert } from '../../../support/inert-markdown.ts'
import { schemaMistakes } from '../../../support/json-schema.ts'
import { sampleCheckReport } from '../../../support/sample-check-report.ts'
import sarifSchema from '../../../support/sarif-output.schema.json' with { type: 'json' }
import { readXml } from '../../../support/strict-xml.ts'

/** What build servers and these formats take for more than text. */
const COMMANDS = [
  '::set-output name=a::b',
  ' ::error file=a::b',
  'a\n::stop-commands::b',
  '##[add-matcher]a.json',
  'a ##vso[task.setvariable variable=a]b',
  "##teamcity[message text='a']",
  '%0A::error::a',
  'a,file=b:c',
  ']]>',
  '{0} {{1}}',
  '[a](1) [b](https://evil.example)',
  '%%{init: {"securityLevel": "loose"}}%%',
  '"] --> x; click x "javascript:alert(1)"',
  'fa:fa-bug end subgraph',
  '../../etc/passwd',
  '/etc/passwd',
  'file:///etc/passwd',
]
const TEXTS = [...HOSTILE_TEXTS, ...HOSTILE.map(([, text]) => text), ...COMMANDS]
const print = (report: CheckReport, format: Format, color = false) =>
  formatReport(report, format, { color, failOn: 'warning' })

type Check = (text: string, report: CheckReport) => void

const CHECKS: Readonly<Record<Format, Check>> = {
  text: (text, report) => {
    assert.equal(text.split('\n').length, print(sampleCheckReport(), 'text').split('\n').length)
    const colored = print(report, 'text', true)
    for (const line of colored.split('\n')) {
      // Each line leaves the terminal as it was.
      const [, ...sequences] = line.split('\x1b[')
      assert.equal(sequences.length % 2, 0)
      for (const [index, part] of sequences.entries()) {
        assert.match(part, index % 2 === 0 ? /^\d\d?m./ : /^m/)
      }
    }
    const parts = colored
      .split('\x1b[')
      .map((part, at) => (at > 0 ? part.replace(/^\d*m/, '') : part))
    assert.equal(parts.join(''), text)
  },
  json: (text, report) => {
    const read = JSON.parse(text)
    assert.deepEqual(schemaMistakes(schema, read), [])
    assert.deepEqual(read, plainReport(report))
  },
  sarif: (text) => assert.deepEqual(schemaMistakes(sarifSchema, JSON.parse(text)), []),
  github: (text, report) => {
    const names = readCommands(text).map(({ name }) => name)
    assert.deepEqual(names, ['error', 'error', 'warning', 'notice', 'notice', 'notice'])
    for (const { properties } of readCommands(text)) {
      assert.match(properties.title ?? '', /^RB\d\d\d [a-z-]+ \([a-z]+(?:, new)?\)$|^check$/)
      assert.match(Object.keys(properties).join(), /^(?:file,line,endLine,col,)?title$/)
    }
    assert.equal(text.split('\n').length, report.findings.length + report.notes.length + 2)
  },
  gitlab: (text, report) => {
    const issues = JSON.parse(text)
    assert.equal(issues.length, report.findings.length)
    for (const issue of issues) {
      assert.deepEqual(Object.keys(issue.location), ['path', 'lines'])
      assert.doesNotMatch(issue.location.path, /^\.\/./)
    }
  },
  junit: (text) => {
    const root = readXml(text)
    assert.deepEqual([root.attributes.tests, root.attributes.failures], ['9', '3'])
  },
  checkstyle: (text, { findings }) => {
    const errors = readXml(text).children.flatMap(({ children }) => children)
    assert.equal(errors.length, findings.length)
  },
  markdown: (text) => {
    assert.ok(text.length <= 65_536)
    assertInert(text, 'check')
    assertOnlyOurElements(text)
  },
}

/** Of every format: nothing invisible, no command of a build server but those of `github`, whole lines. */
function checkFormat(format: Format, report: CheckReport): void {
  const text = print(report, format)
  assert.doesNotMatch(text, /(?!\n)[\p{C}\p{Zl}\p{Zp}\p{DI}]/u)
  assert.ok(text.endsWith('\n'))
  if (format !== 'github') {
    assert.deepEqual(readCommands(text), [])
    assert.doesNotMatch(text, /##\w*\[/)
  }
  CHECKS[format](text, report)
}

for (const format of FORMATS) {
  test(`${format}: every hostile text in every place`, () => {
    for (const text of TEXTS)
      checkFormat(
        format,
        withCheckTexts(sampleCheckReport(), () => text),
      )
  })

  test(`${format}: anything at all`, () => {
    const texts = fc.array(fc.oneof(hostileText, fc.constantFrom(...COMMANDS)), {
      minLength: 1,
      maxLength: 8,
    })
    fc.assert(
      fc.property(texts, (texts) => {
        let next = 0
        checkFormat(
          format,
          withCheckTexts(sampleCheckReport(), () => texts[next++ % texts.length] ?? ''),
        )
      }),
      { numRuns: 100 },
    )
  })

  test(`${format}: the notes are there for people, and a manifest's own text for nobody`, () => {
    const text = print(sampleCheckReport(), format)
    assert.doesNotMatch(text, /sample-only-in-the-manifest/)
    const isForMachines = format === 'gitlab' || format === 'checkstyle'
    const [note = ''] = sampleCheckReport().notes
    assert.equal(text.includes(note), !isForMachines)
  })
}
