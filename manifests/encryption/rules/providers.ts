// EN007, EN008 and EN009: providers that encrypt, and have a better one.
import type { Found, Rule } from '../../check/model.ts'
import type { EncryptionFacts } from '../facts.ts'
import type { Provider } from '../model.ts'
import { shownIdentifier } from '../shown.ts'
import { configurationOf, keyed, kms } from './example-parts.ts'
import type { ValidFile } from './file-found.ts'
import { foundIn, validFiles } from './file-found.ts'

/** Off unless the feature gate KMSv1 is on. */
const KMS_V1_OFF = 29
const KMS_V1_DEPRECATED = 28

/** Providers that write, the first of each entry. */
function* writers(valid: ValidFile, kind: Provider['kind']): Iterable<Provider> {
  for (const { providers } of valid.configuration.entries) {
    if (providers[0]?.kind === kind) yield providers[0]
  }
}

export const aescbc: Rule<EncryptionFacts> = {
  id: 'EN007',
  name: 'encryption-aescbc',
  chapter: 'encryption',
  severity: 'medium',
  summary: 'aescbc writes, which does not notice when stored data was changed',
  why: 'AES-CBC has no authentication: ciphertext can be altered, cut and moved from one object to another, and padding oracles are a known attack. The documentation calls it weak.',
  fix: 'Move to `secretbox` or `kms` v2 in steps. Where only FIPS algorithms may be used and no KMS can be had, exempt it and say so.',
  fixable: 'no',
  example: {
    bad: configurationOf(keyed('aescbc', 'key-a')),
    good: configurationOf(keyed('secretbox', 'key-b'), keyed('aescbc', 'key-a')),
  },
  *find(facts): Iterable<Found> {
    for (const valid of validFiles(facts)) {
      for (const { at } of writers(valid, 'aescbc')) {
        yield foundIn(valid.file, at, 'aescbc writes, and does not notice changed data', {
          hint: 'add secretbox or kms v2 behind it, and promote that in the next change',
        })
      }
    }
  },
}

export const aesgcm: Rule<EncryptionFacts> = {
  id: 'EN008',
  name: 'encryption-aesgcm',
  chapter: 'encryption',
  severity: 'high',
  summary: 'aesgcm writes, whose key has to be replaced every 200,000 writes',
  why: 'Each write takes a random nonce. Two equal ones under one key give away the key stream, so the documentation asks for a new key every 200,000 writes. Nothing counts them, and nothing rotates keys by itself.',
  fix: 'Use `secretbox`, or `kms` v2, which makes a new key for each write. Where rotation is automated, exempt it and say how.',
  fixable: 'no',
  example: {
    bad: configurationOf(keyed('aesgcm', 'key-a')),
    good: configurationOf(keyed('secretbox', 'key-b'), keyed('aesgcm', 'key-a')),
  },
  *find(facts): Iterable<Found> {
    for (const valid of validFiles(facts)) {
      for (const { at } of writers(valid, 'aesgcm')) {
        const message = 'aesgcm writes: its key has to be replaced every 200,000 writes'
        const hint = 'add secretbox or kms v2 behind it, and promote that in the next change'
        yield foundIn(valid.file, at, message, { hint })
      }
    }
  },
}

export const kmsV1: Rule<EncryptionFacts> = {
  id: 'EN009',
  name: 'encryption-kms-v1',
  chapter: 'encryption',
  severity: 'high',
  summary: 'a kms provider is v1, which API servers from 1.29 on do not start with',
  why: 'Without `apiVersion` a kms provider is v1. KMSv1 is deprecated since 1.28, and from 1.29 on it is off: the API server does not start unless the feature gate `KMSv1` is on.',
  fix: 'Write `apiVersion: v2` for a plugin that speaks it. To move from v1, add the v2 provider under a name of its own, promote it, rewrite everything, and drop v1.',
  fixable: 'no',
  example: {
    bad: configurationOf(kms('vault', '')),
    good: configurationOf(kms('vault')),
  },
  *find(facts): Iterable<Found> {
    for (const { file, configuration, read } of validFiles(facts)) {
      for (const provider of configuration.entries.flatMap(({ providers }) => providers)) {
        if (provider.kind !== 'kms' || provider.apiVersion !== 'v1') continue
        const isOpen = read.unversioned.has(provider)
        const name = shownIdentifier(provider.name)
        const what = isOpen
          ? `kms provider ${name} has no apiVersion, so it is v1`
          : `kms provider ${name} is v1`
        const off = facts.minor >= KMS_V1_OFF
        const why = off ? ': KMSv1 is deprecated and off, and the API server does not start' : ''
        yield foundIn(file, provider.at, `${what}${why}`, {
          severity: off ? 'high' : facts.minor >= KMS_V1_DEPRECATED || isOpen ? 'medium' : 'low',
          hint: 'write apiVersion: v2 for a plugin that speaks it',
        })
      }
    }
  },
}
