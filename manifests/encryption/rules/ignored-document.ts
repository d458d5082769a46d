// EN002: what an API server never looks at, and a name that only an old misprint made valid.
import type { Found, Rule } from '../../check/model.ts'
import type { EncryptionFacts, EncryptionFile } from '../facts.ts'
import { configurationOf, entriesOf, keyed } from './example-parts.ts'
import { foundIn } from './file-found.ts'

const ONE = 'put each EncryptionConfiguration into a file of its own'

export const ignoredDocument: Rule<EncryptionFacts> = {
  id: 'EN002',
  name: 'encryption-config-ignored-document',
  chapter: 'encryption',
  severity: 'high',
  summary: 'a file holds more than one document, and an API server reads only the first',
  why: 'Whatever follows the first `---` is ignored without a word, even if it is no YAML. Resources that are configured there are stored in the clear.',
  fix: 'Keep one document in the file, and put all entries into it.',
  fixable: 'no',
  example: {
    bad: `${configurationOf(keyed('secretbox', 'key-a'))}${entriesOf(['configmaps', keyed('secretbox', 'key-a')])}`,
    good: entriesOf(['secrets, configmaps', keyed('secretbox', 'key-a')]),
  },
  *find({ files }): Iterable<Found> {
    for (const file of files) yield* foundOf(file)
  },
}

function* foundOf(file: EncryptionFile): Iterable<Found> {
  const { beside, read } = file
  if (beside?.isBefore === true) {
    const message = 'is not the first document of its file, so an API server never reads it'
    yield foundIn(file, file.at, message, { hint: ONE })
  } else if (beside !== undefined || read?.ignoredAt !== undefined) {
    const at = beside?.at ?? read?.ignoredAt
    const message = 'the file goes on after its first document, and an API server ignores that'
    yield foundIn(file, at, message, { hint: ONE })
  }
  if (read?.isLegacy === true) {
    yield foundIn(file, file.at, 'is called v1 EncryptionConfig, an old misprint', {
      severity: 'low',
      hint: 'write apiVersion: apiserver.config.k8s.io/v1 and kind: EncryptionConfiguration',
    })
  }
}
