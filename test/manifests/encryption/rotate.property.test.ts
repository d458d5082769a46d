// Rotation as properties: whatever is done in whatever order, no object is ever written with a key that
// some API server cannot read, and nothing is lost but what is dropped.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Chance } from '../../../manifests/encryption/generate-key.ts'
import type { EncryptionConfiguration, ResourceEntry } from '../../../manifests/encryption/model.ts'
import { hashOf, printConfiguration } from '../../../manifests/encryption/print.ts'
import { readEncryptionConfiguration } from '../../../manifests/encryption/read.ts'
import type { RotateRequest } from '../../../manifests/encryption/rotate.ts'
import { rotate } from '../../../manifests/encryption/rotate.ts'
import { meansOf, nameOf } from '../../../manifests/encryption/rotate-means.ts'
import { transitionFaults } from '../../../manifests/encryption/transition.ts'
import { SecretValue } from '../../../manifests/secret-value.ts'

/** Another key each time, and another day. */
function counting(): Chance {
  let count = 0
  return {
    randomBytes: (size) => {
      count += 1
      return Buffer.alloc(size, count)
    },
    now: () => new Date(Date.UTC(2026, 0, 1 + count)),
  }
}

/** What an entry can read with; for keys also their bytes, which no step may change. */
function readable({ providers }: ResourceEntry): string[] {
  return meansOf({ resources: [], providers }).map((means) =>
    [means.provider.kind, nameOf(means), means.key?.secret.revealBytes().join()].join(' '),
  )
}

const kind = fc.constantFrom('secretbox' as const, 'aescbc' as const, 'aesgcm' as const)

const start: fc.Arbitrary<EncryptionConfiguration> = fc
  .array(fc.tuple(kind, fc.integer({ min: 0, max: 2 })), { minLength: 1, maxLength: 3 })
  .map((entries) => ({
    entries: entries.map(([kind, plain], index) => {
      const secret = SecretValue.ofBytes(Buffer.alloc(32, 200 + index))
      const keyed = { kind, keys: [{ name: `phase-2025010${index}-0000`, secret }] }
      const identity = { kind: 'identity' } as const
      const providers = plain === 0 ? [keyed] : plain === 1 ? [keyed, identity] : [identity, keyed]
      return { resources: [`kind${index}.example.com`], providers }
    }),
  }))

/** Any request, sensible or not. Names are chosen among those of the file when it is made. */
const request = fc.record({
  step: fc.constantFrom('add' as const, 'promote' as const, 'drop' as const),
  everyServerHasIt: fc.boolean(),
  provider: fc.option(fc.constantFrom('secretbox', 'aescbc', 'aesgcm', 'identity', 'kms'), {
    nil: undefined,
  }),
  resource: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined, freq: 3 }),
  name: fc.option(fc.nat(20), { nil: undefined }),
})
type Asked = typeof request extends fc.Arbitrary<infer T> ? T : never

function requestOf(asked: Asked, configuration: EncryptionConfiguration): RotateRequest {
  const { step, everyServerHasIt, resource } = asked
  const names = configuration.entries.flatMap((entry) => meansOf(entry).map(nameOf))
  const keyName =
    asked.name === undefined || step === 'add' ? undefined : names[asked.name % names.length]
  const kms = { apiVersion: 'v2', name: `p${asked.name ?? 0}`, endpoint: 'unix:///s' } as const
  const { provider } = asked
  const choice =
    provider === undefined
      ? undefined
      : provider === 'kms'
        ? ({ kind: 'kms', kms } as const)
        : provider === 'identity'
          ? ({ kind: 'identity' } as const)
          : ({ kind: provider as 'secretbox' } as const)
  return {
    step,
    everyServerHasIt,
    choice,
    kind: choice?.kind,
    keyName,
    resource: resource === undefined ? undefined : `kind${resource}.example.com`,
  }
}

function eachStep(
  check: (before: ResourceEntry, after: ResourceEntry, asked: RotateRequest) => void,
  end: (configuration: EncryptionConfiguration, taken: number) => void = () => {},
): void {
  let steps = 0
  fc.assert(
    fc.property(start, fc.array(request, { maxLength: 25 }), (first, asks) => {
      const chance = counting()
      let configuration = first
      let taken = 0
      for (const asked of asks) {
        const wanted = requestOf(asked, configuration)
        const result = rotate(configuration, wanted, chance)
        if ('problems' in result) {
          assert.ok(result.problems.length > 0)
          continue
        }
        taken += 1
        for (const [index, before] of configuration.entries.entries()) {
          const after: ResourceEntry | undefined = result.value.configuration.entries[index]
          assert.ok(after !== undefined)
          assert.deepEqual(after.resources, before.resources)
          check(before, after, wanted)
        }
        configuration = result.value.configuration
      }
      steps += taken
      end(configuration, taken)
    }),
    { numRuns: 400 },
  )
  assert.ok(steps > 400, `only ${steps} steps were legal`)
}

