// The root of a checkout in, the addresses of its remotes out: what `git remote -v` would say, read
// from `.git/config` without running git. Includes and `insteadOf` are not followed.
import { isAbsolute, join } from 'node:path'
import { readBounded } from '../read-file.ts'
import { follow } from '../sources/places.ts'

/** Bytes; a configuration is some hundred. */
const LONGEST_CONFIG = 1_000_000
const LONGEST_POINTER = 4096

/** The section of a remote; what else a line may hold follows. */
const REMOTE = /^\[\s*remote\s+"(?:[^"\\]|\\.)*"\s*\]/i
const SECTION = /^\[(?:[^\]"]|"(?:[^"\\]|\\.)*")*\]/
const URL_LINE = /^url\s*=\s*(.*)$/i

/** The addresses, in order; none where there is no repository or it cannot be read. They may hold passwords. */
export function remotesOf(root: string): string[] {
  const folder = gitFolder(root)
  if (folder === undefined) return []
  const text = readText(join(commonFolder(folder), 'config'), LONGEST_CONFIG)
  return text === undefined ? [] : urlsIn(text)
}

/** `.git` itself, or what it points to in a linked worktree or submodule. */
function gitFolder(root: string): string | undefined {
  const path = join(root, '.git')
  const place = follow(path)
  if (place === undefined || place.kind === 'folder') return place?.real
  const pointer = readText(path, LONGEST_POINTER)
  const [, target] = /^gitdir: ([^\n\r\0]+)/.exec(pointer ?? '') ?? []
  return target === undefined ? undefined : against(root, target)
}

/** Where a linked worktree has its configuration. */
function commonFolder(folder: string): string {
  const target = readText(join(folder, 'commondir'), LONGEST_POINTER)?.trim()
  return target === undefined || target === '' ? folder : against(folder, target)
}

function against(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path)
}

function readText(path: string, most: number): string | undefined {
  const bytes = readBounded(path, most)
  return typeof bytes === 'string' ? undefined : bytes.toString()
}

/** git-config(1), syntax: sections, `name = value`, quotes, comments, a backslash at a line's end. */
function urlsIn(text: string): string[] {
  const urls: string[] = []
  let isRemote = false
  for (const line of text.replace(/\\\r?\n/g, '').split(/\r?\n/)) {
    let rest = line.trim()
    const section = SECTION.exec(rest)?.[0]
    if (section !== undefined) {
      isRemote = REMOTE.test(section)
      rest = rest.slice(section.length).trim()
    }
    const [, value] = isRemote ? (URL_LINE.exec(rest) ?? []) : []
    const url = value === undefined ? '' : plain(value)
    if (url !== '') urls.push(url)
  }
  return urls
}

/** A value without quotes, escapes and the comment behind it. */
function plain(value: string): string {
  let text = ''
  let isQuoted = false
  for (const [part] of value.matchAll(/\\.|./gs)) {
    if (part === '"') isQuoted = !isQuoted
    else if (!isQuoted && (part === '#' || part === ';')) break
    else text += part.length === 2 ? part.slice(1) : part
  }
  return text.trim()
}
