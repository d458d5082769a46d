// Globs and file patterns as Argo CD reads them. The verdicts are those of the libraries that Argo CD 3.6.1 is
// built with: github.com/gobwas/glob 1.0.0 and Go's path/filepath.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filePatternFits } from '../../../manifests/argocd/file-pattern.ts'
import { destinationFits, globFits } from '../../../manifests/argocd/glob.ts'

type Row = readonly [pattern: string, text: string, fits: boolean]

const globs: readonly Row[] = [
  ['*', 'anything/at all', true],
  ['**', 'a/b', true],
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['team-*', 'team-', true],
  ['team-*', 'team', false],
  ['*-prod', 'shop-prod', true],
  ['*-prod', 'shop-prod-eu', false],
  ['a*a*a*a*b', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', false],
  ['a*b*c', 'a--b--c', true],
  ['?', 'é', true],
  ['??', 'a', false],
  ['h?llo', 'hello', true],
  ['[abc]', 'b', true],
  ['[abc]', 'd', false],
  ['[a-c]', 'b', true],
  ['[!a-c]', 'b', false],
  ['[!a-c]', '-', true],
  ['[!abc]', 'd', true],
  ['[a-]', 'a', false],
  ['[-a]', '-', true],
  ['[]a]', 'a', false],
  ['[]', 'a', false],
  ['[^a]', '^', true],
  ['[^a]', 'b', false],
  ['[c-a]', 'b', false],
  ['[a-cx]', 'x', false],
  ['[\\]]', ']', true],
  ['[abc', 'a', false],
  ['{a,b}', 'b', true],
  ['{a,b}', 'a,b', false],
  ['{a*,b}c', 'aaac', true],
  ['{kube-system,argocd}', 'argocd', true],
  ['{kube-system,argocd}', 'kube-public', false],
  ['{{a,b},c}d', 'bd', true],
  ['{,a}b', 'b', true],
  ['{}', '', true],
  ['{a', 'a', false],
  ['a}', 'a}', true],
  ['a,b', 'a,b', true],
  ['{a,b}}', 'a}', true],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['\\a', 'a', true],
  ['a\\', 'a', false],
  ['e[[a*', 'e[[a*', false],
  ['https://*.default.svc', 'https://kubernetes.default.svc', true],
  ['!a', '!a', true],
  ['{!a,b}', '!a', true],
]

for (const [pattern, text, expected] of globs) {
  test(`glob ${pattern} ${expected ? 'fits' : 'does not fit'} "${text}"`, () => {
    assert.equal(globFits(pattern, text), expected)
  })
}

const filePatterns: readonly Row[] = [
  ['*', 'a.b', true],
  ['*', 'a/b', false],
  ['*', '', true],
  ['', 'a', false],
  ['', '', true],
  ['?', '/', false],
  ['a?c', 'abc', true],
  ['[a-c]', 'b', true],
  ['[^a-c]', 'b', false],
  ['[^a-c]', 'd', true],
  ['[!a]', '!', true],
  ['[a-cx-z]', 'y', true],
  ['[]a]', ']', false],
  ['[-a]', '-', false],
  ['[a\\-c]', '-', true],
  ['[\\]]', ']', true],
  ['[c-a]', 'b', false],
  ['[^c-a]', 'b', true],
  ['[a', 'a', false],
  ['\\*', '*', true],
  ['\\', '\\', false],
  ['{a,b}', 'a', false],
  ['rbac*', 'rbac.authorization.k8s.io', true],
  ['*.k8s.io', 'rbac.authorization.k8s.io', true],
  ['Role*', 'RoleBinding', true],
  ['*Role', 'ClusterRole', true],
  ['role', 'Role', false],
  ['[/]', '/', true],
  ['a*b*c', 'axbxc', true],
  ['team1-*', 'team1-namespace', true],
  ['**', 'a', true],
]

for (const [pattern, text, expected] of filePatterns) {
  test(`file pattern ${pattern} ${expected ? 'fits' : 'does not fit'} "${text}"`, () => {
    assert.equal(filePatternFits(pattern, text), expected)
  })
}

// argo-cd app_project_types.go: globMatch with negation allowed.
const destinations: readonly Row[] = [
  ['foo', 'foo', true],
  ['foo*', 'foobar', true],
  ['foo*', 'bar', false],
  ['*', 'anything', true],
  ['!foo', 'foo', false],
  ['!foo', 'bar', true],
  ['!{kube-system,argocd}', 'argocd', false],
  ['!{kube-system,argocd}', 'shop', true],
  // What is no glob fits nothing, so its denial fits everything.
  ['![', 'bar', true],
  ['!!foo', 'foo', true],
]

for (const [pattern, text, expected] of destinations) {
  test(`destination ${pattern} ${expected ? 'fits' : 'does not fit'} ${text}`, () => {
    assert.equal(destinationFits(pattern, text), expected)
  })
}

test('no pattern takes long', () => {
  const text = 'a'.repeat(253)
  const hostile = [
    `${'a*'.repeat(500)}b`,
    `${'{a,aa}'.repeat(300)}b`,
    `${'{*,**}'.repeat(300)}b`,
    `${'{'.repeat(1000)}`,
    `${'{a,'.repeat(40)}b${'}'.repeat(40)}`,
    `${'[a-z]*'.repeat(300)}b`,
    'x'.repeat(1_000_000),
  ]
  for (const pattern of hostile) {
    const start = performance.now()
    assert.equal(globFits(pattern, text), false)
    assert.equal(filePatternFits(pattern, text), false)
    assert.ok(performance.now() - start < 2000, pattern.slice(0, 20))
  }
})
