// Which token a PhaseSecret is read with. A reference in Git is a key to look up among what the
// administrator mounted or lets us read in the cluster; it never becomes a path by itself.
import { join } from 'node:path'
import type { Outcome } from '../manifests/document.ts'
import type { Position, Problem } from '../manifests/problem.ts'
import type { PhaseSecret, TokenChoice, TokenKey } from '../render/model.ts'
import type { TokenSettings } from './settings.ts'
import { readToken, TOKEN_FAULTS } from './token-file.ts'

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

/** Whether tokens are looked up at all, and whether there is one for who names none: see `Grants`. */
export function tokenFacts({ text, file, directory, fromCluster }: TokenSettings) {
  return {
    looksUpTokens: directory !== undefined || fromCluster,
    hasDefaultToken: text !== undefined || file !== undefined,
  }
}

/**
 * The token that one PhaseSecret was granted.
 * @param cluster where a token Secret that is not mounted is looked up; undefined if that is not allowed.
 */
export async function credentialFor(
  phaseSecret: PhaseSecret,
  choice: TokenChoice,
  tokens: TokenSettings,
  cluster: TokenReader | undefined,
): Promise<Outcome<Credential>> {
  const { tokenReference } = phaseSecret
  if ('key' in choice) {
    const at = tokenReference?.at ?? phaseSecret.at
    const answer = await lookUp(choice.key, tokens.directory, cluster)
    return outcomeOf(answer, [], { at, object: phaseSecret.object })
  }
  const notices = tokenReference === undefined ? [] : [replaced(phaseSecret, tokenReference.at)]
  const { credential } = choice
  const file = credential === undefined ? undefined : tokens.named.get(credential)
  const answer =
    credential === undefined
      ? configuredToken(tokens)
      : tokenIn(file ?? '', `the file of credential ${credential}`)
  return outcomeOf(answer, notices)
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
      hint: 'set PHASE_SERVICE_TOKEN, PHASE_SERVICE_TOKEN_FILE or PHASE_TOKENS_DIR, or name a file in the configuration',
    }
  }
  return tokenIn(file, 'the file that PHASE_SERVICE_TOKEN_FILE or credentials.default names')
}

function tokenIn(file: string, whatItIs: string): TokenAnswer {
  const token = readToken(file)
  if ('text' in token) return { token: token.text }
  const hint = 'check the path, its permissions and what it holds'
  return { fault: 'usage', message: `${whatItIs} ${TOKEN_FAULTS[token.fault]}`, hint }
}

async function lookUp(
  key: TokenKey,
  directory: string | undefined,
  cluster: TokenReader | undefined,
): Promise<TokenAnswer> {
  const place = `${key.namespace}/${key.name}`
  const hint = `the administrator mounts it as ${place}/token in PHASE_TOKENS_DIR or tokenSecrets.directory`
  if (directory !== undefined) {
    const token = readToken(join(directory, key.namespace, key.name, 'token'))
    if ('text' in token) return { token: token.text }
    if (token.fault !== 'missing') {
      return {
        fault: 'usage',
        message: `the token mounted for ${place} ${TOKEN_FAULTS[token.fault]}`,
        hint,
      }
    }
  }
  if (cluster !== undefined) return cluster.read(key)
  return { fault: 'usage', message: `no token is mounted for ${place}`, hint }
}

function replaced({ object }: PhaseSecret, at: Position): Problem {
  return {
    severity: 'notice',
    fault: 'input',
    at,
    object,
    message: 'serviceTokenSecretReference is not looked up: the configured token is used',
    hint: 'set PHASE_TOKENS_DIR or tokenSecrets.directory to use a token for each namespace',
  }
}
