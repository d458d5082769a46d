// What the rules of encryption look at: every EncryptionConfiguration of a repository, whatever it is wrapped
// in, and the objects that bring it to an API server.
import type { Document, ManifestObject } from '../document.ts'
import { identify } from '../identity.ts'
import { mayMatter } from '../may-matter.ts'
import type { Position } from '../problem.ts'
import { carriedConfigurations } from './carried.ts'
import type { EncryptionConfiguration } from './model.ts'
import type { ReadConfiguration } from './read.ts'
import { examineConfiguration } from './read.ts'
import type { Refusal } from './refusal.ts'
import type { LooseKey } from './talos.ts'
import { readTalos } from './talos.ts'

/** An object that an EncryptionConfiguration stands in. */
export interface Carrier {
  readonly object: ManifestObject
  /** `data["enc.yaml"]`, without the value. */
  readonly field: string
  /** The path that it is given on a node, where the object says so. */
  readonly nodePath?: string | undefined
}

/** One EncryptionConfiguration. */
export interface EncryptionFile {
  readonly path: string
  readonly at: Position
  readonly carrier?: Carrier | undefined
  /** Undefined if an API server refuses it. */
  readonly configuration?: EncryptionConfiguration | undefined
  /** With what its file says beyond it. */
  readonly read?: ReadConfiguration | undefined
  readonly refusals: readonly Refusal[]
  /** Where another document of its file begins that an API server would read first, or not at all. */
  readonly beside?: { readonly at: Position; readonly isBefore: boolean } | undefined
}

/** What the rules look at. */
export interface EncryptionFacts {
  /** The minor version of Kubernetes. */
  readonly minor: number
  readonly objects: readonly ManifestObject[]
  readonly files: readonly EncryptionFile[]
  /** Keys outside of any EncryptionConfiguration: of Talos. */
  readonly looseKeys: readonly LooseKey[]
  /** Whether all this is in a repository, where no key may be; false for one file on a disk. */
  readonly isRepository: boolean
  /** What this is compared with. */
  readonly base?: EncryptionFacts | undefined
}

/** Words of documents that the rules look into whatever their kind, for `readObjects`. */
export const ENCRYPTION_WORDS: readonly string[] = [
  'EncryptionConfig',
  'kube-apiserver',
  'KubeadmC',
  'EncryptionSecret',
  'secretsEncryption',
  'secretEncryption',
  'encryptionConfig',
  'databaseEncryption',
  'azureKeyVaultKms',
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

/** Whether a document calls itself one, on a line of its own; what is deeper is somebody's value. */
function isConfigurationText({ body }: Document): boolean {
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1')
  return (
    /^["'{ \t]*(?:.*[,{]\s*)?["']?kind["']?[ \t]*:[ \t]*["']?EncryptionConfig(?:uration)?["']?[ \t,}\r#]*/m.test(
      text,
    ) && /^["']?kind|^\s*\{/m.test(text)
  )
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
