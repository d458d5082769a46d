// The text of a secret in; whether something is to be put in its place before an API server reads it out.
// SOPS writes `ENC[…]` where a value was, and a field `sops` at the root.

const PLACEHOLDER =
  /^(?:ENC\[[\w,:+/= ]{1,1000}\]|\$\{[\w./: -]{1,200}\}|\{\{.{1,200}\}\}|<[\w./:# -]{1,200}>)$/

/** Whether it is `${NAME}`, `{{ … }}`, `<…>` or `ENC[…]`: none of them is base64. */
export function isPlaceholder(secret: string): boolean {
  return PLACEHOLDER.test(secret.trim())
}
