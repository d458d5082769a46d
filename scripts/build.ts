// Bundles the program into one CommonJS file: what ships, what the tests start, what the image
// carries. Not minified, on purpose: people read it before they trust it.
import { chmodSync } from 'node:fs'
import { build } from 'esbuild'

const outfile = 'dist/argocd-phase-plugin.cjs'

await build({
  entryPoints: ['cmp/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22.19',
  banner: { js: '#!/usr/bin/env node' },
  legalComments: 'eof',
  // 80 MB, and only some installations need it: loaded from node_modules when it is used.
  external: ['@kubernetes/client-node'],
  // Looked for and not needed. Where it is not installed, Node would take one from ~/.node_modules.
  alias: { 'supports-color': 'node:tty' },
  logLevel: 'warning',
})
chmodSync(outfile, 0o755)
