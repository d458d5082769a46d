// A Phase key in, a key of the Secret out: the name transformers of Phase's Kubernetes operator
// (internal/transform/transform.go of 2.0). Only ASCII letters change case, so a key that holds
// any other never becomes a valid one by accident.
import type { NameTransformer } from './model.ts'

const TRANSFORMS: Readonly<Record<NameTransformer, (key: string) => string>> = {
  // The name promises more than the operator does: it changes nothing.
  upper_snake: (key) => key,
  camel: (key) => {
    const [first = '', ...others] = words(key)
    return first + others.map(capitalized).join('')
  },
  'upper-camel': (key) => words(key).map(capitalized).join(''),
  'lower-snake': (key) => words(key).join('_'),
  'tf-var': (key) => `TF_VAR_${words(key).join('_')}`,
  'lower-kebab': (key) => words(key).join('-'),
}

/** Every transformer that a PhaseSecret may name. */
export const NAME_TRANSFORMERS: readonly NameTransformer[] = [
  'upper_snake',
  'camel',
  'upper-camel',
  'lower-snake',
  'tf-var',
  'lower-kebab',
]

/** The transformed key. It may be empty or no valid key of a Secret. */
export function transformKey(transformer: NameTransformer, key: string): string {
  return TRANSFORMS[transformer](key)
}

function words(key: string): string[] {
  return key.replace(/[A-Z]/g, (letter) => letter.toLowerCase()).split('_')
}

function capitalized(word: string): string {
  return word.replace(/^[a-z]/, (letter) => letter.toUpperCase())
}
