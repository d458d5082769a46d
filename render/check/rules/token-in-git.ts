// RB045: a Phase token is written down in the manifests or in a file beside them, as it is or in base64.
import type { FoundToken } from '../../../manifests/check/find-tokens.ts'
import { findTokens } from '../../../manifests/check/find-tokens.ts'
import type { Found, Rule } from '../../../manifests/check/model.ts'
import type { Document } from '../../../manifests/document.ts'
import { identify } from '../../../manifests/identity.ts'
import type { ObjectName } from '../../../manifests/problem.ts'
import type { PhaseFacts } from '../facts.ts'

const PART = '0'.repeat(64)

export const tokenInGit: Rule<PhaseFacts> = {
  id: 'RB045',
  name: 'token-in-git',
  chapter: 'phase',
  severity: 'critical',
  summary: 'a Phase token is written down in the manifests, or in a file beside them',
  why: 'A token in Git is read by everybody who can read the repository, its forks, its clones and its backups, for ever: a later commit that removes it leaves it in the history. Base64 hides nothing. With the token they read every value that its account reads.',
  fix: 'Rotate the token in Phase first, then remove it. Write the new one into the cluster by hand or seal it, and name its Secret with `serviceTokenSecretReference`.',
  fixable: 'no',
  example: {
    bad: `apiVersion: v1
kind: Secret
metadata:
  name: phase-service-token
  namespace: keyspace
stringData:
  token: pss_service:v2:${PART}:${PART}:${PART}:${PART}
`,
    good: `apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: phase-service-token
  namespace: keyspace
spec:
  encryptedData:
    token: AgBy8hCK0hkNeYlYmQ9Hk1QmYw
`,
  },
  *find(facts): Iterable<Found> {
    for (const document of [...facts.documents, ...facts.otherFiles]) {
      const tokens = tokensIn(document)
      const object = tokens.length === 0 ? undefined : nameOf(document)
      for (const { line, column, kind, how } of tokens) {
        yield {
          at: { file: document.file, line, column },
          object,
          message: `holds a Phase ${kind} token${HOW[how]}`,
          hint: 'rotate the token in Phase, since Git keeps it for ever, then remove it from here',
        }
      }
    }
  },
}

const HOW: Readonly<Record<FoundToken['how'], string>> = {
  plain: '',
  base64: ' in base64',
  'base64 twice': ' in base64 within base64',
}

/** More than these in one document tell nothing new. */
const MOST = 100

/** With the lines of the file. Comments at a `---` count too. */
function tokensIn({ separator, body, line }: Document): FoundToken[] {
  const first = Math.max(line, 1)
  const above = separator.length > SHORT ? findTokens(separator) : []
  const start = first - separator.filter((byte) => byte === LINE_FEED).length
  return [
    ...above.map((token) => ({ ...token, line: Math.max(start, 1) + token.line - 1 })),
    ...findTokens(body).map((token) => ({ ...token, line: first + token.line - 1 })),
  ].slice(0, MOST)
}

/** No token fits into so few bytes. */
const SHORT = 12
const LINE_FEED = 10

function nameOf(document: Document): ObjectName | undefined {
  const identity = identify(document)
  if (typeof identity === 'string' || identity.kind === undefined) return undefined
  const { kind, namespace, name } = identity
  return { kind, namespace, name }
}
