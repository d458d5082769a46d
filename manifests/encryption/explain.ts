// A version of Kubernetes in; what its encryption providers are worth, out. The table of the documentation,
// with what it leaves out: see the API server's own code (k8s.io/apiserver pkg/storage/value/encrypt).
import type { ProviderChoice } from './generate.ts'

/** One provider of one version. */
export interface Explained {
  readonly provider: string
  readonly choice: ProviderChoice
  /** Whether this version has it. */
  readonly status: string
  readonly how: string
  readonly strength: string
  readonly speed: string
  readonly key: string
  /** Whether a stored value can be copied over another one unnoticed, by who can write to etcd. */
  readonly isBound: boolean
  readonly notes: readonly string[]
}

/** All providers, the recommended ones first. */
export function explainProviders(minor: number): readonly Explained[] {
  return [kmsV2(minor), secretbox(), aesgcm(), aescbc(), kmsV1(minor), identity()]
}

const IN_FILE =
  'the key is in a file on every control plane node: it protects copies of etcd, not a node that was taken over'

function kmsV2(minor: number): Explained {
  const status =
    minor >= 29
      ? 'stable since 1.29'
      : minor >= 27
        ? 'beta, on'
        : minor >= 25
          ? 'alpha, off; not generated'
          : 'absent (from 1.25)'
  const derived =
    minor >= 29
      ? 'a new data key for every write, derived (HKDF-SHA256) from a seed of each API server; only seeds go to the KMS'
      : 'a data key of each API server, which goes to the KMS; from 1.29 always one for every write, derived from a seed'
  return {
    provider: 'kms v2',
    choice: 'kms',
    status,
    how: 'AES-GCM with data keys that a key in a KMS wraps',
    strength: 'strongest',
    speed: 'fast',
    key: 'in the KMS, outside of the cluster',
    isBound: true,
    notes: [
      derived,
      'the key rotates in the KMS; then rewrite all objects',
      'needs a plugin on every control plane node; when it is down for 3 minutes nothing is written',
      'kms without apiVersion in the file is v1',
    ],
  }
}

function secretbox(): Explained {
  return {
    provider: 'secretbox',
    choice: 'secretbox',
    status: 'stable',
    how: 'XSalsa20 and Poly1305',
    strength: 'strong',
    speed: 'faster',
    key: '32 bytes, in the file',
    isBound: false,
    notes: [
      IN_FILE,
      'not a standard that every audit accepts (FIPS 140 does not)',
      'a stored value is not bound to its place in etcd',
    ],
  }
}

function aesgcm(): Explained {
  return {
    provider: 'aesgcm',
    choice: 'aesgcm',
    status: 'stable',
    how: 'AES-GCM with a random nonce',
    strength: 'only while the key is rotated after at most 200,000 writes',
    speed: 'fastest',
    key: '16, 24 or 32 bytes, in the file',
    isBound: true,
    notes: [IN_FILE, 'only where something rotates the key on its own'],
  }
}

function aescbc(): Explained {
  return {
    provider: 'aescbc',
    choice: 'aescbc',
    status: 'stable, not recommended',
    how: 'AES-CBC with PKCS#7 padding',
    strength: 'weak: nothing authenticates what is stored (padding oracles)',
    speed: 'fast',
    key: '16, 24 or 32 bytes, in the file (the documentation says 32)',
    isBound: false,
    notes: [
      IN_FILE,
      'two keys of one name: one read in 256 with the wrong one yields garbage in the place of an error',
      'still what k3s and RKE2 use unless told otherwise, and what RKE2 needs for FIPS 140',
    ],
  }
}

function kmsV1(minor: number): Explained {
  const status =
    minor >= 29
      ? 'deprecated, off unless the feature gate KMSv1 is on'
      : minor >= 28
        ? 'deprecated; off from 1.29'
        : 'stable; deprecated from 1.28, off from 1.29'
  return {
    provider: 'kms v1',
    choice: 'kms',
    status,
    how: `${minor >= 25 ? 'AES-GCM' : 'AES-CBC'} with data keys that a key in a KMS wraps`,
    strength: 'strong',
    speed: 'slow: a request to the KMS for every write',
    key: 'in the KMS, outside of the cluster',
    isBound: true,
    notes: ['a new data key for every write', 'move to kms v2: generated only on request'],
  }
}

function identity(): Explained {
  return {
    provider: 'identity',
    choice: 'identity',
    status: 'stable',
    how: 'none: plain text',
    strength: 'none',
    speed: 'no cost',
    key: 'none',
    isBound: false,
    notes: [
      'first, it writes plain text; what is stored encrypted stays so, and is read by the providers after it',
      'last, it reads what was stored before encryption; drop it when all objects are rewritten',
      'alone, it cannot read what is encrypted',
    ],
  }
}
