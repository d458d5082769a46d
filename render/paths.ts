// A path as it was written in; the same path as Phase keeps it out.

/**
 * The path as Phase keeps it: a slash in front, none doubled, none at the end; empty is the root.
 * `undefined` if no request header can carry it: Latin-1 without control characters, and no space at the end.
 */
export function normalisePath(path: string): string | undefined {
  const normal = `/${path}`.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '')
  return /^[\x20-\x7e\xa0-\xff]*$/.test(normal) && !normal.endsWith(' ') ? normal : undefined
}
