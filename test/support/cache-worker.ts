// A process that reads and writes a cache that others use at the same time, for tests.
// Arguments: the folder, its bytes at most, a number that tells workers apart, rounds, the size of an
// answer. Prints how many answers it read, and ends with 1 if one was not exactly what was kept.

import { isDeepStrictEqual } from 'node:util'
import { answerOf, openCacheOf, plain } from './cache-folder.ts'

const [directory = '', maxBytes, id, rounds, size] = process.argv.slice(2)
const keys = [7, 8].map((byte) => new Uint8Array(32).fill(byte))
let read = 0
for (let round = 0; round < Number(rounds); round += 1) {
  const turn = Number(id) + round
  const cache = openCacheOf(directory, keys[turn % 2], Number(maxBytes))
  const name = `secrets ${turn % 5} /`
  await cache.write(name, answerOf(name, `tag ${turn % 3}`, Number(size)))
  const found = await cache.read(name)
  if (turn % 41 === 40) await cache.clear()
  if (found === undefined) continue
  read += 1
  if (isDeepStrictEqual(plain(found), plain(answerOf(name, found.tag, Number(size))))) continue
  process.exitCode = 1
}
console.log(read)
