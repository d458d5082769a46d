// Rows of the table of parameters in, Argo CD's announcements out (reposerver/repository:
// ParameterAnnouncement). plugin.yaml has the same, statically.
import type { Announcement, Shape } from './parameter-table.ts'

/** What Argo CD reads; a default is for show, it is never sent back. */
export interface ParameterAnnouncement {
  readonly name: string
  readonly title: string
  readonly tooltip: string
  readonly collectionType: Shape
  readonly itemType?: 'boolean'
  readonly map?: Readonly<Record<string, string>>
}

/** @param values a chart's default values by their path, to be shown in the parameter `parameters`. */
export function announcements(
  rows: readonly Announcement[],
  values?: ReadonlyMap<string, string>,
): ParameterAnnouncement[] {
  return rows.map(({ name, title, tooltip, collectionType, isFlag }) => ({
    name,
    title,
    tooltip,
    collectionType,
    ...(isFlag ? { itemType: 'boolean' as const } : {}),
    ...(name === 'parameters' && values !== undefined ? { map: Object.fromEntries(values) } : {}),
  }))
}
