// All rules of encryption at rest, in the order of their numbers.
import type { Rule } from '../check/model.ts'
import type { EncryptionFacts } from './facts.ts'
import { differingServers } from './rules/differing-servers.ts'
import { identityFallback, identityFirst } from './rules/identity.ts'
import { ignoredDocument } from './rules/ignored-document.ts'
import { illegalTransition } from './rules/illegal-transition.ts'
import { invalidConfiguration } from './rules/invalid-configuration.ts'
import { keyInGit } from './rules/key-in-git.ts'
import { keyNames, weakKey } from './rules/keys.ts'
import { managedCluster } from './rules/managed-cluster.ts'
import { brokenMount, missingSocket, openPermissions } from './rules/mounts.ts'
import { aescbc, aesgcm, kmsV1 } from './rules/providers.ts'
import { maskedEntry, secretsNotCovered, unknownResource } from './rules/resources.ts'
import { versionGate } from './rules/version-gate.ts'

export const ENCRYPTION_RULES: readonly Rule<EncryptionFacts>[] = [
  invalidConfiguration,
  ignoredDocument,
  identityFirst,
  identityFallback,
  unknownResource,
  secretsNotCovered,
  aescbc,
  aesgcm,
  kmsV1,
  keyNames,
  weakKey,
  maskedEntry,
  keyInGit,
  illegalTransition,
  brokenMount,
  openPermissions,
  differingServers,
  managedCluster,
  missingSocket,
  versionGate,
]
