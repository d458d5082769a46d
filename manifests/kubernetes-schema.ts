// In: the tags of `yaml`'s YAML 1.1 schema. Out: tags that read scalars as Kubernetes does, with
// sigs.k8s.io/yaml (go.yaml.in/yaml/v2, resolve.go): YAML 1.1 booleans, nulls and merge keys;
// numbers as in Go; dates and sexagesimals (12:30:00) stay strings; no sets or ordered maps.
import type { ScalarTag, Tags } from 'yaml'

const KEPT = new Set(['map', 'seq', 'str', 'null', 'bool', 'merge'])

const INTEGER = /^[-+]?(?:0[xX]([\da-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9]\d*))$/
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/

const number = {
  default: true,
  test: /^(?:[-+][\d._]|\.?\d)/,
  resolve: readNumber,
} as const satisfies Partial<ScalarTag>

/** The first whose test fits is taken: infinity before the number that it looks like. */
const TAGS: readonly ScalarTag[] = [
  {
    tag: 'tag:yaml.org,2002:float',
    default: true,
    test: /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
    resolve: (text) => (/nan/i.test(text) ? Number.NaN : text[0] === '-' ? -1 / 0 : 1 / 0),
  },
  { tag: 'tag:yaml.org,2002:int', ...number },
  { tag: 'tag:yaml.org,2002:float', ...number },
  { tag: 'tag:yaml.org,2002:binary', resolve: (text) => Buffer.from(text, 'base64').toString() },
]

/** For `yaml`'s option `customTags`, with `version: '1.1'`. */
export function kubernetesTags(tags: Tags): Tags {
  const kept = tags.filter((tag) => typeof tag !== 'string' && KEPT.has(tag.tag.slice(18)))
  return [...kept, ...TAGS]
}

/** A number as Go reads it: exact as a bigint beyond 2^53; otherwise the text, which is a string. */
function readNumber(text: string): number | bigint | string {
  const plain = text.replaceAll('_', '')
  const [, hex, binary, octal, decimal] = INTEGER.exec(plain) ?? []
  const digits =
    hex !== undefined
      ? `0x${hex}`
      : binary !== undefined
        ? `0b${binary}`
        : octal !== undefined
          ? `0o${octal}`
          : decimal
  if (digits === undefined) return FLOAT.test(plain) ? Number(plain) : text
  const exact = plain.startsWith('-') ? -BigInt(digits) : BigInt(digits)
  return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact
}
