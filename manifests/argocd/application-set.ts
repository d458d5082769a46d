// An ApplicationSet in, the Applications that Argo CD would make of it out, as if they were written in
// its file: each at the line of its element (argo-cd applicationset/controllers/template).
import { isMap } from 'yaml'
import type { ManifestObject, Outcome } from '../document.ts'
import type { PlainMap } from '../plain-value.ts'
import { isPlainMap, isZero, valueAt } from '../plain-value.ts'
import type { Problem } from '../problem.ts'
import type { Unfilled } from './filled.ts'
import type { Element } from './generators.ts'
import { EXPAND_HINT, Generators, placeOf } from './generators.ts'
import type { Budget } from './template.ts'
import { Filler, shownPath, TooLargeError } from './template.ts'

const TEMPLATE = ['spec', 'template'] as const
/** What of a template decides about manifests; a function in a label keeps nobody from a preview. */
const READ = ['project', 'source', 'sources', 'sourceHydrator', 'ignoreDifferences'] as const
/** Settings of Argo CD's own tools: only that they are there matters. */
const TOOLS = ['helm', 'kustomize', 'directory']

/**
 * Expands a set with list generators (and a matrix of two). An Application gets the namespace of the set.
 * Everything that only Argo CD could expand is an error at its line, with what to do instead.
 */
export function expandApplicationSet(
  object: ManifestObject,
  budget: Budget,
): Outcome<ManifestObject[]> {
  const problems: Problem[] = []
  const isGo = valueAt(object.value, 'spec', 'goTemplate') === true
  const template = valueAt(object.value, ...TEMPLATE)
  const node = object.node.getIn(TEMPLATE, true)
  if (!isPlainMap(template) || !isMap(node)) {
    return { problems: [problem(object, TEMPLATE, 'is not written out as a map')] }
  }
  if (valueAt(object.value, 'spec', 'templatePatch')) {
    problems.push(problem(object, ['spec', 'templatePatch'], 'is not applied here', EXPAND_HINT))
  }
  try {
    const filler = new Filler(isGo, budget)
    const elements = new Generators(object, filler, isGo, problems).elements()
    const picked = pick(template)
    const applications: ManifestObject[] = []
    for (const element of elements) {
      const faults: Unfilled[] = []
      const value = filler.fill(picked, element.parameters, faults)
      // Mostly the same for every element: the first tells enough.
      if (problems.length === 0) problems.push(...faults.map((fault) => faultOf(object, fault)))
      if (problems.length === 0) applications.push(applicationOf(object, element, value, node))
    }
    return problems.length > 0 ? { problems } : { value: applications }
  } catch (error) {
    if (!(error instanceof TooLargeError)) throw error
    const hint = 'preview a part of the set'
    return { problems: [problem(object, ['spec'], 'comes to more than can be read', hint)] }
  }
}

function applicationOf(
  object: ManifestObject,
  { at }: Element,
  value: unknown,
  node: ManifestObject['node'],
): ManifestObject {
  const { namespace } = object.object
  const name = valueAt(value, 'metadata', 'name')
  const { apiVersion, parsed, path } = object
  return {
    parsed,
    path: [...path, ...TEMPLATE],
    node,
    at,
    apiVersion,
    object: { kind: 'Application', namespace, name: typeof name === 'string' ? name : undefined },
    value: {
      metadata: { name, namespace },
      spec: valueAt(value, 'spec'),
    },
  }
}

/** The parts of a template that are read. */
function pick(template: PlainMap): unknown {
  const spec = valueAt(template, 'spec')
  const parts = isPlainMap(spec)
    ? READ.map((name) => [name, withoutTools(spec[name])] as const)
    : []
  return {
    metadata: { name: valueAt(template, 'metadata', 'name') },
    spec: isPlainMap(spec)
      ? {
          destination: { namespace: valueAt(spec, 'destination', 'namespace') },
          ...Object.fromEntries(parts),
        }
      : spec,
  }
}

/** A source, a list of them, or a hydrator's two. */
function withoutTools(value: unknown, isInner = false): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutTools(item))
  if (!isPlainMap(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      if (TOOLS.includes(name) && isPlainMap(item)) return [name, { isSet: !isZero(item) }]
      return [name, name === 'drySource' && !isInner ? withoutTools(item, true) : item]
    }),
  )
}

function faultOf(object: ManifestObject, { path, message, hint = EXPAND_HINT }: Unfilled): Problem {
  return problem(object, [...TEMPLATE, ...path], message, hint)
}

function problem(
  object: ManifestObject,
  path: readonly (string | number)[],
  message: string,
  hint?: string,
): Problem {
  const at = placeOf(object, path)
  const text = `${shownPath(path)} ${message}`
  return { severity: 'error', fault: 'input', at, object: object.object, message: text, hint }
}
