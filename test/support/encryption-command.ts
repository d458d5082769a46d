// The command lines of `encryption` in process, with chance that is the same in every run.
import { Command, CommanderError } from 'commander'
import { addEncryptionGenerate } from '../../cmp/command-line/encryption-generate.ts'
import { fixedChance } from './fixed-chance.ts'
import { memoryIo } from './memory-io.ts'

/** What a run wrote and returned. */
export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs `encryption …`. */
export async function encryption(args: readonly string[], stdin = '', isTTY = false): Promise<Ran> {
  const { io, stdout, stderr } = memoryIo({}, stdin)
  const terminal = { ...io, stdout: { ...io.stdout, isTTY } }
  let code = -1
  const group = new Command('encryption').exitOverride().configureOutput({ writeErr: () => {} })
  addEncryptionGenerate(
    group,
    terminal,
    (given) => {
      code = given
    },
    fixedChance(),
  )
  try {
    await group.parseAsync([...args], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    code = 2
  }
  return { code, out: stdout(), err: stderr() }
}
