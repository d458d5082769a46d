// A preview in, the same with other texts out: what hostile names do to a format.
import type { Preview } from '../../render/preview/model.ts'

/** Texts of a few words that are the plugin's own. */
const WORDS = ['change', 'part', 'rolls', 'op', 'fingerprint']

/** Every text that may come from a repository, a cluster or Phase, replaced. */
export function withTexts(preview: Preview, replace: (text: string) => string): Preview {
  const visit = (value: unknown, field: string, above: string): unknown => {
    if (typeof value === 'string') return isOurs(value, field, above) ? value : replace(value)
    if (Array.isArray(value)) {
      // The first character of a line of a diff is ours.
      if (field === 'lines') return value.map((line) => line[0] + replace(line.slice(1)))
      return value.map((each) => visit(each, '', field))
    }
    if (typeof value !== 'object' || value === null) return value
    const fields = Object.entries(value).map(([name, each]) => [name, visit(each, name, field)])
    return Object.fromEntries(fields)
  }
  return visit(preview, '', '') as Preview
}

function isOurs(value: string, field: string, above: string): boolean {
  const isSide = above === 'head' || above === 'base'
  return (
    WORDS.includes(field) || (field === 'kind' && isSide) || (field === 'keys' && value === 'all')
  )
}
