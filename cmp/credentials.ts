// Which token a PhaseSecret is read with. A reference in Git is a key to look up among what the
// administrator mounted or lets us read in the cluster; it never becomes a path by itself.
import { join } from 'node:path'
import type { Outcome } from '../manifests/document.ts'
import type { Position, Problem } from '../manifests/problem.ts'
import type { TokenKey } from '../render/authorize.ts'
import { authorizeToken } from '../render/authorize.ts'
import type { PhaseSecret } from '../render/model.ts'
import type { Settings, TokenSettings } from './environment.ts'
import type { ReadFault } from './read-file.ts'
import { readBounded } from './read-file.ts'

/** A token's text as it was found, and what to tell the user about the choice. */
export interface Credential {
  readonly token: string
  readonly notices: readonly Problem[]
}

/** Why a token could not be had, in words that never hold any of it. */
export type TokenFailure = Pick<Problem, 'fault' | 'message' | 'hint'>

/** A token's text, or why there is none. */
export type TokenAnswer = { readonly token: string } | TokenFailure

/** Reads token Secrets through the Kubernetes API. */
export interface TokenReader {
  /** The text under the Secret's key `token`. */
  read(key: TokenKey): Promise<TokenAnswer>
}

/** Bytes. A token has about 280; a mounted Secret cannot be larger than 1 MiB. */
const LONGEST_TOKEN = 64 * 1024

/**
 * The token for one PhaseSecret. Where tokens are looked up (`directory`, `cluster`), its reference
 * decides, and so does the operator's default name if no token is configured for the whole run.
 * @param cluster where a reference that is not mounted is looked up; undefined if that is not allowed.
 */
export async function credentialFor(
  phaseSecret: PhaseSecret,
  { tokens, application }: Pick<Settings, 'tokens' | 'application'>,
  cluster: TokenReader | undefined,
): Promise<Outcome<Credential>> {
  const { tokenReference } = phaseSecret
  const isConfigured = tokens.text !== undefined || tokens.file !== undefined
  const isLookedUp = tokens.directory !== undefined || cluster !== undefined
  if (isLookedUp && (tokenReference !== undefined || !isConfigured)) {
    const key = authorizeToken(phaseSecret, { application })
    if ('problems' in key) return key
    const at = tokenReference?.at ?? phaseSecret.at
    const answer = await lookUp(key.value, tokens.directory, cluster)
    return outcomeOf(answer, [], { at, object: phaseSecret.object })
  }
  const notices = tokenReference === undefined ? [] : [replaced(phaseSecret, tokenReference.at)]
  return outcomeOf(configuredToken(tokens), notices)
}

/** `place` is left out where the fault is the whole run's, so that the report says it once. */
function outcomeOf(
  answer: TokenAnswer,
  notices: readonly Problem[],
  place: Pick<Problem, 'at' | 'object'> = {},
): Outcome<Credential> {
  if ('token' in answer) return { value: { token: answer.token, notices } }
  return { problems: [{ severity: 'error', ...place, ...answer }] }
}

function configuredToken({ text, file }: TokenSettings): TokenAnswer {
  if (text !== undefined) return { token: text }
  if (file === undefined) {
    return {
      fault: 'usage',
      message: 'no Phase token is configured',
      hint: 'set PHASE_SERVICE_TOKEN, PHASE_SERVICE_TOKEN_FILE or PHASE_TOKENS_DIR',
    }
  }
  const token = readToken(file)
  if ('text' in token) return { token: token.text }
  return {
    fault: 'usage',
    message: `the file that PHASE_SERVICE_TOKEN_FILE names ${WORDS[token.fault]}`,
    hint: 'check the path, its permissions and what it holds',
  }
}

async function lookUp(
  key: TokenKey,
  directory: string | undefined,
  cluster: TokenReader | undefined,
): Promise<TokenAnswer> {
  const place = `${key.namespace}/${key.name}`
  const hint = `the administrator mounts it as ${place}/token in PHASE_TOKENS_DIR`
  if (directory !== undefined) {
    const token = readToken(join(directory, key.namespace, key.name, 'token'))
    if ('text' in token) return { token: token.text }
    if (token.fault !== 'missing') {
      return {
        fault: 'usage',
        message: `the token mounted for ${place} ${WORDS[token.fault]}`,
        hint,
      }
    }
  }
  if (cluster !== undefined) return cluster.read(key)
  return { fault: 'usage', message: `no token is mounted for ${place}`, hint }
}

const WORDS: Readonly<Record<ReadFault | 'empty', string>> = {
  missing: 'does not exist',
  unreadable: 'cannot be read',
  'not-a-file': 'is not a regular file',
  'too-large': 'is too large to be a token',
  empty: 'is empty',
}

function readToken(path: string): { text: string } | { fault: ReadFault | 'empty' } {
  const bytes = readBounded(path, LONGEST_TOKEN)
  if (typeof bytes === 'string') return { fault: bytes }
  const text = bytes.toString('utf8').trim()
  return text === '' ? { fault: 'empty' } : { text }
}

function replaced({ object }: PhaseSecret, at: Position): Problem {
  return {
    severity: 'notice',
    fault: 'input',
    at,
    object,
    message: 'serviceTokenSecretReference is not looked up: the configured token is used',
    hint: 'set PHASE_TOKENS_DIR to use a token for each namespace',
  }
}
