// A kustomization and an Application's parameters in, the kustomization with them in it out: what Argo
// CD does with `kustomize edit` in its own checkout, but on a text, because ours may be somebody's work.
import type { Document as YamlDocument } from 'yaml'
import { isMap, isSeq, Pair, parseDocument, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import type { Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import { wholeFile } from '../../manifests/problem.ts'
import type { Parameters } from './parameters.ts'

/** In the place of a part of an image: the part that the kustomization has. */
const KEEP = '*'

interface Image {
  readonly name: string
  readonly newName?: string | undefined
  readonly newTag?: string | undefined
  readonly digest?: string | undefined
}

/** Whether there is anything to edit. */
export function changesKustomization(parameters: Parameters): boolean {
  return (
    (['namePrefix', 'nameSuffix', 'namespace'] as const).some((name) => parameters.text(name)) ||
    (['images', 'components'] as const).some((name) => parameters.list(name).length > 0) ||
    (['replicas', 'commonLabels', 'commonAnnotations'] as const).some((name) => {
      return parameters.map(name).size > 0
    })
  )
}

/** @param file the kustomization's name in messages. */
export function editKustomization(
  text: string,
  parameters: Parameters,
  file: string,
): Outcome<string> {
  // Every scalar is a text and stays as it is written: nothing is read as a number or a date.
  const yaml: YamlDocument = parseDocument(text, { schema: 'failsafe', logLevel: 'silent' })
  yaml.contents ??= new YAMLMap()
  if (yaml.errors.length > 0 || !isMap(yaml.contents)) {
    return { problems: [bad('is no valid YAML map', 'mend the kustomization', file)] }
  }
  const images = parameters.list('images').map((text) => ({ text, image: readImage(text) }))
  const problems = [
    ...images.filter(({ image }) => image === undefined).map(({ text }) => badImage(text)),
    ...[...parameters.map('replicas')].filter(isNoCount).map(badCount),
  ]
  if (problems.length > 0) return { problems }
  for (const name of ['namePrefix', 'nameSuffix', 'namespace'] as const) {
    const value = parameters.text(name)
    if (value !== undefined) yaml.set(name, quoted(value))
  }
  for (const { image } of images) if (image !== undefined) setImage(yaml, image)
  for (const [name, count] of parameters.map('replicas')) {
    put(yaml, 'replicas', { name: quoted(name), count: plain(count) })
  }
  for (const name of ['commonLabels', 'commonAnnotations'] as const) {
    const map = childOf(yaml, name, isMap, () => new YAMLMap())
    for (const [key, value] of parameters.map(name)) {
      map.delete(key)
      map.add(new Pair(quoted(key), quoted(value)))
    }
    if (map.items.length === 0) yaml.delete(name)
  }
  for (const component of parameters.list('components')) {
    childOf(yaml, 'components', isSeq, () => new YAMLSeq()).items.push(quoted(component))
  }
  return { value: yaml.toString({ lineWidth: 0 }) }
}

/** `[name=]image[:tag][@digest]`, as `kustomize edit set image` reads it; at least one part is new. */
function readImage(text: string): Image | undefined {
  const [, name, rest = ''] = /^(?:([^=]*)=)?(.*)$/s.exec(text) ?? []
  const [, image = '', newTag, digest] =
    /^((?:[^@]*\/)?[^@:]*)(?::([^@]*))?(?:@(.+))?$/s.exec(rest) ?? []
  if (image === '' || name === '' || /\s/.test(text)) return undefined
  if (name !== undefined) return { name, newName: image, newTag, digest }
  return newTag === undefined && digest === undefined ? undefined : { name: image, newTag, digest }
}

/** An entry of the same name goes; `*` keeps a part of it. */
function setImage(yaml: YamlDocument, image: Image): void {
  const before = find(yaml, 'images', image.name)
  const part = (name: 'newName' | 'newTag' | 'digest') => {
    const value = image[name] === KEEP ? textIn(before, name) : image[name]
    return value === undefined || value === '' ? {} : { [name]: quoted(value) }
  }
  const parts = { ...part('newName'), ...part('newTag'), ...part('digest') }
  put(yaml, 'images', { name: quoted(image.name), ...parts })
}

interface Entry {
  readonly name: Scalar
  readonly [part: string]: Scalar
}

/** Puts an entry into a list of named entries, in the place of one of its name or at the end. */
function put(yaml: YamlDocument, list: string, entry: Entry): void {
  const items = childOf(yaml, list, isSeq, () => new YAMLSeq()).items
  const before = items.findIndex((item) => isMap(item) && textIn(item, 'name') === entry.name.value)
  const node = yaml.createNode(entry)
  if (before === -1) items.push(node)
  else items[before] = node
}

function find(yaml: YamlDocument, list: string, name: string): YAMLMap | undefined {
  const items = childOf(yaml, list, isSeq, () => new YAMLSeq()).items
  return items.filter((item) => isMap(item)).find((item) => textIn(item, 'name') === name)
}

function textIn(map: YAMLMap | undefined, name: string): string | undefined {
  const value = map?.get(name)
  return typeof value === 'string' ? value : undefined
}

/** A field's collection, made where it is absent, empty or something else. */
function childOf<T extends YAMLMap | YAMLSeq>(
  yaml: YamlDocument,
  name: string,
  is: (node: unknown) => node is T,
  make: () => T,
): T {
  const there = yaml.get(name, true)
  if (is(there)) return there
  const made = make()
  yaml.set(name, made)
  return made
}

function quoted(text: string): Scalar {
  const scalar = new Scalar(text)
  scalar.type = Scalar.QUOTE_DOUBLE
  return scalar
}

function plain(text: string): Scalar {
  return new Scalar(text)
}

function isNoCount([, count]: [string, string]): boolean {
  return !/^\d{1,9}$/.test(count)
}

function badCount([name]: [string, string]): Problem {
  const message = `parameter replicas: the count of ${JSON.stringify(name)} is no number`
  return bad(message, 'write digits, as a string: "3"')
}

function badImage(text: string): Problem {
  const hint = 'such as nginx:1.29, web=registry.example/web:1.2 or app@sha256:…'
  return bad(`parameter images: ${JSON.stringify(text)} overrides nothing`, hint)
}

function bad(message: string, hint: string, file?: string): Problem {
  const at = file === undefined ? undefined : wholeFile(file)
  return { severity: 'error', fault: 'input', at, message, hint }
}
