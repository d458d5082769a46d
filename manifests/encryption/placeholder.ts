// The text of a secret in; whether something is to be put in its place before an API server reads it out.

const PLACEHOLDER = /^(?:\$\{[\w./: -]{1,200}\}|\{\{.{1,200}\}\}|<[\w./:# -]{1,200}>)$/

/** Whether it is `${NAME}`, `{{ … }}` or `<…>`: none of them is base64. */
export function isPlaceholder(secret: string): boolean {
  return PLACEHOLDER.test(secret.trim())
}
