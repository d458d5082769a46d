// Both template languages of ApplicationSets. The expectations are what Argo CD 3.6.1's own functions
// gave (applicationset/utils, Replace), where they gave a text at all.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillFast } from '../../../manifests/argocd/fast-template.ts'
import type { Unfilled } from '../../../manifests/argocd/filled.ts'
import { fillGo } from '../../../manifests/argocd/go-template.ts'
import { Budget, Filler, TooLargeError } from '../../../manifests/argocd/template.ts'

const FLAT = { name: 'web', 'metadata.labels.x': 'X', 'values.env': 'prod', count: 3 }

const fast: readonly [template: string, text: string][] = [
  ['plain', 'plain'],
  ['{{name}}-{{ name }}', 'web-web'],
  ['{{ metadata.labels.x }}/{{values.env}}', 'X/prod'],
  ['{{nope}} {{ .name }} {{}} {{ }}', '{{nope}} {{ .name }} {{}} {{ }}'],
  ['{{count}}', '{{count}}'],
  ['{{ {{name}} }}', '{{ {{name}} }}'],
  ['{{{name}}}', '{{{name}}}'],
  ['{{\u0085name\u00a0}}', 'web'],
  // Without a placeholder on one line nothing is looked at, not even a missing end.
  ['{{\nname\n}}', '{{\nname\n}}'],
  ['{{name}}\n{{\nname\n}}', 'web\nweb'],
  ['{{', '{{'],
  ['}}', '}}'],
  ['{{name}\r}', '{{name}\r}'],
  ['{{\rname\r}}', 'web'],
  ['{{\ufeffname}}', '{{\ufeffname}}'],
  ['{{__proto__}}{{constructor}}', '{{__proto__}}{{constructor}}'],
]
for (const [template, text] of fast) {
  test(`fast: ${JSON.stringify(template)}`, () => {
    assert.deepEqual(fillFast(template, FLAT), { text })
  })
}

test('fast: a placeholder without an end', () => {
  assert.deepEqual(fillFast('{{name}} {{x', FLAT), { fault: 'has a {{ without }}' })
})

const DEEP = {
  name: 'web',
  Näme: 'u',
  a: { b: 'B', 'c-d': 'C', n: null },
  list: ['p', 2],
  yes: true,
  empty: '',
  big: 12345678901234567890n,
  numbers: [0, 12, 100000, 1234567, 0.5, 0.0001, 0.00001, 1e21, -3.25],
}

const go: readonly [template: string, text: string][] = [
  ['plain }} {', 'plain }} {'],
  ['{{.name}}-{{ .name }}-{{ $.name }}', 'web-web-web'],
  ['{{ .a.b }}{{ index .a "c-d" }}{{index .a `b`}}{{ index $.a "b" }}', 'BCBB'],
  ['{{ index . "name" }}{{ index . "a" "b" }}{{ index .list 1 }}', 'webB2'],
  ['x {{- .name -}} \n y', 'xweby'],
  ['{{ .name -}} {{- .name }}', 'webweb'],
  ['{{.name}} {{ .yes }}{{ .empty }}', 'web true'],
  ['{{\n.name\n}}{{ .Näme }}', 'webu'],
  ['{{ .big }}', '1.2345678901234567e+19'],
  [
    [0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => `{{ index .numbers ${n} }}`).join(' '),
    '0 12 100000 1.234567e+06 0.5 0.0001 1e-05 1e+21 -3.25',
  ],
]
for (const [template, text] of go) {
  test(`go: ${JSON.stringify(template)}`, () => {
    assert.deepEqual(fillGo(template, DEEP), { text })
  })
}

