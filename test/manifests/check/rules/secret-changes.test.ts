// SS006 and SS007: what cannot be changed in a Secret, and types that mean nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factsOf, found } from '../../../support/check.ts'
import { fixedText } from '../../../support/fixed.ts'
import { managed, saidOf, stream } from '../../../support/sample-workloads.ts'

type Case = readonly [what: string, base: string | undefined, text: string, said: readonly string[]]

const secret = (fields: string, metadata = '') =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: keyspace${metadata}}\n${fields}\n`
const phase = (type: string, metadata = '', target = '') =>
  `apiVersion: secrets.phase.dev/v1alpha1\nkind: PhaseSecret\nmetadata: {name: ps, namespace: keyspace${metadata}}\nspec:\n  phaseApp: a\n  managedSecretReferences:\n    - secretName: db\n      secretType: ${type}\n${target}`
const sealed = (template: string) =>
  `apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: db, namespace: keyspace}\nspec:\n  template: {${template}}\n`
const OPTIONS = 'annotations: {argocd.argoproj.io/sync-options: "Force=true, Replace=true"}'
const TLS = 'kubernetes.io/tls'
const changed = (from: string, to: string) =>
  `changes the type of Secret keyspace/db from ${from} to ${to}, which the API server refuses`
const LOOSE = 'Secret keyspace/db is immutable in the base: it can never be made changeable'
const VALUES = 'changes values of Secret keyspace/db, which is immutable in the base'
const unknown = (type: string) => `type ${type} of Secret keyspace/db means nothing to Kubernetes`

const SS006: readonly Case[] = [
  [
    'the type of a Secret',
    secret(''),
    secret(`type: ${TLS}`),
    [`high 4 Secret/db: ${changed('Opaque', TLS)}`],
  ],
  [
    'to the type that an absent one is',
    secret(`type: ${TLS}`),
    secret(''),
    [`high 1 Secret/db: ${changed(TLS, 'Opaque')}`],
  ],
  [
    'the type of a PhaseSecret',
    phase('Opaque'),
    phase(TLS),
    [`high 8 PhaseSecret/ps: ${changed('Opaque', TLS)}`],
  ],
  [
    'from a Secret to a PhaseSecret',
    secret(''),
    phase(TLS),
    [`high 8 PhaseSecret/ps: ${changed('Opaque', TLS)}`],
  ],
  [
    'the type of a SealedSecret',
    sealed(''),
    sealed(`type: ${TLS}`),
    [`high 5 SealedSecret/db: ${changed('Opaque', TLS)}`],
  ],
  [
    'an immutable Secret made changeable',
    secret('immutable: true'),
    secret('immutable: false'),
    [`high 4 Secret/db: ${LOOSE}`],
  ],
  [
    'an immutable Secret given to Phase',
    secret('immutable: true'),
    phase('Opaque'),
    [`high 7 PhaseSecret/ps: ${LOOSE}`],
  ],
  [
    'a value of an immutable Secret',
    secret('immutable: true\ndata: {A: YQ==}'),
    secret('immutable: true\ndata: {A: Yg==}'),
    [`high 4 Secret/db: ${VALUES}`],
  ],
  [
    'one more value',
    secret('immutable: true'),
    secret('immutable: true\ndata: {A: ""}'),
    [`high 4 Secret/db: ${VALUES}`],
  ],
  [
    'a type that is none',
    undefined,
    phase('kubernetes.io/dockercfgjson'),
    [`medium 8 PhaseSecret/ps: ${unknown('kubernetes.io/dockercfgjson')}`],
  ],
  ['capitals', undefined, secret('type: opaque'), [`medium 4 Secret/db: ${unknown('opaque')}`]],
  [
    'a type of theirs that they do not have',
    undefined,
    secret('type: kubernetes.io/database'),
    [`medium 4 Secret/db: ${unknown('kubernetes.io/database')}`],
  ],
  ['nothing changes', secret(`type: ${TLS}`), secret(`type: ${TLS}`), []],
  ['no type and Opaque are the same', secret(''), secret('type: Opaque'), []],
  ['from a Secret to a PhaseSecret of the same type', secret(`type: ${TLS}`), phase(TLS), []],
  ['made immutable', secret('data: {A: YQ==}'), secret('immutable: true\ndata: {A: Yg==}'), []],
  ['a value of another Secret', secret('data: {A: YQ==}'), secret('data: {A: Yg==}'), []],
  [
    'the same value, written otherwise',
    secret('immutable: true\ndata: {A: YQ==}'),
    secret('immutable: true\nstringData: {A: a}'),
    [],
  ],
  ['another namespace', secret(''), secret(`type: ${TLS}`).replace('keyspace', 'other'), []],
  ['a new one', managed('other'), secret(`type: ${TLS}`), []],
  ['nothing to compare with', undefined, secret(`type: ${TLS}`), []],
  ['Argo CD replaces it', secret(''), secret(`type: ${TLS}`, `, ${OPTIONS}`), []],
  ['Argo CD replaces what Phase renders', phase('Opaque'), phase(TLS, `, ${OPTIONS}`), []],
  [
    'or so the template says',
    phase('Opaque'),
    phase(TLS, '', `      template: {metadata: {${OPTIONS}}}\n`),
    [],
  ],
  [
    'Replace alone is refused as well',
    secret(''),
    secret(`type: ${TLS}`, ', annotations: {argocd.argoproj.io/sync-options: Replace=true}'),
    [`high 4 Secret/db: ${changed('Opaque', TLS)}`],
  ],
  ['a type of another owner', undefined, secret('type: helm.sh/release.v1'), []],
  ['one that ends as a known one', undefined, secret('type: example.com/tls'), []],
  ['an unknown type that was there before', secret('type: opaque'), secret('type: opaque'), []],
]

for (const [what, base, text, said] of SS006) {
  test(`SS006: ${what}`, () => {
    assert.deepEqual(saidOf('SS006', text, base === undefined ? {} : { base }), said)
  })
}

const IMMUTABLE = 'is immutable, but Phase manages it: no new value will get into it'

const SS007: readonly Case[] = [
  [
    'Git has it too',
    undefined,
    stream(secret('immutable: true'), managed('db')),
    [`medium 4 Secret/db: ${IMMUTABLE}`],
  ],
  [
    'rendered and made immutable',
    undefined,
    secret('immutable: true', ', annotations: {secrets.phase.dev/environment-id: a}'),
    [`medium 4 Secret/db: ${IMMUTABLE}`],
  ],
  [
    'sealed',
    undefined,
    stream(sealed('immutable: true'), managed('db')),
    [`medium 5 SealedSecret/db: ${IMMUTABLE}`],
  ],
  ['changeable', undefined, stream(secret('immutable: false'), managed('db')), []],
  ['not managed', undefined, stream(secret('immutable: true'), managed('other')), []],
  [
    'of another namespace',
    undefined,
    stream(secret('immutable: true'), managed('db', 'other')),
    [],
  ],
]

for (const [what, , text, said] of SS007) {
  test(`SS007: ${what}`, () => {
    assert.deepEqual(saidOf('SS007', text), said)
  })
}

const types: readonly [string, string | undefined][] = [
  ['opaque', 'use type Opaque'],
  ['Kubernetes.io/TLS', 'use type kubernetes.io/tls'],
  ['kubernetes.io/dockerconfig-json', 'use type kubernetes.io/dockerconfigjson'],
  ['kubernets.io/tls', 'use type kubernetes.io/tls'],
  ['tls', 'use type kubernetes.io/tls'],
  ['kubernetes.io/database', undefined],
]

for (const [type, title] of types) {
  test(`SS006: ${type}: ${title ?? 'no fix'}`, () => {
    const facts = factsOf(phase(type))
    const [finding] = found('SS006', facts)
    assert.ok(finding)
    assert.equal(finding.fix?.title, title)
    if (finding.fix === undefined) return
    assert.deepEqual(found('SS006', factsOf(fixedText(facts, finding.fix))), [])
  })
}
