// A folder to build in, everything in its kustomizations that leads out of the repository out, at file
// and line: files, folders, links, addresses. Kustomize itself keeps files below each kustomization;
// folders and addresses it would follow anywhere.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Position, Problem } from '../../manifests/problem.ts'
import { wholeFile } from '../../manifests/problem.ts'
import { readBounded } from '../read-file.ts'
import { KUSTOMIZATIONS } from './detect.ts'
import type { Reference } from './kustomization.ts'
import {
  beginsRemote,
  isWebAddress,
  looksRemote,
  readKustomization,
  textsInPlugin,
} from './kustomization.ts'
import type { Place, Repository } from './places.ts'
import { locate } from './places.ts'

/** What a walk may meet. */
export interface Bounds {
  readonly repository: Repository
  /** Whether addresses are allowed. */
  readonly remoteBases: boolean
}

/** Bytes of a kustomization or of a plugin's settings; kustomizations in one build. */
const LARGEST = 1024 * 1024
const MOST_FOLDERS = 2000

interface Stop {
  readonly folder: string
  /** Its resources are settings of plugins, which read their files from this folder. */
  readonly pluginsOf?: string | undefined
}

/**
 * @param folder the folder to build, real, inside the repository.
 * @param text its kustomization, where another one than the file's will be built.
 */
export function strayReferences(folder: string, bounds: Bounds, text?: string): Problem[] {
  const problems: Problem[] = []
  const seen = new Set<string>()
  const waiting: Stop[] = [{ folder }]
  for (let stop = waiting.pop(); stop !== undefined; stop = waiting.pop()) {
    const key = `${stop.pluginsOf ?? ''}\n${stop.folder}`
    if (seen.has(key)) continue
    seen.add(key)
    if (seen.size > MOST_FOLDERS) return [...problems, tooMany(bounds.repository.display(folder))]
    const read = referencesOf(stop, bounds.repository, seen.size === 1 ? text : undefined)
    if ('message' in read) {
      problems.push(read)
      continue
    }
    for (const reference of read) {
      const found = judge(reference, stop, bounds)
      if (found === undefined) continue
      if ('folder' in found) waiting.push(found)
      else problems.push(...found)
    }
  }
  return problems
}

function referencesOf(
  { folder, pluginsOf }: Stop,
  repository: Repository,
  text: string | undefined,
): Reference[] | Problem {
  const names = KUSTOMIZATIONS.filter((name) => existsSync(join(folder, name)))
  const [name] = names
  if (name === undefined || names.length > 1) {
    const message = name === undefined ? 'holds no kustomization' : `holds ${names.join(' and ')}`
    const hint = 'a folder that is built holds one kustomization.yaml'
    return bad(placeOf(repository.display(folder)), message, hint)
  }
  const file = repository.display(join(folder, name))
  const content = text ?? contentOf(join(folder, name), repository)
  if (content === undefined) {
    return bad(placeOf(file), 'is no file of the repository', 'links may not leave the repository')
  }
  const read = readKustomization(content, file, pluginsOf !== undefined)
  if (Array.isArray(read)) return read
  return bad(
    { file, line: read.line, column: 1 },
    read.message,
    'write it as one plain YAML document',
  )
}

function contentOf(path: string, repository: Repository): string | undefined {
  const place = locate(repository.root, path)
  const bytes = typeof place === 'string' ? 'missing' : readBounded(place.real, LARGEST)
  return typeof bytes === 'string' ? undefined : bytes.toString('utf8')
}

