// Documents and objects in; every EncryptionConfiguration among and inside of them out, for the rules.
import type { Document, ManifestObject } from '../document.ts'
import { identify } from '../identity.ts'
import { mayMatter } from '../may-matter.ts'
import type { Position } from '../problem.ts'
import { carriedConfigurations } from './carried.ts'
import type { EncryptionFacts, EncryptionFile, LooseKey } from './facts.ts'
import { examineConfiguration } from './read.ts'
import { readTalos } from './talos.ts'

/** Words of documents that the rules look into whatever their kind, for `readObjects`. */
export const ENCRYPTION_WORDS: readonly string[] = [
  'EncryptionConfig',
  'kube-apiserver',
  'KubeadmC',
  'EncryptionSecret',
  // Managed clusters, also where the field is gone.
  'eksctl.io',
  'eks.services.k8s.aws',
  'eks.aws.',
  'container.cnrm.cloud.google.com',
  'containerservice.azure.com',
  'hypershift.openshift.io',
  'kops.k8s.io',
  'config.openshift.io',
]

const mayHold = mayMatter(['EncryptionConfig', 'EncryptionSecret'])

/** Finds every EncryptionConfiguration among documents, and inside objects. */
export function encryptionFactsOf(
  documents: readonly Document[],
  objects: readonly ManifestObject[],
  minor: number,
): EncryptionFacts {
  const files: EncryptionFile[] = []
  const looseKeys: LooseKey[] = []
  const inFile = Map.groupBy(
    documents.filter((document) => identify(document) !== 'empty'),
    ({ file }) => file,
  )
  for (const document of documents) {
    if (!mayHold(document)) continue
    const identity = identify(document)
    if (typeof identity !== 'string' && isWrapper(identity.kind)) continue
    const talos = readTalos(document)
    looseKeys.push(...talos.looseKeys)
    files.push(...talos.files)
    if (isConfigurationText(document)) {
      const beside = besideOf(document, inFile.get(document.file) ?? [])
      files.push({ ...fileOfDocument(document), beside })
    }
  }
  for (const object of objects) files.push(...carriedConfigurations(object))
  return { minor, objects, files, looseKeys, isRepository: true }
}

/** One file outside of a repository, as an API server would read it. */
export function factsOfFile(path: string, bytes: Uint8Array, minor: number): EncryptionFacts {
  const read = examineConfiguration({ path, bytes }, { allowsPlaceholders: true })
  const file = fileOf(path, { file: path, line: 1, column: 1 }, read)
  return { minor, objects: [], files: [file], looseKeys: [], isRepository: false }
}

/** Kinds that are looked into as objects. */
function isWrapper(kind: string | undefined): boolean {
  return kind !== undefined && !/^(?:EncryptionConfig|KubeEtcdEncryptionConfig)/.test(kind)
}

/** Whether a document calls itself one, in any spelling that a parser takes. */
function isConfigurationText(document: Document): boolean {
  const identity = identify(document)
  if (identity === 'empty') return false
  if (identity !== 'unknown') return /^EncryptionConfig(?:uration)?$/.test(identity.kind ?? '')
  const { body } = document
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1')
  // What is deeper in a map of block style is somebody's value.
  return /^(?:\s*\{.*|["']?)kind["']?\s*:\s*["']?EncryptionConfig(?:uration)?\b/ms.test(text)
}

function fileOfDocument(document: Document): EncryptionFile {
  const { file, line, body } = document
  const at = { file, line: Math.max(line, 1), column: 1 }
  const input = { path: file, bytes: body, firstLine: Math.max(line, 1) }
  return fileOf(file, at, examineConfiguration(input, { allowsPlaceholders: true }))
}

function fileOf(
  path: string,
  at: Position,
  read: ReturnType<typeof examineConfiguration>,
): EncryptionFile {
  if ('refusals' in read) return { path, at, refusals: read.refusals }
  return { path, at: read.at, configuration: read.configuration, read, refusals: [] }
}

/** Standard input is a stream of many files; everything else is what an API server may be given. */
function besideOf(document: Document, all: readonly Document[]): EncryptionFile['beside'] {
  const other = all.find((each) => each !== document)
  if (document.file === '-' || other === undefined) return undefined
  const at = { file: other.file, line: Math.max(other.line, 1), column: 1 }
  return { at, isBefore: all.indexOf(other) < all.indexOf(document) }
}
