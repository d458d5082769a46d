// What a reader of the page is told, and what the page promises a browser.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { formatHtml } from '../../../../cmp/preview/formats/html.ts'
import type { Preview } from '../../../../render/preview/model.ts'
import {
  originOf,
  pagePreview,
  pageWithoutBase,
  secretOf,
  sizedPreview,
  workloadOf,
} from '../../../support/page-preview.ts'

const compared = formatHtml(pagePreview())
const bare = formatHtml(pageWithoutBase())

/** The text that is seen, blanks collapsed. */
function textOf(page: string): string {
  const body = page.slice(page.indexOf('<body>'))
  const text = body
    .replace(/<wbr>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
  return text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&#39;/g, "'")
    .replace(/ ([:,])/g, '$1')
}

describe('what is told', () => {
  const told: readonly (readonly [string, string, string])[] = [
    [
      'what is compared',
      compared,
      'deploy/overlays/production compared with the revision origin/main (3f2a1c9e0d4b)',
    ],
    ['counts of Secrets', compared, 'Secrets + 1 added ~ 1 changed − 1 removed ? 1 unknown'],
    ['counts of keys', compared, 'Keys + 2 added ~ 1 changed → 1 renamed − 2 removed ? 1 unknown'],
    [
      'counts of workloads',
      compared,
      '↻ 1 rolls ↻ 1 rolls once deleted ? 1 may roll ! 1 misses a change',
    ],
    ['notes', compared, 'The live cluster was not asked.'],
    ['where a Secret is from', compared, 'PhaseSecret payments/database at deploy/database.yaml:1'],
    ['what is asked of Phase', compared, 'Asks Phase for app Shop, environment Production, path /'],
    ['what was asked before', compared, 'which asked for app Shop, environment Production, path /'],
    ['a changed key', compared, 'DATABASE_PASSWORD ~ changed 0c1d2e3f4a5b 9f8e7d6c5b4a'],
    ['an added key', compared, 'DATABASE_URL + added – 9f8e7d6c5b4a'],
    ['a removed key', compared, 'LEGACY_URL − removed 0c1d2e3f4a5b –'],
    ['a renamed key', compared, 'POOL was POOL_SIZE → renamed 9f8e7d6c5b4a 9f8e7d6c5b4a'],
    ['a key of which one side is unknown', compared, 'TLS_KEY ? unknown unknown TLS_KEY of Shop'],
    ['a Secret that may hold more', compared, 'Phase was not asked, and may hold more keys'],
    ['unchanged Secrets', compared, '2 Secrets unchanged payments/cache payments/registry'],
    [
      'what rolls and why',
      compared,
      'Deployment payments/web ↻ are replaced DATABASE_PASSWORD of database changes /spec/template/spec/containers/0/image changes',
    ],
    ['what waits for somebody', compared, 'are replaced once somebody deletes them'],
    [
      'what pods do not see',
      compared,
      'Deployment payments/report ! stay: nothing replaces them Running pods do not see: DATABASE_PASSWORD of database changes What helps: restart it, or annotate it with secrets.phase.dev/redeploy',
    ],
    ['how many stay', compared, 'The pods of 2 other workloads stay as they are.'],
    [
      'an object nobody saw',
      compared,
      'ConfigMap payments/settings ? unknown deploy/config.yaml:1 One of the two states could not be seen.',
    ],
    [
      'a diff',
      compared,
      '@@ -4,3 +4,4 @@ labels: - tier: web + tier: front + team: shop name: web',
    ],
    ['what the run cost', compared, '4 requests to Phase, 31 secrets opened, 412 ms'],
    [
      'the graph as a table',
      compared,
      'Secret payments/payments, added PhaseSecret payments/payments, added (connection: added) Deployment payments/web, rolls (connection: added)',
    ],
    ['without a base', bare, 'without a base to compare it with'],
    ['words for values', bare, 'API_KEY API_KEY from Shop / Production, path /'],
    ['why there are words', bare, 'No value was read. The words stand for'],
    [
      'what a workload reads',
      bare,
      'Deployment payments/web cache: REDIS_URL database: all keys payments: all keys yes',
    ],
    ['what is emitted', bare, 'Made from a PhaseSecret: 4 objects'],
    ['what is stamped', bare, 'Given a checksum: 1 object Deployment payments/web'],
    ['the stream', bare, 'kind: Secret data: API_KEY: <API_KEY from Shop>'],
  ]
  for (const [what, page, words] of told) {
    test(what, () => assert.ok(textOf(page).includes(words), `${words}\n${textOf(page)}`))
  }

  test('of many reasons the first, and how many there are', () => {
    const uses = [{ secret: 'a', keys: 'all' as const }]
    const because = Array.from({ length: 20 }, (_, index) => ({
      secret: 'a',
      key: `K${index}`,
      change: 'changed' as const,
    }))
    const open = { secret: 'a', key: '*', change: 'unknown' } as const
    const rolls = 'yes'
    const objects = [
      workloadOf('w', 'same', { uses, rolls, because }),
      workloadOf('v', 'same', { uses, rolls, because: [open] }),
    ]
    const text = textOf(formatHtml({ ...pagePreview(), objects }))
    assert.ok(text.includes('K7 of a changes and 12 more'), text)
    assert.ok(text.includes('keys of a that are not known may change'), text)
  })

  test('nothing of a preview without objects', () => {
    const empty: Preview = { ...pagePreview(), objects: [], notes: [], measurements: undefined }
    assert.match(
      textOf(formatHtml(empty)),
      /Secrets none changes Keys none changes Workloads none rolls/,
    )
    const nothing = formatHtml({ ...empty, base: undefined })
    assert.match(textOf(nothing), /Nothing comes out\./)
  })
})

describe('what a browser is promised', () => {
  for (const [what, page] of Object.entries({ compared, bare })) {
    test(`${what}: the policy allows this style sheet and nothing else`, () => {
      const style = page.match(/<style>([^<]*)<\/style>/)?.[1] ?? ''
      const digest = createHash('sha256').update(style).digest('base64')
      const policy = page.match(/Content-Security-Policy" content="([^"]*)"/)?.[1]
      assert.equal(
        policy?.replaceAll('&#39;', "'"),
        `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`,
      )
    })

    test(`${what}: nothing is loaded and nothing runs`, () => {
      assert.doesNotMatch(page, /<(script|img|link|iframe|object|embed|base|form|image|use)\b/)
      assert.doesNotMatch(page, /<[^>]*\s(on\w+|style|src|srcset|action|xlink:href)=/)
      assert.doesNotMatch(page, /url\(|@import|https?:/)
      for (const [, target] of page.matchAll(/\shref="([^"]*)"/g)) assert.match(target ?? '', /^#/)
    })

    test(`${what}: ids are unique, and every link and label finds one`, () => {
      const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
      assert.deepEqual(
        ids.filter((id, index) => ids.indexOf(id) !== index),
        [],
      )
      const used = [...page.matchAll(/\s(?:href="#|aria-labelledby=")([^"]*)"/g)]
      for (const id of used.flatMap(([, list = '']) => list.split(' ')))
        assert.ok(ids.includes(id), id)
    })

    test(`${what}: headings go down one at a time`, () => {
      const levels = [...page.matchAll(/<h(\d)/g)].map(([, level]) => Number(level))
      assert.equal(levels[0], 1)
      for (const [index, level] of levels.slice(1).entries()) {
        assert.ok(level > 1 && level <= (levels[index] ?? 0) + 1, levels.join())
      }
    })
  }
})

describe('size', () => {
  const bytes = (preview: Preview) => Buffer.byteLength(formatHtml(preview))

  test('what does not change costs next to nothing', () => {
    const few = sizedPreview(50, 50)
    const rest = sizedPreview(1700, 2000).objects.map((object) => ({
      ...object,
      namespace: 'rest',
    }))
    const quiet = rest.map(({ workload, ...object }) => ({
      ...object,
      change: 'same' as const,
      diff: undefined,
      ...(workload && { workload: { ...workload, rolls: 'no' as const, because: [] } }),
      ...(object.secret && { secret: { ...object.secret, keys: [] } }),
    }))
    const many = { ...few, objects: [...few.objects, ...quiet] }
    assert.ok(bytes(many) < bytes(few) + 10_000, `${bytes(few)} → ${bytes(many)}`)
  })

  test('all of what changes is told, drawn or not', () => {
    const preview = sizedPreview(300, 1)
    const text = textOf(formatHtml(preview))
    for (const { name } of preview.objects) assert.ok(text.includes(`payments/${name} `), name)
    const [drawn] = text.match(/Not drawn: .*? change/) ?? []
    assert.equal(
      drawn,
      'Not drawn: 110 PhaseSecrets, 220 Secrets, 520 workloads. 740 of them change',
    )
  })

  test('the same preview is the same page', () => {
    assert.equal(formatHtml(pagePreview()), compared)
  })

  test('a workload that changes without rolling is linked to its diff', () => {
    const keys = [{ key: 'A', change: 'same' as const }]
    const uses = [{ secret: 'database', keys: 'all' as const }]
    const objects = [
      secretOf('database', 'same', keys, originOf('database')),
      workloadOf('web', 'changed', { uses }),
    ]
    const page = formatHtml({ ...pagePreview(), objects })
    assert.match(page, /<a href="#o2"><title>Deployment payments\/web, changed/)
    assert.match(page, /<article id="o2"/)
  })
})
