// The nouns of an ApplicationSet's two template languages: what goes in, and what comes out.

/** What an element sets, by name. */
export type Parameters = Readonly<Record<string, unknown>>

/** A text with its placeholders filled, or what is wrong with it, to follow its field's name. */
export type Filled = { readonly text: string } | { readonly fault: string; readonly hint?: string }

/** One value that could not be filled. */
export interface Unfilled {
  /** Where it stands in what was filled. */
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly hint?: string | undefined
}
