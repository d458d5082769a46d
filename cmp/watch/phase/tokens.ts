// Where tokens for Phase are in; which there are right now out. Nothing of a token leaves this file but
// its text to who asks with it, and a digest to tell one from another.
import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { namespaceFault, objectNameFault } from '../../../manifests/names.ts'
import type { PhaseBearer } from '../../../render/phase/token.ts'
import { parseBearer } from '../../../render/phase/token.ts'
import { SourceError } from '../../../render/source.ts'
import { readToken, TOKEN_FAULTS } from '../../token-file.ts'
import { CredentialError } from '../model.ts'
import type { CredentialSettings } from '../settings.ts'

/** A token, or what should have been one. */
export interface Token {
  /** What messages call it: the file's path, or `namespace/name` in a folder. */
  readonly title: string
  /** Reads it anew. @throws {CredentialError} */
  text(): string
}

const TEXT_TITLE = 'PHASE_SERVICE_TOKEN'

/** The tokens that there are right now, sorted by title. */
export function findTokens(token: CredentialSettings['token']): readonly Token[] {
  if ('text' in token) return [{ title: TEXT_TITLE, text: () => token.text }]
  if ('file' in token) return [inFile(token.file, token.file)]
  const { directory } = token
  const namespaces = namesIn(directory)
  if (namespaces === undefined) return [withoutFolder(directory)]
  return namespaces
    .filter((namespace) => namespaceFault(namespace) === undefined)
    .flatMap((namespace) =>
      (namesIn(join(directory, namespace)) ?? [])
        .filter((name) => objectNameFault(name) === undefined)
        .map((name) => ({ title: `${namespace}/${name}`, path: join(directory, namespace, name) })),
    )
    .map(({ title, path }) => inFile(title, join(path, 'token')))
}

/** A token as it is at this moment. */
export interface TokenNow {
  /**
   * Two with the same digest are one to Phase, and while it stays, nothing about the token has changed.
   */
  readonly digest: string
  /** @throws {CredentialError} and {SourceError} where it is no token. */
  bearer(): PhaseBearer
}

/** Reads a token once. */
export function readNow(token: Token): TokenNow {
  let identity: string
  let bearer: () => PhaseBearer
  try {
    const text = token.text()
    bearer = () => parseBearer(text)
    identity = identityOf(text)
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error
    bearer = () => {
      throw error
    }
    identity = `${error.message} ${token.title}`
  }
  return { digest: createHash('sha256').update(identity).digest('base64'), bearer }
}

/** Both forms of a token are the same to Phase. */
function identityOf(text: string): string {
  try {
    return parseBearer(text).authorization()
  } catch (error) {
    if (error instanceof SourceError) return `unknown ${text}`
    throw error
  }
}

function inFile(title: string, path: string): Token {
  return {
    title,
    text() {
      const read = readToken(path)
      if ('text' in read) return read.text
      throw new CredentialError(`the token's file ${TOKEN_FAULTS[read.fault]}`, {
        isPermanent: true,
        hint: 'check the path, its permissions and what it holds',
      })
    },
  }
}

function withoutFolder(directory: string): Token {
  return {
    title: directory,
    text() {
      throw new CredentialError('the folder of tokens cannot be read', {
        isPermanent: true,
        hint: 'check the path and its permissions; tokens are <namespace>/<name>/token below it',
      })
    },
  }
}

/** What a folder holds, sorted; undefined if it is none or cannot be read. */
function namesIn(path: string): readonly string[] | undefined {
  try {
    return readdirSync(path).sort()
  } catch {
    return undefined
  }
}
