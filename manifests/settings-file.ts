// The bytes of a file of settings in, such as the platform's configuration: the one mapping that it
// holds out, ready for Fields, or why it is none.
import { isMap } from 'yaml'
import type { ManifestObject, Outcome } from './document.ts'
import { plainValue } from './objects.ts'
import { parse } from './parse.ts'
import { isPlainMap } from './plain-value.ts'
import type { Position } from './problem.ts'
import { wholeFile } from './problem.ts'
import { splitFile } from './split.ts'

const FIRST = 'begin with "version: 1"'
const SECOND = 'everything belongs into one document: what follows would not count'

/**
 * Opens a file of settings. Problems are of fault `input`; they name no object.
 * @param what the file is called in messages: `configuration`.
 */
export function openSettings(
  bytes: Uint8Array,
  path: string,
  what: string,
): Outcome<ManifestObject> {
  const { documents, problems } = splitFile({ path, bytes })
  const [document, another] = documents
  if (problems.length > 0) return { problems }
  if (another !== undefined) {
    return refuse({ ...another, column: 1 }, `the ${what} holds a second document`, SECOND)
  }
  const notOne = `the ${what} is not a mapping`
  if (document === undefined) return refuse(wholeFile(path), notOne, FIRST)
  const parsed = parse(document)
  if ('problems' in parsed) return parsed
  const plain = plainValue(parsed.value)
  if ('problems' in plain) return plain
  const node = parsed.value.yaml.contents
  const at = parsed.value.positionOf(0)
  if (!isMap(node) || !isPlainMap(plain.value)) return refuse(at, notOne, FIRST)
  const common = { parsed: parsed.value, path: [], at, apiVersion: '', object: { kind: what } }
  return { value: { ...common, node, value: plain.value } }
}

function refuse({ file, line, column }: Position, message: string, hint: string): Outcome<never> {
  const at = { file, line, column }
  return { problems: [{ severity: 'error', fault: 'input', at, message, hint }] }
}