test('an API server of the step before reads what one of the step after writes, and the other way round', () => {
  eachStep((before, after) => {
    const [old = '', next = ''] = [readable(before)[0], readable(after)[0]]
    assert.ok(readable(before).includes(next), `${next} is not read yet`)
    assert.ok(readable(after).includes(old), `${old} is no longer read`)
  })
})

test('only drop loses a key, and only one, and never the one that writes', () => {
  eachStep((before, after, { step }) => {
    const lost = readable(before).filter((means) => !readable(after).includes(means))
    const won = readable(after).filter((means) => !readable(before).includes(means))
    assert.ok(lost.length <= (step === 'drop' ? 1 : 0), `${step} lost ${lost}`)
    assert.ok(won.length <= (step === 'add' ? 1 : 0), `${step} won ${won}`)
    assert.ok(!lost.includes(readable(before)[0] ?? ''))
  })
})

test('add and drop change nothing of what writes, promote always does', () => {
  const changes = { add: 0, promote: 0, drop: 0 }
  eachStep((before, after, { step }) => {
    const isSame = readable(before)[0] === readable(after)[0]
    if (step !== 'promote') assert.ok(isSame, step)
    if (readable(before).join() !== readable(after).join()) changes[step] += 1
  })
  for (const [step, count] of Object.entries(changes)) assert.ok(count > 0, `never a ${step}`)
})

test('unless every server has it nothing is promoted', () => {
  eachStep((_, __, { step, everyServerHasIt }) => {
    assert.ok(step !== 'promote' || everyServerHasIt)
  })
})

test('unasked, plain text begins nowhere to be written', () => {
  eachStep((before, after, { kind }) => {
    const writes = (entry: ResourceEntry) => entry.providers[0]?.kind === 'identity'
    assert.ok(!writes(after) || writes(before) || kind === 'identity')
  })
})

test('every file on the way is one that the API server takes, and reads back as the same', () => {
  eachStep(
    () => {},
    (configuration) => {
      const file = printConfiguration(configuration)
      const read = readEncryptionConfiguration({ path: 'enc.yaml', bytes: file.revealBytes() })
      assert.ok('value' in read, JSON.stringify(read))
      assert.equal(hashOf(printConfiguration(read.value)), hashOf(file))
    },
  )
})

test('every step is one that check takes for legal', () => {
  eachStep((before, after) => {
    assert.deepEqual(transitionFaults({ entries: [before] }, { entries: [after] }), [])
  })
})

test('an interrupted rotation of a store: what any server wrote is readable at every moment', () => {
  // The store holds what was written since the last rewrite; a rewrite is done by the newest file.
  fc.assert(
    fc.property(start, fc.array(fc.boolean(), { maxLength: 12 }), (first, rewrites) => {
      const chance = counting()
      let configuration: EncryptionConfiguration = { entries: first.entries.slice(0, 1) }
      const entry = (): ResourceEntry =>
        configuration.entries[0] ?? { resources: [], providers: [] }
      let store = new Set([readable(entry())[0]])
      const take = (request: Pick<RotateRequest, 'step' | 'kind' | 'choice'>): void => {
        const next = rotate(configuration, { ...request, everyServerHasIt: true }, chance)
        assert.ok('value' in next, JSON.stringify(next))
        const before = readable(entry())
        configuration = next.value.configuration
        // During the roll-out servers of both files run, and write.
        store.add(before[0]).add(readable(entry())[0])
        for (const written of store) {
          assert.ok(readable(entry()).includes(written ?? ''), `${written} cannot be read`)
          if (request.step !== 'drop') assert.ok(before.includes(written ?? ''))
        }
      }
      const isPlain = entry().providers[0]?.kind === 'identity'
      if (isPlain) take({ step: 'promote' })
      if (isPlain) store = new Set([readable(entry())[0]])
      if (entry().providers.some(({ kind }) => kind === 'identity')) {
        take({ step: 'drop', kind: 'identity' })
      }
      for (const isInterrupted of rewrites) {
        take({ step: 'add' })
        if (isInterrupted) continue
        const name = readable(entry()).at(-1)
        if (entry().providers.flatMap((p) => ('keys' in p ? p.keys : [])).length > 2) {
          // Several are waiting: which one has to be said.
          const vague = rotate(configuration, { step: 'promote', everyServerHasIt: true }, chance)
          assert.ok('problems' in vague, `which one? ${name}`)
          return
        }
        take({ step: 'promote' })
        store = new Set([readable(entry())[0]])
        take({ step: 'drop' })
      }
    }),
  )
})
