// HTTPS_PROXY and NO_PROXY. The table follows golang.org/x/net/http/httpproxy.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proxyFor } from '../../cmp/proxy.ts'

const PROXY = 'http://proxy.example:3128'

const cases: readonly (readonly [url: string, exceptions: string, direct: boolean])[] = [
  ['https://console.phase.dev', '', false],
  ['https://console.phase.dev', ' , ,', false],
  ['https://console.phase.dev', '*', true],
  ['https://console.phase.dev', 'other.example *', true],
  ['https://console.phase.dev', 'console.phase.dev', true],
  ['https://console.phase.dev', 'CONSOLE.Phase.Dev', true],
  ['https://console.phase.dev.', 'console.phase.dev', true],
  ['https://console.phase.dev', 'phase.dev', true],
  ['https://phase.dev', 'phase.dev', true],
  ['https://console.phase.dev', '.phase.dev', true],
  ['https://phase.dev', '.phase.dev', false],
  ['https://console.phase.dev', '*.phase.dev', true],
  ['https://phase.dev', '*.phase.dev', false],
  ['https://notphase.dev', 'phase.dev', false],
  ['https://phase.dev.evil.example', 'phase.dev', false],
  ['https://console.phase.dev', 'con*', false],
  ['https://console.phase.dev', 'dev', true],
  ['https://console.phase.dev', '.', false],
  ['https://console.phase.dev', ':443', false],
  ['https://console.phase.dev', '[', false],
  ['https://console.phase.dev', 'phase.dev:443', true],
  ['https://console.phase.dev', 'phase.dev:8443', false],
  ['https://console.phase.dev:8443', 'phase.dev:8443', true],
  ['https://console.phase.dev', 'phase.dev:https', false],
  ['https://console.phase.dev', 'a.example,phase.dev', true],
  ['https://console.phase.dev', 'a.example\tphase.dev\n', true],
  ['https://10.1.2.3', '10.1.2.3', true],
  ['https://10.1.2.3', '10.1.2.3:443', true],
  ['https://10.1.2.3', '10.1.2.3:80', false],
  ['https://10.1.2.3', '10.0.0.0/8', true],
  ['https://10.1.2.3', '10.9.9.9/8', true],
  ['https://11.1.2.3', '10.0.0.0/8', false],
  ['https://10.1.2.3', '0.0.0.0/0', true],
  ['https://10.1.2.3', '10.0.0.0/33', false],
  ['https://10.1.2.3', '10.0.0.0/', false],
  ['https://10.1.2.3', '10.0.0.0/x', false],
  ['https://10.1.2.3', '10.0.0.0/-1', false],
  ['https://10.1.2.3', '2.3', false],
  ['https://10.1.2.3', '.3', false],
  ['https://[fd00::1]', 'fd00::1', true],
  ['https://[fd00::1]', 'FD00:0::1', true],
  ['https://[fd00::1]', '[fd00::1]', true],
  ['https://[fd00::1]', '[fd00::1]:443', true],
  ['https://[fd00::1]', '[fd00::1]:80', false],
  ['https://[fd00::1]', 'fd00::/8', true],
  ['https://[fe80::1]', 'fd00::/8', false],
  ['https://[fd00::1]', '0.0.0.0/0', false],
  ['https://10.1.2.3', '::/0', false],
]
for (const [url, exceptions, direct] of cases) {
  test(`${url} with NO_PROXY=${JSON.stringify(exceptions)}: ${direct ? 'direct' : 'proxy'}`, () => {
    const proxy = proxyFor(new URL(url), { proxy: PROXY, exceptions })
    assert.equal(proxy, direct ? undefined : PROXY)
  })
}

test('without HTTPS_PROXY every connection is direct', () => {
  assert.equal(proxyFor(new URL('https://console.phase.dev'), { exceptions: '' }), undefined)
})

test('plain http, which is loopback only, has no proxy', () => {
  const url = new URL('http://127.0.0.1:8080')
  assert.equal(proxyFor(url, { proxy: PROXY, exceptions: '' }), undefined)
})

test('a proxy without a scheme is an http proxy', () => {
  const url = new URL('https://console.phase.dev')
  assert.equal(proxyFor(url, { proxy: 'proxy.example:3128', exceptions: '' }), PROXY)
  assert.equal(proxyFor(url, { proxy: 'https://p.example', exceptions: '' }), 'https://p.example')
})
