// EN001: a file that no API server starts with.
import type { Found, Rule } from '../../check/model.ts'
import type { EncryptionFacts } from '../facts.ts'
import { configurationOf, IDENTITY, keyed, kms } from './example-parts.ts'
import { foundIn } from './file-found.ts'

export const invalidConfiguration: Rule<EncryptionFacts> = {
  id: 'EN001',
  name: 'encryption-config-invalid',
  chapter: 'encryption',
  severity: 'high',
  summary: 'an API server refuses this EncryptionConfiguration and does not start with it',
  why: 'The file is no object of the cluster: nothing looks at it before the API server does, and then it is too late. With automatic reload a bad file is kept out without a word to anybody who does not read the log. From Kubernetes 1.34, some of these mistakes print keys into that log.',
  fix: 'Mend what the finding names. Names are case-sensitive, unknown fields (`metadata` too) are refused, a provider without settings is written `identity: {}`, keys are standard base64.',
  fixable: 'no',
  example: {
    bad: configurationOf(keyed('secretBox', 'key-a'), IDENTITY),
    good: configurationOf(kms('vault'), IDENTITY),
  },
  *find({ files }): Iterable<Found> {
    for (const file of files) {
      for (const { at, message, hint, isMasked } of file.refusals) {
        if (isMasked !== true) yield foundIn(file, at, message, { hint })
      }
      for (const key of file.read?.placeholders ?? []) {
        yield foundIn(file, key.at, 'a placeholder stands where a key will be', {
          severity: 'info',
          hint: 'nothing can be said of the key before it is there',
        })
      }
    }
  },
}
