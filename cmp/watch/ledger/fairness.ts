// Things of several groups in one line in; a line in which the groups take turns out, so that nobody waits
// for all of somebody else's.

/** The first of each group, then the second of each, and so on; within a group, the order stays. */
export function interleaved<T>(items: Iterable<T>, groupOf: (item: T) => string): T[] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(groupOf(item))
    if (group === undefined) groups.set(groupOf(item), [item])
    else group.push(item)
  }
  const lines = [...groups.values()]
  const longest = lines.reduce((most, { length }) => Math.max(most, length), 0)
  return Array.from({ length: longest }, (_, place) =>
    lines.flatMap((line) => line.slice(place, place + 1)),
  ).flat()
}
