// A directed graph in; its strongly connected components out, each after all that it leads to
// (Tarjan's algorithm). Without recursion: a chain in a hostile repository may be long.

interface Visit {
  readonly name: string
  readonly index: number
  lowest: number
  isOpen: boolean
  readonly targets: Iterator<string>
}

/** @param targetsOf where the edges of a node lead to; names that are no nodes are left out. */
export function strongComponents(
  names: readonly string[],
  targetsOf: (name: string) => readonly string[],
): string[][] {
  const known = new Set(names)
  const visits = new Map<string, Visit>()
  const open: Visit[] = []
  const components: string[][] = []
  const enter = (name: string): Visit => {
    const targets = targetsOf(name).values()
    const visit = { name, index: visits.size, lowest: visits.size, isOpen: true, targets }
    visits.set(name, visit)
    open.push(visit)
    return visit
  }
  for (const root of names) {
    if (visits.has(root)) continue
    const path = [enter(root)]
    for (let current = path.at(-1); current !== undefined; current = path.at(-1)) {
      const { value: target, done } = current.targets.next()
      if (done !== true) {
        const seen = visits.get(target)
        if (seen === undefined && known.has(target)) path.push(enter(target))
        else if (seen?.isOpen) current.lowest = Math.min(current.lowest, seen.index)
        continue
      }
      path.pop()
      const above = path.at(-1)
      if (above !== undefined) above.lowest = Math.min(above.lowest, current.lowest)
      if (current.lowest === current.index) components.push(close(open, current))
    }
  }
  return components
}

function close(open: Visit[], root: Visit): string[] {
  const members = open.splice(open.lastIndexOf(root))
  for (const member of members) member.isOpen = false
  return members.map(({ name }) => name)
}
