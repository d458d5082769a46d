// A subject and folders whose manifests count too, such as the platform's roles or the projects of Argo CD,
// in; the subject with their sources out, in every tree that it is asked for.
import { join, relative } from 'node:path'
import type { Outcome } from '../../manifests/document.ts'
import { notAFolder } from '../sources/input.ts'
import type { Repository } from '../sources/places.ts'
import { follow, isInside } from '../sources/places.ts'
import type { StateSource, Subject } from '../subject/subject.ts'

/** Adds folders of plain manifests, with all folders below them. */
export function withFolders(subject: Subject, folders: readonly string[]): Outcome<Subject> {
  if (folders.length === 0) return { value: subject }
  const missing = folders.filter((folder) => follow(folder)?.kind !== 'folder')
  if (missing.length > 0) return { problems: missing.map(notAFolder) }
  const { here, repository } = subject
  return {
    value: {
      ...subject,
      // The folders may be anywhere in the repository.
      below: undefined,
      here: { ...here, sources: [...here.sources, ...folders.map((folder) => sourceOf(folder))] },
      async at(tree) {
        const found = await subject.at(tree)
        const others = folders.flatMap((folder) => inTree(folder, tree.root, repository))
        return { ...found, sources: [...found.sources, ...others] }
      },
    },
  }
}

/** A folder of the repository as another tree has it; one from elsewhere is the same for all. */
function inTree(folder: string, root: string, repository: Repository | undefined): StateSource[] {
  const real = follow(folder)?.real
  if (real === undefined) return []
  if (repository === undefined || !isInside(repository.root, real)) return [sourceOf(folder)]
  const there = follow(join(root, relative(repository.root, real)))
  if (there?.kind !== 'folder' || !isInside(root, there.real)) return []
  return [sourceOf(there.real, root)]
}

function sourceOf(directory: string, root?: string): StateSource {
  return { input: { directory, recurse: true, root, mayBeEmpty: true }, isContext: true }
}