const refused: readonly [template: string, fault: string][] = [
  ['{{ .name | upper }}', 'has the action "{{ .name | upper }}"'],
  ['{{ if .yes }}x{{ end }}', 'has the action "{{ if .yes }}"'],
  ['{{ range .list }}x{{ end }}', 'has the action "{{ range .list }}"'],
  ['{{ "x" }}', 'has the action "{{ "x" }}"'],
  ['{{/* c */}}', 'has the action "{{/* c */}}"'],
  ['{{ .a .b }}', 'has the action "{{ .a .b }}"'],
  ['{{-.name}}', 'has the action "{{-.name}}"'],
  ['{{ .name-}}', 'has the action "{{ .name-}}"'],
  ['{{ .a-b }}', 'has the action "{{ .a-b }}"'],
  ['{{ index .a "\\x62" }}', 'has the action "{{ index .a "\\x62" }}"'],
  ['{{ {{ .name }} }}', 'has the action "{{ {{ .name }}"'],
  ['{{{ .name }}}', 'has the action "{{{ .name }}"'],
  ['{{ .name', 'has the action "{{ .name"'],
  ['{{\u001b[2J }}', 'has the action "{{?[2J }}"'],
  ['{{ .nope }}', 'has "{{ .nope }}", which has no value for this element'],
  ['{{ .a.n }}', 'has "{{ .a.n }}", which has no value for this element'],
  ['{{ .name.b }}', 'has "{{ .name.b }}", which has no value for this element'],
  ['{{ .__proto__ }}', 'has "{{ .__proto__ }}", which has no value for this element'],
  ['{{ .a.constructor }}', 'has "{{ .a.constructor }}", which has no value for this element'],
  [
    '{{ index .list "length" }}',
    'has "{{ index .list "length" }}", which has no value for this element',
  ],
  ['{{ index .list 9 }}', 'has "{{ index .list 9 }}", which has no value for this element'],
  ['{{ .a }}', 'has "{{ .a }}", which is no text, number or boolean for this element'],
  ['{{ . }}', 'has "{{ . }}", which is no text, number or boolean for this element'],
]
for (const [template, fault] of refused) {
  test(`go refuses ${JSON.stringify(template)}`, () => {
    const filled = fillGo(template, DEEP)
    assert.equal('fault' in filled ? filled.fault : filled.text, fault)
  })
}

test('a long text of braces and blanks takes no time that hangs a run', () => {
  for (const piece of ['{{', '{{ ', ' ', '{{ index .a ', '{{ .a', '{{-', '}}']) {
    fillGo(`{{ .name }}${piece.repeat(200_000 / piece.length)}`, DEEP)
    fillFast(`{{name}}${piece.repeat(200_000 / piece.length)}`, FLAT)
  }
  fillGo(`{{ .name ${' '.repeat(200_000)}x`, DEEP)
  fillGo(`{{ .name ${' -'.repeat(100_000)}x`, DEEP)
  fillGo(`${' \n'.repeat(100_000)}x{{- .name }}`, DEEP)
  fillFast(`{{ ${' '.repeat(200_000)}name ${'\u0085'.repeat(200_000)}x }}`, FLAT)
})

test('values, keys and what they come to', () => {
  const filler = new Filler(true, new Budget())
  const value = { '{{ .name }}': ['{{ .a.b }}', 1, true, null, { x: '{{ .name }}' }], n: 5 }
  assert.deepEqual(filler.fill(value, DEEP, []), { web: ['B', 1, true, null, { x: 'web' }], n: 5 })
  // Without parameters Argo CD leaves the template as it is.
  assert.deepEqual(filler.fill(value, {}, []), value)
  const faults: Unfilled[] = []
  filler.fill({ a: [{ b: '{{ .x }}' }], '{{ .name }}': 1, web: 2 }, DEEP, faults)
  assert.deepEqual(
    faults.map(({ path, message }) => [path, message]),
    [
      [['a', 0, 'b'], 'has "{{ .x }}", which has no value for this element'],
      [[], 'has two keys that become one'],
    ],
  )
  const own = filler.fill(JSON.parse('{"__proto__": {"x": "{{ .name }}"}}'), DEEP, [])
  assert.equal(JSON.stringify(own), '{"__proto__":{"x":"web"}}')
  const long = { x: 'x'.repeat(1_000_000) }
  const template = Array(100).fill('{{ .x }}')
  assert.throws(() => filler.fill(template, long, []), TooLargeError)
})
