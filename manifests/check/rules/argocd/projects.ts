// Facts in; the AppProjects and Applications among them, read once, and which belongs to which, out.
import type { ApplicationTarget, AppProject, Destination } from '../../../argocd/app-project.ts'
import { isArgoKind, readApplicationTarget, readAppProject } from '../../../argocd/app-project.ts'
import { destinationFits } from '../../../argocd/glob.ts'
import type { ManifestObject } from '../../../document.ts'
import type { Facts } from '../../facts.ts'

/** An Application of the manifests. */
export interface SeenApplication extends ApplicationTarget {
  readonly object: ManifestObject
}

interface ArgoObjects {
  readonly projects: readonly AppProject[]
  readonly applications: readonly SeenApplication[]
}

const read = new WeakMap<readonly ManifestObject[], ArgoObjects>()

/** All of them, in their order; of ApplicationSets only what is written out. */
export function argoObjects({ objects }: Pick<Facts, 'objects'>): ArgoObjects {
  const found = read.get(objects) ?? {
    projects: objects.filter((each) => isArgoKind(each, 'AppProject')).map(readAppProject),
    applications: objects
      .filter((each) => isArgoKind(each, 'Application'))
      .map((object) => ({ object, ...readApplicationTarget(object) })),
  }
  read.set(objects, found)
  return found
}

/** The project of a name; undefined if there is none or more than one, as of several Argo CDs. */
export function projectNamed(facts: Facts, name: string): AppProject | undefined {
  const [project, ...others] = argoObjects(facts).projects.filter((each) => each.name === name)
  return others.length === 0 ? project : undefined
}

/** Where the Applications of a project deploy to, each place once, sorted. */
export function destinationsOf(facts: Facts, { name }: AppProject): Destination[] {
  const own = argoObjects(facts).applications.filter(({ project }) => project === name)
  const found = new Map(own.map(({ destination }) => [JSON.stringify(destination), destination]))
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, destination]) => destination)
}

/** Short names that nobody gives a namespace or cluster: what fits all of them fits anything new too. */
const UNHEARD_OF = ['q7z', 'x-0k', '9fy']

/** Whether a pattern of a destination fits anything, or anything but what it excludes. */
export function isWide(pattern: string): boolean {
  return UNHEARD_OF.every((text) => destinationFits(pattern, text))
}

/** Whether something does; for patterns of other languages. */
export function isWideTo(fits: (text: string) => boolean): boolean {
  return UNHEARD_OF.every(fits)
}
