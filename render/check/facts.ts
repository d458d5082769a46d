// Documents in; what all rules look at, the PhaseSecrets among it, out.

import type { Facts, FactsInput, GuardedSecret } from '../../manifests/check/facts.ts'
import { ANY_NAME, readFacts } from '../../manifests/check/facts.ts'
import type { Document, ManifestObject } from '../../manifests/document.ts'
import type { EncryptionFacts } from '../../manifests/encryption/facts.ts'
import {
  ENCRYPTION_WORDS,
  encryptionFactsOf,
} from '../../manifests/encryption/find-configurations.ts'
import { isPlainMap, stringsAt } from '../../manifests/plain-value.ts'
import type { Position, Problem } from '../../manifests/problem.ts'
import { isOurs } from '../../manifests/provenance.ts'
import type { PhaseSecret } from '../model.ts'
import { isPhaseObject, readPhaseSecret } from '../phase-secret.ts'

/** What the rules about PhaseSecrets look at, beside everything else. */
export interface PhaseFacts extends Facts {
  /** Those that could be read, by their objects. */
  readonly phaseSecrets: ReadonlyMap<ManifestObject, PhaseSecret>
  /** Hosts that may be asked, as configured: without a path, lower case. */
  readonly hosts: readonly string[]
  /** What a render would say, and what the API server would refuse: of fault `input`. */
  readonly problems: readonly Problem[]
  /** Files beside the manifests that nobody renders: each as one document. */
  readonly otherFiles: readonly Document[]
  /** Encryption at rest, wherever the manifests say something of it. */
  readonly encryption: EncryptionFacts
  readonly base?: PhaseFacts | undefined
}

export interface PhaseFactsInput extends Omit<FactsInput, 'secretsOf' | 'words'> {
  readonly hosts: readonly string[]
  /** More Secrets to guard, such as a policy names; without a name all of a namespace. */
  readonly managed: readonly {
    readonly namespace?: string | undefined
    readonly name?: string | undefined
    readonly at: Position
  }[]
  /** What a render would say. */
  readonly problems: readonly Problem[]
  readonly otherFiles?: readonly Document[] | undefined
}

/** Reads everything. */
export function readPhaseFacts(input: PhaseFactsInput): PhaseFacts {
  const phaseSecrets = new Map<ManifestObject, PhaseSecret>()
  const wrong: Problem[] = []
  const { facts, problems } = readFacts({
    ...input,
    words: ENCRYPTION_WORDS,
    secretsOf(objects, namespace) {
      const found = objects.flatMap((object): GuardedSecret[] => {
        if (isPhaseObject(object)) return targetsOf(object, namespace, phaseSecrets, wrong)
        return renderedSecret(object, namespace)
      })
      return [...found, ...named(input.managed, namespace)]
    },
  })
  return {
    ...facts,
    phaseSecrets,
    hosts: input.hosts,
    otherFiles: input.otherFiles ?? [],
    encryption: encryptionFactsOf(facts.documents, facts.objects, facts.minor),
    problems: withoutRepeats([...input.problems, ...problems, ...wrong]),
  }
}

function targetsOf(
  object: ManifestObject,
  namespace: string,
  phaseSecrets: Map<ManifestObject, PhaseSecret>,
  wrong: Problem[],
): GuardedSecret[] {
  const reading = readPhaseSecret(object)
  if ('problems' in reading) {
    wrong.push(...reading.problems)
    return []
  }
  phaseSecrets.set(object, reading.value)
  return reading.value.targets.map(({ name, namespace: own, at }) => ({
    name,
    namespace: own || namespace,
    at,
  }))
}

/** A Secret that this program rendered carries its provenance. */
function renderedSecret({ apiVersion, object, value, at }: ManifestObject, namespace: string) {
  const { kind, name } = object
  if (apiVersion !== 'v1' || kind !== 'Secret' || name === undefined) return []
  const annotations = Object.keys(stringsAt(value, 'metadata', 'annotations'))
  if (!annotations.some(isOurs)) return []
  const keys = isPlainMap(value.data) ? Object.keys(value.data) : []
  return [{ name, namespace: object.namespace || namespace, at, keys }]
}

function named(managed: PhaseFactsInput['managed'], namespace: string): GuardedSecret[] {
  return managed.map(({ namespace: own, name = ANY_NAME, at }) => ({
    namespace: own || namespace,
    name,
    at,
  }))
}

/** What both a render and the rules could not read is said once. */
function withoutRepeats(problems: readonly Problem[]): Problem[] {
  const told = ({ at, message }: Problem) => JSON.stringify([at?.file, at?.line, message])
  return [...new Map(problems.map((problem) => [told(problem), problem])).values()]
}
