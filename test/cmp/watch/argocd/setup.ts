// A client of an argocd-server in this process, and what a call of it throws.
import assert from 'node:assert/strict'
import { after } from 'node:test'
import type { OpenArgoCd } from '../../../../cmp/watch/argocd/argocd.ts'
import { openArgoCd } from '../../../../cmp/watch/argocd/argocd.ts'
import { ArgoCdError } from '../../../../cmp/watch/model.ts'
import type { ArgoCdSettings } from '../../../../cmp/watch/settings.ts'
import type { ArgoCdApi } from '../../../support/argocd-api.ts'
import { QUOTED, startArgoCdApi, TOKEN } from '../../../support/argocd-api.ts'

/** Phase's spelling of an environment's id, made of one hexadecimal digit. */
export function environmentId(digit: string): string {
  const of = (length: number) => digit.repeat(length)
  return [of(8), of(4), of(4), of(4), of(12)].join('-')
}

export const HOST = 'https://phase.example.com'
export const ID = { namespace: 'argocd', name: 'app' }

/** Both end with the test file. */
export async function setup(
  settings: Partial<ArgoCdSettings> = {},
): Promise<{ api: ArgoCdApi; argocd: OpenArgoCd; stop: AbortController }> {
  const api = await startArgoCdApi()
  const stop = new AbortController()
  const argocd = openArgoCd(
    { server: api.server, token: { text: TOKEN }, ...settings },
    { signal: stop.signal, userAgent: 'argocd-phase-plugin/test' },
  )
  after(async () => {
    argocd.close()
    await api.close()
  })
  return { api, argocd, stop }
}

/** The error of a call, in one line; it quotes nothing of an answer or a token. */
export async function failureOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    assert.ok(error instanceof ArgoCdError, String(error))
    const text = `${error.fault}: ${error.message} (${error.hint})`
    for (const quoted of [QUOTED, TOKEN, 'eyJ', 'Bearer']) assert.ok(!text.includes(quoted), text)
    assert.match(text, /^[\x20-\x7e]+$/)
    assert.equal(error.cause, undefined)
    return text
  }
  return 'none'
}
