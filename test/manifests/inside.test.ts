import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'

/** Whether a fresh process that imports these modules has loaded the YAML library. */
function loadsYaml(...modules: string[]): boolean {
  const script = `
    import { createRequire } from 'node:module'
    for (const name of ${JSON.stringify(modules)}) await import('./manifests/' + name)
    const loaded = Object.keys(createRequire(process.cwd() + '/').cache)
    console.log(loaded.some((path) => /node_modules.yaml/.test(path)))
  `
  const args = ['--input-type=module', '--eval', script]
  return execFileSync(process.execPath, args, { encoding: 'utf8' }).trim() === 'true'
}

test('a run in which no document matters does not load the YAML library', () => {
  assert.equal(loadsYaml('stream.ts', 'identity.ts', 'may-matter.ts', 'print.ts'), false)
  assert.equal(loadsYaml('inside.ts'), true)
})
