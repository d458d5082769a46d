// A log in, the commands that GitHub's runner finds in it out. By the rules of actions/runner,
// src/Runner.Common/ActionCommand.cs; our own code.

export interface RunnerCommand {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly data: string
}

/** All that it would carry out, the old form with brackets too. */
export function readCommands(log: string): RunnerCommand[] {
  return log.split(/\r\n|\r|\n/).flatMap((line) => {
    const found = colons(line.trimStart()) ?? brackets(line)
    return found === undefined ? [] : [found]
  })
}

function colons(line: string): RunnerCommand | undefined {
  const match = /^::([^ ]*?)(?: (.*?))?::(.*)$/.exec(line)
  return match === null ? undefined : commandOf(match, ',', propertyOf, dataOf)
}

function brackets(line: string): RunnerCommand | undefined {
  const match = /##\w*\[([^ \]]*)(?: ([^\]]*))?\](.*)$/.exec(line)
  return match === null
    ? undefined
    : commandOf(
        match,
        ';',
        (text) => text,
        (text) => text,
      )
}

type Decode = (text: string) => string

function commandOf(
  match: RegExpExecArray,
  between: string,
  property: Decode,
  data: Decode,
): RunnerCommand {
  const [, name = '', words = '', rest = ''] = match
  const pairs = words.split(between).flatMap((word) => {
    const at = word.indexOf('=')
    return at < 1 ? [] : [[word.slice(0, at), property(word.slice(at + 1))]]
  })
  return { name, properties: Object.fromEntries(pairs), data: data(rest) }
}

/** The percent sign last, as the runner does. */
const dataOf: Decode = (text) => {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
}

const propertyOf: Decode = (text) => {
  const plain = text.replaceAll('%0D', '\r').replaceAll('%0A', '\n')
  return plain.replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%25', '%')
}
