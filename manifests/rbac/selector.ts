// A LabelSelector of an aggregationRule in (the map, not the string form), a predicate over labels out,
// or why the API server refuses it: k8s.io/apimachinery pkg/apis/meta/v1/validation.
import { labelKeyFault, labelValueFault } from '../names.ts'
import { isPlainMap } from '../plain-value.ts'
import type { RoleSelector } from './model.ts'
import type { Spend } from './shape.ts'
import { mapIn, RefusedError, stringIn, stringsIn, textsIn } from './shape.ts'

type Requirement = readonly [key: string, holds: (value: string | undefined) => boolean]

/** Reads one selector; `null` and `{}` select every role. @throws RefusedError */
export function readSelector(value: unknown, where: string, spend: Spend): RoleSelector {
  const map = mapIn(value, where)
  const requirements = [
    ...equalities(map.matchLabels, `${where}.matchLabels`),
    ...expressions(map.matchExpressions, `${where}.matchExpressions`, spend),
  ]
  return {
    size: requirements.length + 1,
    matches: (labels) =>
      requirements.every(([key, holds]) =>
        holds(Object.hasOwn(labels, key) ? labels[key] : undefined),
      ),
  }
}

function equalities(value: unknown, where: string): Requirement[] {
  return Object.entries(stringsIn(value, where)).map(([key, wanted]) => {
    requireKey(key, where)
    requireValues([wanted], where)
    return [key, (found) => found === wanted]
  })
}

function expressions(value: unknown, where: string, spend: Spend): Requirement[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new RefusedError(`${where} is not a list`)
  return value.map((item: unknown, index) => expression(item, `${where}[${index}]`, spend))
}

function expression(item: unknown, where: string, spend: Spend): Requirement {
  const map = isPlainMap(item) ? item : mapIn(item, where)
  const key = stringIn(map.key, `${where}.key`)
  const values = textsIn(map.values, `${where}.values`)
  spend(1 + values.length)
  const operator = stringIn(map.operator, `${where}.operator`)
  const holds = operationOf(operator, values, where)
  requireKey(key, where)
  requireValues(values, where)
  return [key, holds]
}

function operationOf(operator: string, values: readonly string[], where: string): Requirement[1] {
  const takesValues = operator === 'In' || operator === 'NotIn'
  if (!takesValues && operator !== 'Exists' && operator !== 'DoesNotExist') {
    throw new RefusedError(`${where}.operator is none of In, NotIn, Exists, DoesNotExist`)
  }
  if (takesValues !== values.length > 0) {
    throw new RefusedError(`${where}.values ${takesValues ? 'are missing' : 'are not allowed'}`)
  }
  const set = new Set(values)
  switch (operator) {
    case 'In':
      return (found) => found !== undefined && set.has(found)
    case 'NotIn':
      return (found) => found === undefined || !set.has(found)
    case 'Exists':
      return (found) => found !== undefined
    default:
      return (found) => found === undefined
  }
}

function requireKey(key: string, where: string): void {
  const fault = labelKeyFault(key)
  if (fault !== undefined) throw new RefusedError(`a label key in ${where} ${fault}`)
}

function requireValues(values: readonly string[], where: string): void {
  for (const value of values) {
    const fault = labelValueFault(value)
    if (fault !== undefined) throw new RefusedError(`a label value in ${where} ${fault}`)
  }
}
