// `seal` in process, beside a certificate and a key file. Whatever a run is asked, no value and no key may
// be in what it writes.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { run } from '../../cmp/cli.ts'
import { memoryIo } from './memory-io.ts'
import { sealer } from './sealing.ts'
import { temporaryTree } from './tree.ts'

/** The controller that `cert.pem` is of. */
export const cluster = sealer(2048, '2026-01-01', '2045-12-31')
/** What the key file `k` holds. */
export const K = '000102030405060708090a0b0c0d0e0f1d0111213ab41516a71f8191a1b1c1d1'
export const VALUE = 'fake-password-of-production'
/** A Secret with VALUE in its data, and in a copy that must not be printed. */
export const SECRET = `# A comment of Git.
apiVersion: v1
kind: Secret
metadata:
  name: web
  namespace: shop
  uid: 0000
  labels: { app: web }
  annotations:
    argocd.argoproj.io/sync-wave: "2"
    kubectl.kubernetes.io/last-applied-configuration: '{"data":"${VALUE}"}'
data:
  PASSWORD: b2xk
  EMPTY: ""
stringData:
  PASSWORD: ${VALUE}
`

/** Runs the command beside `cert.pem` and `k`, which other arguments may name as `./…`. */
export async function seal(
  args: readonly string[],
  stdin: string | Uint8Array = '',
  env = {},
  tree = {},
) {
  const folder = temporaryTree({ 'cert.pem': cluster.pem, k: K, ...tree })
  const inside = (arg: string) => (arg.startsWith('./') ? join(folder, arg.slice(2)) : arg)
  const { io, stdout, stderr } = memoryIo(env, stdin)
  const cert = args.includes('--cert') ? [] : ['--cert', './cert.pem']
  const code = await run(['seal', ...cert, ...args].map(inside), io)
  for (const text of [stdout(), stderr()]) {
    assert.equal(text.includes(VALUE), false)
    assert.equal(text.includes(Buffer.from(VALUE).toString('base64')), false)
    assert.equal(text.includes(K.slice(0, 16)), false)
  }
  return { code, out: stdout(), err: stderr(), folder }
}
