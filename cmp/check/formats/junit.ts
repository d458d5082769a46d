// A report in, the XML of JUnit out: a suite for each chapter, in which every rule that was asked is a case, and each
// finding one of its own; then what is proven.
import type { Chapter, Level, RuleDescription } from '../../../manifests/check/model.ts'
import { CHAPTERS } from '../../../manifests/check/model.ts'
import type { CheckReport, Exempted, Finding, Pass } from '../../../manifests/check/report.ts'
import type { Position } from '../../../manifests/problem.ts'
import { placeOf } from '../../formats/words.ts'
import { printable, visible } from '../../visible.ts'
import { sourcePath } from './source-paths.ts'
import {
  allRules,
  exemptionWords,
  fixWords,
  isAtLeast,
  ruleWords,
  sayingOf,
  stepWords,
} from './words.ts'
import type { Element } from './xml.ts'
import { printXml } from './xml.ts'

/** What a run fails on, and what files are named relative to. */
export interface JunitOptions {
  readonly failOn: Level
  /** Absolute. */
  readonly root?: string | undefined
}

/** UTF-16 units of the name of a case. */
const LONGEST_NAME = 500

const asIs = (text: string) => text

/** Prints a report. What is below the level that fails is a case that passes, with the finding as its output. */
export function formatJunit(report: CheckReport, options: JunitOptions): string {
  const rules = allRules(report)
  const suites = CHAPTERS.flatMap((chapter) => {
    const cases = casesOf(chapter, rules, report, options)
    return cases.length === 0 ? [] : [suite(chapter, cases)]
  })
  const proof = report.passes.map((pass) => passCase(pass, options))
  const notes = { name: 'system-out', attributes: {}, content: report.notes }
  const last = suite('proof', proof, report.notes.length === 0 ? [] : [notes])
  const content = [...suites, last]
  const all = content.flatMap(({ content = [] }) => content).filter(isCase)
  const attributes = { name: 'argocd-phase-plugin check', ...countsOf(all) }
  return printXml({ name: 'testsuites', attributes, content })
}

function suite(name: string, cases: readonly Element[], more: readonly Element[] = []): Element {
  return {
    name: 'testsuite',
    attributes: { name, ...countsOf(cases) },
    content: [...cases, ...more],
  }
}

function isCase(element: string | Element): element is Element {
  return typeof element !== 'string' && element.name === 'testcase'
}

function countsOf(cases: readonly Element[]): Readonly<Record<string, number>> {
  const having = (name: string) => {
    const has = ({ content = [] }: Element) =>
      content.some((each) => typeof each !== 'string' && each.name === name)
    return cases.filter(has).length
  }
  return { tests: cases.length, failures: having('failure'), errors: 0, skipped: having('skipped') }
}

/** What is said of the rules of a chapter, rule by rule. */
function casesOf(
  chapter: Chapter,
  rules: readonly RuleDescription[],
  { findings, exempted }: CheckReport,
  options: JunitOptions,
): Element[] {
  const ofRule = Map.groupBy(findings, ({ rule }) => rule.id)
  const exemptedOfRule = Map.groupBy(exempted, ({ finding }) => finding.rule.id)
  const used = new Set<string>()
  return rules.flatMap((rule) => {
    if (rule.chapter !== chapter) return []
    const own = [
      ...(ofRule.get(rule.id) ?? []).map((finding) => findingCase(finding, options, used)),
      ...(exemptedOfRule.get(rule.id) ?? []).map((each) => exemptedCase(each, options, used)),
    ]
    return own.length > 0 ? own : [testCase(ruleWords(rule), chapter, undefined, options)]
  })
}

function findingCase(finding: Finding, options: JunitOptions, used: Set<string>): Element {
  const { rule, severity, level, at, isNew } = finding
  const place = at === undefined ? [] : [placeOf(at)]
  const lines = [[...place, severity, ...(isNew ? ['new'] : [])].join(' '), ...detailsOf(finding)]
  const content: Element = isAtLeast(level, options.failOn)
    ? {
        name: 'failure',
        attributes: { type: rule.id, message: sayingOf(finding, asIs) },
        content: lines,
      }
    : { name: 'system-out', attributes: {}, content: lines }
  return testCase(nameOf(finding, used), rule.chapter, at, options, [content])
}

function detailsOf(finding: Finding): string[] {
  const { path = [], hint } = finding
  const fix = fixWords(finding)
  return [
    sayingOf(finding, asIs),
    ...path.map((step) => stepWords(step, asIs)),
    ...(hint === undefined ? [] : [`hint: ${hint}`]),
    ...(fix === undefined ? [] : [fix.filter((part) => part !== '').join(': ')]),
  ]
}

function exemptedCase(exempted: Exempted, options: JunitOptions, used: Set<string>): Element {
  const { finding } = exempted
  const message = `exempted: ${exemptionWords(exempted, asIs)}`
  const skipped = { name: 'skipped', attributes: { message } }
  const name = nameOf(finding, used)
  return testCase(name, finding.rule.chapter, finding.at, options, [skipped])
}

/** GitLab takes two cases of one name for one, and names stay what they are from run to run. */
function nameOf(finding: Finding, used: Set<string>): string {
  const whole = visible(`${ruleWords(finding.rule)}: ${sayingOf(finding, asIs)}`)
  const isClear = whole.length <= LONGEST_NAME && !used.has(whole)
  const name = isClear ? whole : `${printable(whole, LONGEST_NAME)} (${finding.fingerprint})`
  used.add(name)
  return name
}

/** What does not hold has its findings too: here nothing fails twice, and nothing passes that does not. */
function passCase(pass: Pass, options: JunitOptions): Element {
  const { status, at } = pass
  const saying = sayingOf(pass, asIs)
  const content: Element =
    status === 'pass'
      ? { name: 'system-out', attributes: {}, content: [saying] }
      : { name: 'skipped', attributes: { message: `${status}: ${saying}` } }
  return testCase(`${ruleWords(pass)}: ${saying}`, 'proof', at, options, [content])
}

function testCase(
  name: string,
  group: string,
  at: Position | undefined,
  { root }: JunitOptions,
  content: readonly Element[] = [],
): Element {
  const place = at && { file: sourcePath(at.file, root), line: at.line }
  const attributes = { name, classname: `check.${group}`, ...place }
  return { name: 'testcase', attributes, content }
}
