// What is generated, looked at by the rules of `check`: they find what the user asked for and was told of
// (plain text, aescbc, an old plugin), and nothing else.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ManifestObject } from '../manifests/document.ts'
import { ENCRYPTION_RULES } from '../manifests/encryption/catalogue.ts'
import { encryptionFactsOf } from '../manifests/encryption/find-configurations.ts'
import { objectsOf } from '../manifests/objects.ts'
import { parse } from '../manifests/parse.ts'
import { readDocuments } from '../manifests/stream.ts'

const ROOT = 'fixtures/encryption/generate'

/** The key is in a file that goes to no repository: EN013 is about others. */
const NOT_ABOUT_FILES = 'EN013'
/** Plain text can be read, until the migration is over. */
const FALLBACK = 'EN004'

/** What is found beside the fallback. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  aescbc: ['EN004', 'EN007'],
  aesgcm: ['EN008'],
  identity: ['EN003'],
  'reads-only': ['EN003'],
  'kms-v1': ['EN004', 'EN009'],
}

/** Targets that make the file of their own, so that none is to be found. */
const WITHOUT_FILE =
  /^(as-phase-secret|target-(k3s|rke2|openshift|kubespray|eks|gke|aks|talos-1\.13|cluster-api-v1beta2))/

for (const name of readdirSync(ROOT)) {
  const folder = join(ROOT, name)
  if (JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')).exitCode !== undefined) continue
  test(`check finds nothing unexpected: ${name}`, () => {
    const files = ['out.yaml', 'beside.yaml', 'stdout.txt']
      .map((file) => join(folder, file))
      .filter((path) => existsSync(path))
    const isYaml = (text: string) => /^\w+:/m.test(text)
    const inputs = files
      .map((path) => ({ path, bytes: readFileSync(path) }))
      .filter(({ bytes }) => isYaml(bytes.toString()))
    const { documents } = readDocuments(inputs)
    const objects = documents.flatMap((document): ManifestObject[] => {
      const parsed = parse(document)
      return 'value' in parsed ? objectsOf(parsed.value).objects : []
    })
    const facts = encryptionFactsOf(documents, objects, 36)
    const found = ENCRYPTION_RULES.flatMap((rule) =>
      [...rule.find(facts)].map(({ message }) => ({ id: rule.id, message })),
    ).filter(({ id }) => id !== NOT_ABOUT_FILES)
    const expected = EXPECTED[name] ?? (WITHOUT_FILE.test(name) ? [] : [FALLBACK])
    const ids = [...new Set(found.map(({ id }) => id))].toSorted()
    assert.deepEqual(ids, expected, JSON.stringify(found, undefined, 1))
    assert.equal(facts.files.length > 0, !WITHOUT_FILE.test(name))
  })
}
