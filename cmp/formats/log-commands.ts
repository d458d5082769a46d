// Text that a build server may see in a log in, the same in which it finds no command out.
//
// GitHub's runner takes a line that begins with `::` for a command, and `##[` anywhere in a line too
// (actions/runner, src/Runner.Common/ActionCommand.cs); Azure Pipelines knows `##vso[`, TeamCity `##teamcity[`.

/** Two hashes, a word or none, and a bracket. */
const BRACKETED = /##(?=\w*\[)/g
/** What the runner trims from the beginning of a line, and the colons. */
const COLONS = /^(\s*):(?=:)/gm

/** Spells out what makes a command of a line, as `visible` does. It leaves the number of lines as it is. */
export function inertInLogs(text: string): string {
  return text.replace(BRACKETED, '#\\u{23}').replace(COLONS, '$1\\u{3a}')
}

/** The same for JSON, in which the spelling is an escape. Outside of strings there is neither. */
export function inertJsonInLogs(json: string): string {
  return json.replace(BRACKETED, '#\\u0023')
}

/** The same for XML whose lines begin with an element. */
export function inertXmlInLogs(xml: string): string {
  return xml.replace(BRACKETED, '#&#35;')
}
