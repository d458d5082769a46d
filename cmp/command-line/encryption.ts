// The command lines of `encryption`.
import type { Command } from 'commander'
import type { Io } from '../io.ts'
import { addEncryptionCheck } from './encryption-check.ts'
import { addEncryptionGenerate } from './encryption-generate.ts'

/** Adds them. @param done gets the exit code. */
export function addEncryption(program: Command, io: Io, done: (code: number) => void): void {
  const encryption = program
    .command('encryption')
    .description('configure encryption at rest: generate, rotate, check, explain')
  addEncryptionGenerate(encryption, io, done)
  addEncryptionCheck(encryption, io, done)
}
