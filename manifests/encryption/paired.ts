// Configurations of before and after a change in; those that are one and the same out, and those that are gone.
import type { EncryptionFacts, EncryptionFile } from './facts.ts'

/** Which is which. */
export interface Pairing {
  /** The file of before, for each of after that has one. */
  readonly before: ReadonlyMap<EncryptionFile, EncryptionFile>
  readonly gone: readonly EncryptionFile[]
}

/** By path, or by the object around it; what is left over on both sides, if it is one on each, has moved. */
export function pairFiles({ files, base }: EncryptionFacts): Pairing {
  const waiting = Map.groupBy(base?.files ?? [], identityOf)
  const before = new Map<EncryptionFile, EncryptionFile>()
  const fresh: EncryptionFile[] = []
  for (const file of files) {
    const found = waiting.get(identityOf(file))?.shift()
    if (found === undefined) fresh.push(file)
    else before.set(file, found)
  }
  const left = [...waiting.values()].flat()
  const [moved, target] = [left[0], fresh[0]]
  if (left.length === 1 && fresh.length === 1 && moved !== undefined && target !== undefined) {
    before.set(target, moved)
    return { before, gone: [] }
  }
  return { before, gone: left }
}

function identityOf({ path, carrier }: EncryptionFile): string {
  if (carrier === undefined) return path
  const { kind, namespace, name } = carrier.object.object
  return JSON.stringify([kind, namespace, name, carrier.nodePath ?? carrier.field])
}
