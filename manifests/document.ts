// One document of a manifest stream: its own bytes, where it stands, and, when
// somebody needs to look inside, its parsed form with positions.
import type { YAMLMap, Document as YamlDocument } from 'yaml'
import type { ObjectName, Position, Problem } from './problem.ts'

/** One file of the input, or standard input as `-`. */
export interface InputFile {
  /** For messages: as the user gave it. */
  readonly path: string
  readonly bytes: Uint8Array
  /** The number of its first line, for messages; 1 unless it was cut out of something longer. */
  readonly firstLine?: number | undefined
}

/** A document exactly as it stood in its file. */
export interface Document {
  readonly file: string
  /** The line of `body`'s first byte in its file, 1-based; 0 for the comment above a template's first line. */
  readonly line: number
  /** The `---` line with its line end, and what precedes it in this part; empty for a first document without one. */
  readonly separator: Uint8Array
  /** Everything up to the next separator, comments included. */
  readonly body: Uint8Array
}

/** What a cheap look at a document found out. `undefined` fields: not present. */
export interface Identity {
  readonly apiVersion?: string | undefined
  readonly kind?: string | undefined
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  readonly generateName?: string | undefined
}

/** A parsed document. */
export interface ParsedDocument {
  readonly document: Document
  readonly text: string
  readonly yaml: YamlDocument
  /** The file position of a node, or of a character offset in `text`. */
  positionOf(target: { range?: readonly number[] | null | undefined } | number): Position
}

/** One Kubernetes object: a document's root, or an item of a `List`. */
export interface ManifestObject {
  readonly parsed: ParsedDocument
  /** Empty for the root; `['items', n]` inside a List. */
  readonly path: readonly (string | number)[]
  readonly node: YAMLMap
  /** Plain JavaScript value, aliases and merge keys resolved, scalars read as Kubernetes reads them (YAML 1.1). */
  readonly value: Readonly<Record<string, unknown>>
  readonly apiVersion: string
  readonly object: ObjectName
  readonly at: Position
}

/** A value or the problems that kept it from existing. */
export type Outcome<T> = { readonly value: T } | { readonly problems: readonly Problem[] }
