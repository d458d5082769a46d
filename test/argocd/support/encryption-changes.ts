// Changes of an EncryptionConfiguration, with what `check` says of each and what real API servers make of
// it. `stored` is what the file before the change had written, `fresh` what a server with the file after it
// writes, read by one that still has the file before, `plain` what was there before any encryption.
import { newKey } from '../../support/encryption.ts'

interface Change {
  readonly what: string
  readonly head: object
  /** The severity of EN014; undefined: check allows the step. */
  readonly verdict: 'illegal' | 'hasty' | undefined
  /** What cannot be read: the proof. Nothing of an illegal change would mean that check is wrong. */
  readonly lost: readonly ('stored' | 'fresh' | 'plain')[]
}

export interface Base {
  readonly base: object
  readonly changes: readonly Change[]
}

type Keys = readonly (readonly [name: string, secret: string])[]

const [K1, K2, K3, OTHER] = [newKey(), newKey(), newKey(), newKey()]
const IDENTITY = { identity: {} }

function keyed(kind: 'secretbox' | 'aescbc', keys: Keys): object {
  return { [kind]: { keys: keys.map(([name, secret]) => ({ name, secret })) } }
}

/** Secretbox with keys k1, k2, k3, in this order. */
function box(...names: readonly ('k1' | 'k2' | 'k3')[]): object {
  const secrets = { k1: K1, k2: K2, k3: K3 }
  return keyed(
    'secretbox',
    names.map((name) => [name, secrets[name]]),
  )
}

function kms(name: string, endpoint: string): object {
  return { kms: { apiVersion: 'v2', name, endpoint } }
}

function file(...entries: readonly (readonly [resources: string[], providers: object[]])[]) {
  return {
    kind: 'EncryptionConfiguration',
    apiVersion: 'apiserver.config.k8s.io/v1',
    resources: entries.map(([resources, providers]) => ({ resources, providers })),
  }
}

const secrets = (...providers: object[]) => file([['secrets'], providers])

const ONE_KEY: Base = {
  base: secrets(box('k1'), IDENTITY),
  changes: [
    {
      what: 'a key is added',
      head: secrets(box('k1', 'k2'), IDENTITY),
      verdict: undefined,
      lost: [],
    },
    {
      what: 'identity is promoted',
      head: secrets(IDENTITY, box('k1')),
      verdict: undefined,
      lost: [],
    },
    {
      what: 'a new key is first',
      head: secrets(box('k2', 'k1'), IDENTITY),
      verdict: 'illegal',
      lost: ['fresh'],
    },
    {
      what: 'a new provider is first',
      head: secrets(keyed('aescbc', [['c1', K2]]), box('k1'), IDENTITY),
      verdict: 'illegal',
      lost: ['fresh'],
    },
    {
      what: 'the key goes to another provider under its name',
      head: secrets(keyed('aescbc', [['k1', K1]]), IDENTITY),
      verdict: 'illegal',
      lost: ['stored', 'fresh'],
    },
    {
      what: 'the key is replaced',
      head: secrets(box('k2'), IDENTITY),
      verdict: 'illegal',
      lost: ['stored', 'fresh'],
    },
    {
      what: 'the key has another secret',
      head: secrets(keyed('secretbox', [['k1', OTHER]]), IDENTITY),
      verdict: 'illegal',
      lost: ['stored', 'fresh'],
    },
    {
      what: 'the provider is dropped while its data is there',
      head: secrets(IDENTITY),
      verdict: 'illegal',
      lost: ['stored'],
    },
    {
      what: 'the resource is removed from the list',
      head: file([['configmaps'], [box('k1'), IDENTITY]]),
      verdict: 'illegal',
      lost: ['stored'],
    },
    {
      what: 'the resource falls to a wildcard with another key',
      head: file([['*.'], [box('k2'), IDENTITY]]),
      verdict: 'illegal',
      lost: ['stored', 'fresh'],
    },
    {
      what: 'a new key is first, and identity is dropped',
      head: secrets(box('k2', 'k1')),
      verdict: 'illegal',
      lost: ['fresh', 'plain'],
    },
    {
      // No file tells whether everything is rewritten: that is what the plan has verified before.
      what: 'identity is dropped while plain objects are there',
      head: secrets(box('k1')),
      verdict: undefined,
      lost: ['plain'],
    },
  ],
}

const TWO_KEYS: Base = {
  base: secrets(box('k1', 'k2'), IDENTITY),
  changes: [
    {
      what: 'the second key is promoted',
      head: secrets(box('k2', 'k1'), IDENTITY),
      verdict: undefined,
      lost: [],
    },
    {
      what: 'the key that only reads is dropped',
      head: secrets(box('k1'), IDENTITY),
      verdict: undefined,
      lost: [],
    },
    {
      what: 'one key is promoted, and the other dropped',
      head: secrets(box('k2'), IDENTITY),
      verdict: 'illegal',
      lost: ['stored'],
    },
    {
      // Precaution: it reads well here, but nobody can have rewritten what k2 wrote between the two steps.
      what: 'a key is added, and another dropped',
      head: secrets(box('k1', 'k3'), IDENTITY),
      verdict: 'hasty',
      lost: [],
    },
    {
      // Precaution: going back from one step takes the other with it.
      what: 'a key is added, and another promoted',
      head: secrets(box('k2', 'k1', 'k3'), IDENTITY),
      verdict: 'hasty',
      lost: [],
    },
  ],
}

const NO_KEY: Base = {
  base: secrets(IDENTITY),
  changes: [
    {
      what: 'a key is added that only reads',
      head: secrets(IDENTITY, box('k1')),
      verdict: undefined,
      lost: [],
    },
    {
      // As the documentation has it; with a single API server nobody is there who could not read.
      what: 'encryption is turned on at once',
      head: secrets(box('k1'), IDENTITY),
      verdict: 'hasty',
      lost: ['fresh'],
    },
    {
      what: 'encryption is turned on without plain text',
      head: secrets(box('k1')),
      verdict: 'illegal',
      lost: ['stored', 'fresh', 'plain'],
    },
  ],
}

/** All of them. @param endpoint of a KMS plugin that runs. */
export function changesWith(endpoint: string): readonly Base[] {
  const plugin: Base = {
    base: secrets(kms('one', endpoint), box('k1'), IDENTITY),
    changes: [
      {
        what: 'a KMS plugin has another name',
        head: secrets(kms('two', endpoint), box('k1'), IDENTITY),
        verdict: 'illegal',
        lost: ['stored', 'fresh'],
      },
      {
        what: 'a KMS plugin is dropped while it writes',
        head: secrets(box('k1'), IDENTITY),
        verdict: 'illegal',
        lost: ['stored'],
      },
      {
        what: 'a key in the file is promoted before a KMS plugin',
        head: secrets(box('k1'), kms('one', endpoint), IDENTITY),
        verdict: undefined,
        lost: [],
      },
    ],
  }
  return [ONE_KEY, TWO_KEYS, NO_KEY, plugin]
}
