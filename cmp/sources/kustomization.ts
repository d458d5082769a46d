// The text of a kustomization in, everything that it refers to out. The fields are those of Kustomize
// 5 (api/types: Kustomization), the ones that it still reads but no longer documents included.
import type { Node } from 'yaml'
import { isMap, isScalar, isSeq } from 'yaml'
import type { Position } from '../../manifests/problem.ts'
import type { Refusal, StrictDocument } from './strict-yaml.ts'
import { readStrictYaml, textOf } from './strict-yaml.ts'

/**
 * What a text stands for: `entry` a file or folder, `folder` a component, `file` a file,
 * `plugin` the settings of a generator or the like (inline, a file or a folder), `patch` a patch
 * (inline or a file), `helm` a chart to be rendered by Helm, `odd` something where a text belongs,
 * `change` a field that could make other settings of the settings of plugins.
 */
export type ReferenceKind =
  | 'entry'
  | 'folder'
  | 'file'
  | 'plugin'
  | 'patch'
  | 'helm'
  | 'odd'
  | 'change'

/** Something that a kustomization refers to: as it is written, and where. */
export interface Reference {
  readonly kind: ReferenceKind
  readonly text: string
  readonly at: Position
}

/** Fields whose texts, alone or in a list, are references. */
const PLAIN: Readonly<Record<string, ReferenceKind>> = {
  resources: 'entry',
  bases: 'entry',
  components: 'folder',
  crds: 'file',
  configurations: 'file',
  generators: 'plugin',
  transformers: 'plugin',
  validators: 'plugin',
  patchesstrategicmerge: 'patch',
}
/** Fields whose items have a `path`. */
const WITH_PATH = ['openapi', 'patches', 'patchesjson6902', 'replacements']
const GENERATORS = ['configmapgenerator', 'secretgenerator']
const HELM = ['helmcharts', 'helmchartinflationgenerator', 'helmglobals']

/** All that a kustomization of settings may have: what patches make of them nobody has looked at. */
const OF_SETTINGS = ['apiversion', 'kind', 'metadata', 'resources', 'bases']

/**
 * Reads a kustomization.
 * @param file its name in messages.
 * @param ofSettings whether its resources are settings of plugins.
 */
export function readKustomization(
  text: string,
  file: string,
  ofSettings: boolean,
): Reference[] | Refusal {
  const documents = readStrictYaml(text)
  if (!Array.isArray(documents)) return documents
  const [document, another] = documents
  if (document === undefined) return []
  if (another !== undefined) return { line: 1, message: 'holds several documents' }
  return document.fields(document.root).flatMap(([name, value]): Reference[] => {
    if (ofSettings && !OF_SETTINGS.includes(name)) {
      return [{ kind: 'change', text: name, at: { file, ...document.placeOf(value) } }]
    }
    return referencesIn(name, value, document).map(({ kind, node, text }) => ({
      kind,
      text,
      at: { file, ...document.placeOf(node) },
    }))
  })
}

interface Raw {
  readonly kind: ReferenceKind
  readonly node: Node
  readonly text: string
}

function referencesIn(name: string, value: Node | undefined, document: StrictDocument): Raw[] {
  if (value === undefined) return []
  // No field of Kustomize is called so: our parser and Go's may see different things here.
  if (!/^[\w.-]+$/.test(name)) return [{ kind: 'odd', node: value, text: name }]
  const plain = Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined
  if (plain !== undefined) return textsOf(value, document, plain)
  if (WITH_PATH.includes(name)) return pathsOf(value, document, ['path'])
  if (GENERATORS.includes(name)) return pathsOf(value, document, ['files', 'envs', 'env'])
  return HELM.includes(name) ? [{ kind: 'helm', node: value, text: name }] : []
}

/**
 * A text, or the texts of a list. Anything else is odd: Go's parser may see a text in it, such as
 * `[http://x:]`, which is a map to ours.
 */
function textsOf(value: Node, document: StrictDocument, kind: ReferenceKind): Raw[] {
  const items = isSeq(value) ? document.items(value) : [value]
  return items.flatMap((node) => {
    const text = textOf(node)
    if (text !== undefined) return [{ kind, node, text }]
    return isScalar(node) ? [] : [{ kind: 'odd', node, text: '' }]
  })
}

/** The texts of some fields of a map, or of the maps of a list. `files` may be `name=path`. */
function pathsOf(value: Node, document: StrictDocument, wanted: readonly string[]): Raw[] {
  const items = isSeq(value) ? document.items(value) : [value]
  return items.flatMap((item) => {
    if (!isMap(item)) return textsOf(item, document, 'odd')
    const fields = document.fields(item)
    return fields.flatMap(([name, node]): Raw[] => {
      if (isWebAddress(name)) return [{ kind: 'odd', node: item, text: name }]
      const found =
        node === undefined || !wanted.includes(name) ? [] : textsOf(node, document, 'file')
      return name === 'files' ? found.map(withoutKey) : found
    })
  })
}

function withoutKey(raw: Raw): Raw {
  return { ...raw, text: raw.text.slice(raw.text.indexOf('=') + 1) }
}

/** Fields of a plugin's settings that hold any text; every other one could name a file. */
const FREE_TEXT = ['metadata', 'annotations', 'labels', 'literals']

/** The texts in the settings of a plugin, in fields of any depth: each may be a file or an address. */
export function textsInPlugin(text: string): { text: string; line: number }[] | Refusal {
  const documents = readStrictYaml(text)
  if (!Array.isArray(documents)) return documents
  return documents.flatMap((document) => {
    const found: { text: string; line: number }[] = []
    const seen = new Set<Node>()
    const visit = (node: Node | undefined): void => {
      if (node === undefined || seen.has(node)) return
      seen.add(node)
      const { line } = document.placeOf(node)
      const own = textOf(node)
      if (own !== undefined) found.push({ text: own, line })
      for (const item of document.items(node)) visit(item)
      for (const [name, value] of document.fields(node)) {
        // Go's parser may see a text where ours sees a field, such as `[http://x:]`.
        found.push({ text: name, line })
        if (!FREE_TEXT.includes(name)) visit(value)
      }
    }
    visit(document.root)
    return found
  })
}

/** What Kustomize fetches in the place of a file (api/internal/loader: IsRemoteFile). */
export function isWebAddress(text: string): boolean {
  return /^(?:[^=]*=)?\s*https?:/i.test(text)
}

/**
 * Whether Kustomize could take a text for something to fetch, even where there is a folder of that
 * name (api/internal/git: NewRepoSpecFromURL).
 */
export function looksRemote(text: string): boolean {
  return text.includes(':') || beginsRemote(text)
}

/** The same of a text that may also be YAML with colons in it. */
export function beginsRemote(text: string): boolean {
  return /^\s*([\w+.-]+:\S|[\w-]+@|(www\.)?github\.com\b)/i.test(text)
}
