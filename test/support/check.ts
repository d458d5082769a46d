// Facts from a text, as a check would have them, for tests of rules.

import { readCheckPolicy } from '../../cmp/check/policy/read.ts'
import type { ApplicationTarget } from '../../manifests/argocd/app-project.ts'
import type { Allowances } from '../../manifests/check/facts.ts'
import type { Found, RuleDescription } from '../../manifests/check/model.ts'
import { mergePolicies } from '../../manifests/check/policy.ts'
import { readDocuments } from '../../manifests/stream.ts'
import { RULES } from '../../render/check/catalogue.ts'
import type { PhaseFacts, PhaseFactsInput } from '../../render/check/facts.ts'
import { readPhaseFacts } from '../../render/check/facts.ts'

export interface CheckSetting extends Partial<Allowances> {
  readonly namespace?: string
  readonly minor?: number
  readonly base?: string
  /** What the text is called; `-` is standard input. */
  readonly file?: string
  readonly managed?: PhaseFactsInput['managed']
  readonly hosts?: readonly string[]
  readonly application?: ApplicationTarget
}

/** What the rules see in a text. */
export function factsOf(text: string, setting: CheckSetting = {}): PhaseFacts {
  const read = (bytes: string) => {
    const { documents } = readDocuments([
      { path: setting.file ?? 'in.yaml', bytes: Buffer.from(bytes) },
    ])
    return readPhaseFacts({
      documents,
      minor: setting.minor ?? 37,
      namespace: setting.namespace,
      extraKinds: [],
      hosts: setting.hosts ?? ['https://console.phase.dev'],
      application: setting.application,
      managed: setting.managed ?? [],
      problems: [],
      allowances: {
        isTrusted: setting.isTrusted ?? (() => false),
        allowedReaders: setting.allowedReaders ?? (() => undefined),
      },
    })
  }
  const { base } = setting
  return { ...read(text), base: base === undefined ? undefined : read(base) }
}

/** What a rule sees of an example: its bad or its good side, under its policy. */
export function exampleFacts({ example }: RuleDescription, side: 'bad' | 'good'): PhaseFacts {
  const { base, minor = 37, policy: text } = example
  const setting: CheckSetting = { minor, ...(base === undefined ? {} : { base }) }
  if (text === undefined) return factsOf(example[side], setting)
  const read = readCheckPolicy(Buffer.from(text), '.phase-check.yaml')
  if ('problems' in read) throw new Error(read.problems[0]?.message)
  const { policy } = mergePolicies(read.value, undefined, RULES, '2026-11-25')
  return factsOf(example[side], {
    ...setting,
    isTrusted: policy.isTrusted,
    allowedReaders: policy.allowedReaders,
    managed: policy.managedSecrets,
  })
}

/** What one rule finds. */
export function found(id: string, facts: PhaseFacts): Found[] {
  const rule = RULES.find((each) => each.id === id)
  if (rule === undefined) throw new Error(`there is no rule ${id}`)
  return [...rule.find(facts)]
}
