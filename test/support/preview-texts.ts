// A preview in, the same with other texts out: what hostile names do to a format.
import type { Preview } from '../../render/preview/model.ts'

/** Every text of a preview replaced; what is one of a few words stays. */
export function withTexts(preview: Preview, replace: (text: string) => string): Preview {
  const words = new Set(['change', 'part', 'rolls', 'op'])
  const visit = (value: unknown, field: string, inSide: boolean): unknown => {
    if (typeof value === 'string') {
      const isWord =
        words.has(field) || (field === 'kind' && inSide) || (field === 'keys' && value === 'all')
      return isWord ? value : replace(value)
    }
    if (Array.isArray(value)) {
      return value.map((each) =>
        // The first character of a line of a diff is no text.
        field === 'lines' ? `${each[0]}${replace(each.slice(1))}` : visit(each, '', false),
      )
    }
    if (typeof value !== 'object' || value === null) return value
    const isSide = field === 'head' || field === 'base'
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, visit(each, name, isSide)]),
    )
  }
  return visit(preview, '', false) as Preview
}
