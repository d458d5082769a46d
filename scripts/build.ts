// Bundles the program into a few CommonJS files: what ships, what the tests start, what the image carries.
// Node reads a whole file before it runs any of it, so what a render seldom needs has files of its own.
// Not minified, on purpose: people read it before they trust it.
import { chmodSync, rmSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { Plugin } from 'esbuild'
import { build } from 'esbuild'

const folder = 'dist'
const program = 'cmp/main.ts'
/**
 * Loaded with `import()` when they are needed. Each brings its own copy of what it shares with the others,
 * so only plain values may pass between them: no `instanceof`, no state of a module.
 */
const parts = [
  'cmp/cli.ts',
  'cmp/commands/check.ts',
  'cmp/commands/config.ts',
  'cmp/commands/dev-server.ts',
  'cmp/commands/encryption-check.ts',
  'cmp/commands/encryption-explain.ts',
  'cmp/commands/encryption-generate.ts',
  'cmp/commands/encryption-plan.ts',
  'cmp/commands/encryption-rotate.ts',
  'cmp/commands/preview.ts',
  'cmp/commands/seal.ts',
  'cmp/commands/watch.ts',
  'cmp/commands/who-can.ts',
  'cmp/sources/helm.ts',
  'cmp/sources/kustomize.ts',
]

/** Leaves an `import()` of a part to be done at run time. */
const leaveParts: Plugin = {
  name: 'leave-parts',
  setup({ onResolve }) {
    const files = parts.map((part) => resolve(part))
    onResolve({ filter: /\.ts$/ }, ({ kind, path, resolveDir }) => {
      const file = resolve(resolveDir, path)
      if (kind !== 'dynamic-import' || !files.includes(file)) return undefined
      return { path: `./${basename(file, '.ts')}.cjs`, external: true }
    })
  },
}

rmSync(folder, { recursive: true, force: true })
await build({
  entryPoints: [
    { in: program, out: 'argocd-phase-plugin' },
    ...parts.map((part) => ({ in: part, out: basename(part, '.ts') })),
  ],
  outdir: folder,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22.19',
  supported: { 'dynamic-import': false },
  banner: { js: '#!/usr/bin/env node' },
  legalComments: 'eof',
  // 80 MB, and only some installations need it: loaded from node_modules when it is used.
  external: ['@kubernetes/client-node'],
  // Looked for and not needed. Where it is not installed, Node would take one from ~/.node_modules.
  alias: { 'supports-color': 'node:tty' },
  plugins: [leaveParts],
  logLevel: 'warning',
})
chmodSync(`${folder}/argocd-phase-plugin.cjs`, 0o755)
