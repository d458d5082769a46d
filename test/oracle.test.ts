// Phase's own SDK as the judge: both clients read one dev-server and must see the same values.
// Its known faults are left out of the store: empty unencrypted values, `$&` in referenced
// values, cycles, references without an environment, spaces in references.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { startDevServer } from '../cmp/dev-server/server.ts'
import { httpClient } from '../render/phase/http.ts'
import { phaseSource } from '../render/phase/source.ts'
import { FULL_ACCESS } from '../render/tenancy/access.ts'

interface Sdk {
  init(): Promise<void>
  get(options: {
    appId: string
    envName: string
    path: string
  }): Promise<{ key: string; value: string }[]>
}
const Phase: new (token: string, host: string) => Sdk = createRequire(import.meta.url)(
  '@phase.dev/phase-node',
)

const STORE = `apps:
  shop:
    id: 4f0c6a51-7d83-4c5e-9d6a-0a3c5b8e1f27
    environments:
      Staging:
        secrets:
          /: { SHARED: fake-staging }
      Production:
        secrets:
          /:
            PLAIN: fake-plain
            UNICODE: "日本語 🔐\\nline"
            LOCAL: "<\${PLAIN}>"
            FOLDER: "\${/db/PASSWORD}"
            OTHER: "\${Staging.SHARED}"
            NESTED: "\${LOCAL}+\${OTHER}"
            UNTOUCHED: "\${{ github.token }} $PLAIN"
          /db: { PASSWORD: fake-password }
tokens:
  - { name: v2 }
  - { name: v1, kind: service-v1 }
  - { name: person, kind: user }
`

for (const name of ['v2', 'v1', 'person']) {
  for (const path of ['/', '/db']) {
    test(`the SDK and we read the same: token ${name}, path ${path}`, async () => {
      const server = await startDevServer({ store: STORE })
      const request = httpClient()
      try {
        const token = server.tokens[name] ?? ''
        const sdk = new Phase(token, server.host)
        await sdk.init()
        const appId = '4f0c6a51-7d83-4c5e-9d6a-0a3c5b8e1f27'
        const theirs = await sdk.get({ appId, envName: 'Production', path })
        const { secrets } = await phaseSource({
          host: server.host,
          token,
          request,
          signal: new AbortController().signal,
          deadline: performance.now() + 20_000,
          userAgent: 'test',
          allowUserToken: true,
        }).read(
          { app: { id: appId }, environment: 'Production', path, onReferenceError: 'Fail' },
          FULL_ACCESS,
        )
        const pairs = theirs.map(({ key, value }) => [key, value] as const)
        assert.deepEqual(
          secrets.map(({ key, value }) => [key, value.revealText()]),
          pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)),
        )
        assert.ok(pairs.length > 0)
      } finally {
        request.close()
        await server.close()
      }
    })
  }
}
