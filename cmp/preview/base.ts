// What a preview is compared with, as `--against` names it, in; that state, planned like the head, out.
import { relative, sep } from 'node:path'
import type { Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import { wholeFile } from '../../manifests/problem.ts'
import type { PreviewSide } from '../../render/preview/model.ts'
import type { ReadFault } from '../read-file.ts'
import { readBounded } from '../read-file.ts'
import { MOST_BYTES } from '../sources/answer-limit.ts'
import { detect } from '../sources/detect.ts'
import { follow, under } from '../sources/places.ts'
import type { Workspace } from '../sources/workspace.ts'
import type { Against } from './against.ts'
import type { Checkout } from './revision.ts'
import { checkOut, readFileAt } from './revision.ts'
import type { Planned, Run } from './state.ts'
import { planState } from './state.ts'
import type { Found, Subject, Tree } from './subject.ts'

/** Plans the base. `live` is no state that anybody plans: see live.ts. */
export async function planBase(
  against: Exclude<Against, { readonly kind: 'live' }>,
  subject: Subject,
  run: Run,
  workspace: () => Outcome<Workspace>,
): Promise<Planned> {
  switch (against.kind) {
    case 'folder':
      return planFolder(against.directory, subject, run)
    case 'file':
      return planFile(against.path, run)
    case 'revision': {
      const place = workspace()
      if ('problems' in place) return { ...place, warnings: [] }
      return planRevision(against.revision, subject, run, place.value)
    }
  }
}
