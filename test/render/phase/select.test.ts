// Which app and environment a request means, and what is said if it means none or several.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SourceRequest } from '../../../render/source.ts'
import type { FakeApp } from './fake-phase.ts'
import { failuresOf, fakePhase, requestOf, sourceOf } from './fake-phase.ts'

const folder = (value: string) => ({ '/': { KEY: value } })
const app = (id: string, name: string, ...environments: string[]): FakeApp => ({
  id,
  name,
  environments: Object.fromEntries(environments.map((each) => [each, folder(`${id}/${each}`)])),
})

const APPS = [
  app(
    'id-web',
    'web',
    'PreProduction',
    'Production',
    'production-eu',
    'Staging',
    'STAGING',
    'staging2',
  ),
  app('id-upper', 'WEB', 'Production'),
  app('id-api', 'Api', 'Production', 'QA', 'qa'),
  app('id-legacy', 'web-legacy', 'Production'),
  app('id-twin-1', 'twin', 'Production'),
  app('id-twin-2', 'twin', 'Production'),
  app('id-named-as-id', 'id-web', 'Production'),
]

type Selection = readonly [SourceRequest['app'], string]

const CHOSEN: readonly (readonly [string, Selection, string])[] = [
  ['an app by id', [{ id: 'id-twin-2' }, 'Production'], 'id-twin-2/Production'],
  ['an id wins over a name', [{ id: 'id-api', name: 'web' }, 'Production'], 'id-api/Production'],
  [
    'an id wins over an app that has it as its name',
    [{ name: 'id-web' }, 'Production'],
    'id-web/Production',
  ],
  ['an exact name wins', [{ name: 'web' }, 'Production'], 'id-web/Production'],
  ['another exact name wins', [{ name: 'WEB' }, 'Production'], 'id-upper/Production'],
  ['case does not matter otherwise', [{ name: 'API' }, 'Production'], 'id-api/Production'],
  ['Production is not PreProduction', [{ name: 'web' }, 'production'], 'id-web/Production'],
  ['an environment by id', [{ name: 'web' }, 'id-web-PreProduction'], 'id-web/PreProduction'],
  ['an exact environment wins', [{ name: 'web' }, 'STAGING'], 'id-web/STAGING'],
]

for (const [name, [wanted, environment], value] of CHOSEN) {
  test(name, async () => {
    const source = sourceOf(fakePhase(APPS))
    const { secrets } = await source.read(requestOf({ app: wanted, environment }))
    assert.equal(secrets[0]?.value.revealText(), value)
  })
}

const REFUSED: readonly (readonly [string, Selection, string, RegExp, RegExp])[] = [
  [
    'no such app',
    [{ name: 'nothing' }, 'x'],
    'ERR_APP_NOT_FOUND',
    /no app is called "nothing": the token sees "Api" \(id-api\), "WEB" \(id-upper\)/,
    /correct the name/,
  ],
  ['part of a name', [{ name: 'legacy' }, 'x'], 'ERR_APP_NOT_FOUND', /"legacy"/, /./],
  [
    'a mistyped app',
    [{ name: 'web-legcy' }, 'x'],
    'ERR_APP_NOT_FOUND',
    /"web-legcy"/,
    /did you mean "web-legacy"\?/,
  ],
  ['an unknown id', [{ id: 'web' }, 'x'], 'ERR_APP_NOT_FOUND', /"web"/, /./],
  ['no app at all', [{}, 'x'], 'ERR_APP_NOT_FOUND', /""/, /./],
  [
    'two apps of one name',
    [{ name: 'twin' }, 'x'],
    'ERR_APP_AMBIGUOUS',
    /more than one app: "twin" \(id-twin-1\), "twin" \(id-twin-2\)$/,
    /phaseAppId/,
  ],
  [
    'two apps but for case',
    [{ name: 'Web' }, 'x'],
    'ERR_APP_AMBIGUOUS',
    /"WEB" \(id-upper\), "web" \(id-web\)/,
    /phaseAppId/,
  ],
  [
    'no such environment',
    [{ name: 'web' }, 'Dev'],
    'ERR_ENVIRONMENT_NOT_FOUND',
    /no environment of app "web" is called "Dev": the token sees "PreProduction"/,
    /./,
  ],
  ['part of an environment', [{ name: 'web' }, 'prod'], 'ERR_ENVIRONMENT_NOT_FOUND', /"prod"/, /./],
  [
    'a mistyped environment',
    [{ name: 'web' }, 'Prodction'],
    'ERR_ENVIRONMENT_NOT_FOUND',
    /./,
    /did you mean "Production"\?/,
  ],
  [
    'two environments but for case',
    [{ name: 'Api' }, 'Qa'],
    'ERR_ENVIRONMENT_AMBIGUOUS',
    /more than one environment of app "Api"/,
    /id/,
  ],
]

for (const [name, [wanted, environment], code, message, hint] of REFUSED) {
  test(`refused: ${name}`, async () => {
    const fake = fakePhase(APPS)
    const failures = await failuresOf(sourceOf(fake), { app: wanted, environment })
    assert.equal(failures.length, 1)
    const [failure] = failures
    assert.equal(failure?.code, code)
    assert.equal(failure?.fault, 'input')
    assert.equal(failure?.field, code.includes('APP') ? 'app' : 'environment')
    assert.match(failure?.message ?? '', message)
    assert.match(failure?.hint ?? '', hint)
    assert.deepEqual(fake.requests, ['tokens'])
  })
}

test('a token that sees nothing', async () => {
  const [failure] = await failuresOf(sourceOf(fakePhase([])))
  assert.match(failure?.message ?? '', /the token sees none$/)
})

test('names are listed up to ten, and without what could break a line', async () => {
  const many = Array.from({ length: 14 }, (_, index) =>
    app(`id-${index}`, `a${index}\u001b[31m\n`, 'x'),
  )
  const [failure] = await failuresOf(sourceOf(fakePhase(many)), { app: { name: 'b\n\u202e' } })
  assert.match(failure?.message ?? '', / and 4 more$/)
  assert.doesNotMatch(failure?.message ?? '', /\p{C}/u)
})
