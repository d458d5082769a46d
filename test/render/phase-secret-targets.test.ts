// What a PhaseSecret may say of the Secrets it becomes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPhaseSecret } from '../../render/phase-secret.ts'
import { manifestObject } from '../support/manifest-object.ts'

const HEAD = `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata: {name: a, namespace: own}
spec:
  phaseApp: x
  managedSecretReferences:
`

/** `line:column: message | hint` of each error; the references begin in line 7. */
function errorsOf(references: string): string[] {
  const reading = readPhaseSecret(manifestObject(HEAD + references))
  if ('value' in reading) return []
  return reading.problems.map(({ at, message, hint }) =>
    [`${at?.line}:${at?.column}: ${message}`, hint]
      .filter(Boolean)
      .join(' | ')
      .replace('spec.managedSecretReferences', 'refs')
      .replace('template.metadata', 'meta'),
  )
}

const meta = (text: string) => `  - secretName: s\n    template:\n      metadata:\n${text}`
const long = 'a'.repeat(64)

const cases: Record<string, readonly [references: string, ...errors: readonly string[]]> = {
  'one name in two namespaces': ['  - secretName: s\n  - {secretName: s, secretNamespace: b}\n'],
  'one name twice, the namespace once implied': [
    '  - secretName: s\n  - secretName: s\n    secretNamespace: own\n',
    '8:5: refs[1].secretName names Secret own/s for the second time',
  ],
  'not a list': ['    secretName: s\n', '6:3: refs is a mapping, not a list'],
  'items that are no mappings': [
    '  - s\n  -\n',
    '7:5: refs[0] is a string, not a mapping',
    '8:4: refs[1] is null, not a mapping',
  ],
  'no name': [
    '  - secretType: Opaque\n  - secretName: ""\n  - secretName: null\n',
    '7:5: refs[0].secretName is missing',
    '8:5: refs[1].secretName is missing',
    '9:5: refs[2].secretName is missing',
  ],
  'a name of the wrong type is one problem': [
    '  - secretName: 5\n',
    '7:5: refs[0].secretName is a number, not a string | quote it',
  ],
  'names that the API server refuses': [
    '  - secretName: Foo_Bar\n    secretNamespace: a.b\n',
    '7:5: refs[0].secretName is not a name: only lower case letters, digits, "-" and ".", each part between letters or digits',
    '8:5: refs[0].secretNamespace is not a namespace: only lower case letters, digits and "-" between letters or digits',
  ],
  'an unknown field': [
    '  - secretName: s\n    secretNamespce: b\n',
    '8:5: unknown field refs[0].secretNamespce | did you mean secretNamespace?',
  ],
  'types: an empty one is none, any other is one': [
    '  - {secretName: s, secretType: ""}\n  - {secretName: t, secretType: helm.sh/release.v1}\n',
    '7:21: refs[0].secretType is empty | leave it out for Opaque',
  ],
  'the transformer that is gone': [
    '  - secretName: s\n    nameTransformer: dotnet-env\n',
    '8:5: refs[0].nameTransformer dotnet-env is gone: the operator has long ignored it | use upper_snake, which gives the same keys, or processors.<KEY>.asName',
  ],
  'a transformer that never was': [
    '  - secretName: s\n    nameTransformer: UPPER_SNAKE\n',
    '8:5: refs[0].nameTransformer is none of upper_snake, camel, upper-camel, lower-snake, tf-var, lower-kebab | did you mean upper_snake?',
  ],
  'a transformer that is no text is one problem': [
    '  - secretName: s\n    nameTransformer: 1\n',
    '8:5: refs[0].nameTransformer is a number, not a string | quote it',
  ],
  'processors out of shape': [
    '  - secretName: s\n    processors:\n      A: {asName: ""}\n      B: {type: base46}\n      C: {as: x}\n      D: x\n      E: {asName: ..x}\n      F:\n',
    '9:11: refs[0].processors.A.asName is no key of a Secret: it is empty',
    '10:11: refs[0].processors.B.type is none of plain, base64 | did you mean base64?',
    '11:11: unknown field refs[0].processors.C.as | known here: asName, nameTransformer, type',
    '12:7: refs[0].processors.D is a string, not a mapping',
    '13:11: refs[0].processors.E.asName is no key of a Secret: it may not be "." nor begin with ".."',
  ],
  'a template out of shape': [
    '  - secretName: s\n    template:\n      spec: {}\n      metadata: {name: x, labels: []}\n',
    '9:7: unknown field refs[0].template.spec | known here: metadata',
    '10:18: unknown field refs[0].meta.name | known here: labels, annotations',
    '10:27: refs[0].meta.labels is a list, not a mapping',
  ],
  'labels that the API server refuses': [
    meta(
      `        labels:\n          a/b/c: x\n          a: b c\n          b: ${long}\n          c: yes\n`,
    ),
    '14:11: refs[0].meta.labels.c is a boolean, not a string | quote it',
    '11:11: refs[0].meta.labels.a/b/c is no label: its key may hold only letters, digits, "-", "_" and ".", between letters or digits',
    '12:11: refs[0].meta.labels.a is no label: its value may hold only letters, digits, "-", "_" and ".", between letters or digits',
    '13:11: refs[0].meta.labels.b is no label: its value is longer than 63 characters',
  ],
  'annotations that the API server refuses': [
    meta('        annotations:\n          a b: x\n          ok: "any: text é"\n'),
    '11:11: refs[0].meta.annotations."a b" is no annotation: its key may hold only letters, digits, "-", "_" and ".", between letters or digits',
  ],
  'what belongs to Argo CD and to the render': [
    meta(
      '        labels: {secrets.phase.dev/a: b}\n        annotations:\n          argocd.argoproj.io/tracking-id: x\n          Secrets.Phase.dev/app-id: x\n          secrets.phase.dev/host: https://phase.example\n          secrets.phase.dev/referenced-environment-ids: x\n          secrets.phase.dev/polling-interval: "1"\n',
    ),
    '10:18: refs[0].meta.labels.secrets.phase.dev/a is refused: secrets.phase.dev is reserved for what the render writes | remove it',
    '12:11: refs[0].meta.annotations.argocd.argoproj.io/tracking-id is refused: by it Argo CD knows what belongs to which Application | remove it',
    '13:11: refs[0].meta.annotations.Secrets.Phase.dev/app-id is refused: secrets.phase.dev is reserved for what the render writes | remove it',
    ...['14:11: host', '15:11: referenced-environment-ids', '16:11: polling-interval'].map(
      (place) => {
        const [line, name] = place.split(': ')
        return `${line}: refs[0].meta.annotations.secrets.phase.dev/${name} is refused: secrets.phase.dev is reserved for what the render writes | remove it`
      },
    ),
  ],
  'nulls are absent': [
    '  - secretName: s\n    secretNamespace: null\n    processors:\n    template: {metadata: {labels: null}}\n',
  ],
}

for (const [name, [references, ...errors]] of Object.entries(cases)) {
  test(name, () => assert.deepEqual(errorsOf(references), errors))
}