/** Where to look next, what is wrong, or nothing. */
function judge(reference: Reference, stop: Stop, bounds: Bounds): Stop | Problem[] | undefined {
  const { kind, text, at } = reference
  if (kind === 'helm') {
    const hint = 'render the chart as a source of its own; a kustomization cannot start Helm here'
    return [bad(at, 'helmCharts are not supported', hint)]
  }
  if (kind === 'odd') {
    return [bad(at, 'holds something else where a text belongs', 'write the path as a quoted text')]
  }
  if (kind === 'change') {
    const hint = 'write the settings of generators and the like as they are meant'
    return [bad(at, `${JSON.stringify(text)} could change settings of plugins unseen`, hint)]
  }
  const pluginsOf = stop.pluginsOf ?? (kind === 'plugin' ? stop.folder : undefined)
  const mayBeInline = (kind === 'plugin' || kind === 'patch') && !beginsRemote(text)
  if (mayBeInline && isInline(text)) {
    return pluginsOf === undefined ? undefined : judgePlugin(text, at, bounds, pluginsOf)
  }
  if (looksRemote(text)) return judgeAddress(text, at, bounds)
  const place = locate(bounds.repository.root, join(stop.folder, '.', `./${text}`))
  if (typeof place === 'string') return [stray(text, at, place, kind)]
  if (place.kind === 'folder' && kind !== 'file' && kind !== 'patch') {
    return { folder: place.real, pluginsOf }
  }
  if (pluginsOf === undefined || place.kind !== 'file') return undefined
  return judgePluginFile(place, at, bounds, pluginsOf)
}

/** Kustomize takes a text for settings or a patch if it is YAML with fields, and no path is. */
function isInline(text: string): boolean {
  return /\n|^\{|^[\w.-]+:(\s|$)/.test(text.trim())
}

function judgePluginFile(
  { real }: Place,
  at: Position,
  bounds: Bounds,
  pluginsOf: string,
): Problem[] {
  const bytes = readBounded(real, LARGEST)
  const place = placeOf(bounds.repository.display(real))
  if (typeof bytes === 'string')
    return [bad(at, 'names settings that cannot be read', 'check the file')]
  return judgePlugin(bytes.toString('utf8'), place, bounds, pluginsOf)
}

/** Kustomize keeps what plugins read below `pluginsOf`, where `.git` may be. */
function judgePlugin(
  text: string,
  at: Position,
  { repository, remoteBases }: Bounds,
  pluginsOf: string,
): Problem[] {
  const lineOf = (line: number) => ({ ...at, line: at.line - 1 + line })
  const found = textsInPlugin(text)
  if (!Array.isArray(found)) {
    const hint = 'settings of generators and the like have to be plain YAML'
    return [bad(lineOf(found.line), found.message, hint)]
  }
  return found.flatMap(({ text: each, line }) => {
    if (isWebAddress(each)) {
      return remoteBases ? [] : [bad(lineOf(line), 'is an address', NO_ADDRESS)]
    }
    const paths = [each, each.slice(each.indexOf('=') + 1)]
    const inGit = paths.some((path) => locate(repository.root, join(pluginsOf, path)) === 'git')
    return inGit ? [bad(lineOf(line), 'leads into .git', 'name a file of the repository')] : []
  })
}

const NO_ADDRESS =
  'commit it to the repository, or have the administrator allow it: sources.kustomize.remoteBases'

function judgeAddress(text: string, at: Position, { remoteBases }: Bounds): Problem[] | undefined {
  const said = JSON.stringify(text)
  if (!remoteBases) return [bad(at, `${said} is an address, or looks like one`, NO_ADDRESS)]
  if (/^(git::)?file:/i.test(text)) {
    return [bad(at, `${said} is a file of the machine`, 'name it relative to the kustomization')]
  }
  // git would take it for one of its options (GHSA-9v9p-x54c-58gc).
  const query = new URLSearchParams(text.slice(text.indexOf('?') + 1))
  const dashes = [...query.values()].some((value) => value.trim().startsWith('-'))
  if (!dashes && !text.startsWith('-')) return undefined
  return [bad(at, `${said} names no revision`, 'a revision cannot begin with a dash')]
}

function stray(
  text: string,
  at: Position,
  why: 'missing' | 'outside' | 'git',
  kind: Reference['kind'],
): Problem {
  const words = {
    missing: kind === 'folder' ? 'is no folder of the repository' : 'does not exist',
    outside: 'leads out of the repository',
    git: 'leads into .git',
  }
  const hint = 'paths are relative to the kustomization and stay in the repository, links too'
  return bad(at, `${JSON.stringify(text)} ${words[why]}`, hint)
}

function tooMany(file: string): Problem {
  const hint = 'split the Application'
  return bad(placeOf(file), `builds on more than ${MOST_FOLDERS} kustomizations`, hint)
}

function placeOf(file: string): Position {
  return wholeFile(file)
}

function bad(at: Position, message: string, hint: string): Problem {
  return { severity: 'error', fault: 'input', at, message, hint }
}
