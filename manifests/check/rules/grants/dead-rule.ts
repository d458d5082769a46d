// RB007: a rule has a word that no request ever has, so it gives nothing.

import { pointerOf } from '../../../fix/pointer.ts'
import { quotedName } from '../../../names.ts'
import type { Rule as RoleRule } from '../../../rbac/model.ts'
import { findResource } from '../../../rbac/resources.ts'
import type { Facts } from '../../facts.ts'
import type { Found, PatchOperation, Rule } from '../../model.ts'
import { objectName } from '../../words.ts'
import { READER_BINDING, readerRole } from '../example-parts.ts'

export const deadRule: Rule<Facts> = {
  id: 'RB007',
  name: 'dead-rule',
  chapter: 'grants',
  severity: 'medium',
  summary: 'a rule has a word that no request ever has',
  why: 'Rules are compared literally: case counts, there are no patterns but `*` alone, the core group is the empty text, resources are in the plural. A word that fits nothing gives nothing, and somebody believes that it does; or it is taken for a limit, such as `resourceNames: ["*"]`.',
  fix: 'Write what the API server compares with. That grants what was not granted before, so nobody does it for you.',
  fixable: 'suggestion',
  example: {
    bad: `${readerRole('{apiGroups: [core], resources: [secret], resourceNames: [a], verbs: [Get]}')}${READER_BINDING}`,
    good: `${readerRole("{apiGroups: [''], resources: [secrets], resourceNames: [a], verbs: [get]}")}${READER_BINDING}`,
  },
  *find(facts): Iterable<Found> {
    for (const role of facts.rbac.roles) {
      const object = facts.originOf(role)
      for (const rule of role.rules) {
        for (const { field, index, word, why, instead } of deadWords(rule)) {
          const operations: PatchOperation[] = [
            {
              op: 'replace',
              path: pointerOf(['rules', rule.index, field, index]),
              value: instead ?? '',
            },
          ]
          const title = `write ${quotedName(instead ?? '')} in place of ${quotedName(word)}`
          yield {
            at: rule.at ?? role.at,
            object: objectName(role),
            message: `${field} has ${quotedName(word)}, ${why}`,
            hint: instead === undefined ? 'remove it' : title,
            fix:
              object === undefined || instead === undefined
                ? undefined
                : { title, object, operations, isSafe: false },
          }
        }
      }
    }
  },
}

type Field = 'verbs' | 'apiGroups' | 'resources' | 'resourceNames'

interface Dead {
  readonly field: Field
  readonly index: number
  readonly word: string
  readonly why: string
  readonly instead?: string | undefined
}

type Verdict = Pick<Dead, 'why' | 'instead'> | undefined

const JUDGES: Readonly<Record<Field, (word: string, rule: RoleRule) => Verdict>> = {
  apiGroups: judgeGroup,
  resources: judgeResource,
  verbs: (verb) =>
    /[A-Z]/.test(verb)
      ? { why: 'but verbs are lower case', instead: verb.toLowerCase() }
      : undefined,
  resourceNames: (name) =>
    name === '*' ? { why: 'which is a name here and not a pattern' } : undefined,
}

function deadWords(rule: RoleRule): Dead[] {
  return (Object.keys(JUDGES) as Field[]).flatMap((field) =>
    rule[field].flatMap((word, index) => {
      const verdict = JUDGES[field](word, rule)
      return verdict === undefined ? [] : [{ field, index, word, ...verdict }]
    }),
  )
}

function judgeGroup(group: string): Verdict {
  if (group === 'core' || group === 'v1') {
    return { why: 'but the core group is the empty text', instead: '' }
  }
  if (!group.includes('/')) return undefined
  return { why: 'but a group has no version', instead: group.slice(0, group.indexOf('/')) }
}

function judgeResource(written: string, { apiGroups }: RoleRule): Verdict {
  if (written === '*' || written.startsWith('*/')) return undefined
  if (written.endsWith('/*')) {
    return { why: 'which fits no subresource: only */NAME is a pattern' }
  }
  const [resource = '', ...rest] = written.split('/')
  const groups = apiGroups.includes('*') ? [undefined] : apiGroups.map(groupMeant)
  const rows = groups.flatMap((group) => findResource(resource, group) ?? [])
  if (rows.some(({ name }) => name === resource)) return undefined
  const [row] = rows
  const isCapital = /[A-Z]/.test(resource)
  if (row === undefined) {
    return isCapital ? { why: 'but resources are lower case and in the plural' } : undefined
  }
  const instead = [row.name, ...rest].join('/')
  return { why: 'but rules name resources in the plural and lower case', instead }
}

function groupMeant(group: string): string {
  return group === 'core' || group === 'v1' ? '' : (group.split('/')[0] ?? '')
}
