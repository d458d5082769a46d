// Where the state of a simulated `watch` is kept: one text, with a version that tells of other writers.
import type { StateStore, WatchClock, WatchState } from '../../../cmp/watch/model.ts'
import { StateError } from '../../../cmp/watch/model.ts'

export class SimulatedStore {
  readonly #clock: WatchClock
  #text: string | undefined
  #version = 0
  saves = 0
  /** False: saves are counted only, since text of megabytes takes its time. */
  isKept = true
  /** What fails with an error. */
  broken: 'nothing' | 'load' | 'save' | 'all' = 'nothing'
  /** Milliseconds of a save. */
  latency = 20

  constructor(clock: WatchClock) {
    this.#clock = clock
  }

  get state(): WatchState | undefined {
    return this.#text === undefined ? undefined : JSON.parse(this.#text)
  }

  set state(state: WatchState | undefined) {
    this.#text = state === undefined ? undefined : JSON.stringify(state)
    this.#version += 1
  }

  /** What one process knows of it. */
  open(): StateStore {
    let known: number | undefined
    return {
      load: async () => {
        await this.#take('load')
        known = this.#version
        return this.state
      },
      save: async (state) => {
        const text = this.isKept ? JSON.stringify(state) : undefined
        await this.#take('save')
        known ??= this.#version
        if (known !== this.#version) throw new StateError('somebody else wrote', 'look who')
        this.#text = text
        this.#version += 1
        known = this.#version
        this.saves += 1
      },
    }
  }

  async #take(what: 'load' | 'save'): Promise<void> {
    await this.#clock.sleep(this.latency, new AbortController().signal)
    const isBroken = this.broken === what || this.broken === 'all'
    if (isBroken) throw new StateError(`the state cannot be ${what}ed`, 'mend the store')
  }
}
