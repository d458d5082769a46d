// Facts from a text, as a check would have them, for tests of rules.

import type { ApplicationTarget } from '../../manifests/argocd/app-project.ts'
import type { Allowances } from '../../manifests/check/facts.ts'
import type { Found, SecretName } from '../../manifests/check/model.ts'
import { readDocuments } from '../../manifests/stream.ts'
import { RULES } from '../../render/check/catalogue.ts'
import type { PhaseFacts } from '../../render/check/facts.ts'
import { readPhaseFacts } from '../../render/check/facts.ts'

export interface CheckSetting extends Partial<Allowances> {
  readonly namespace?: string
  readonly minor?: number
  readonly base?: string
  readonly managed?: readonly SecretName[]
  readonly hosts?: readonly string[]
  readonly application?: ApplicationTarget
}

/** What the rules see in a text. */
export function factsOf(text: string, setting: CheckSetting = {}): PhaseFacts {
  const read = (bytes: string) => {
    const { documents } = readDocuments([{ path: 'in.yaml', bytes: Buffer.from(bytes) }])
    return readPhaseFacts({
      documents,
      minor: setting.minor ?? 37,
      namespace: setting.namespace,
      extraKinds: [],
      hosts: setting.hosts ?? ['https://console.phase.dev'],
      application: setting.application,
      managed: setting.managed ?? [],
      allowances: {
        isTrusted: setting.isTrusted ?? (() => false),
        allowedReaders: setting.allowedReaders ?? (() => undefined),
      },
    }).facts
  }
  const { base } = setting
  return { ...read(text), base: base === undefined ? undefined : read(base) }
}

/** What one rule finds. */
export function found(id: string, facts: PhaseFacts): Found[] {
  const rule = RULES.find((each) => each.id === id)
  if (rule === undefined) throw new Error(`there is no rule ${id}`)
  return [...rule.find(facts)]
}
