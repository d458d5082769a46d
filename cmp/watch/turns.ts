// One thing at a time for each Application: two overlapping refreshes render twice in Argo CD 3.6, and 3.2
// loses the second.

export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Whether something of this key is running or waits. */
  isTaken(key: string): boolean {
    return this.#last.has(key)
  }

  /** Runs a task when all earlier ones of the same key are over. */
  async take<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve()
    const mine = before.then(task, task)
    this.#last.set(key, mine)
    try {
      return await mine
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key)
    }
  }
}

/** Runs a task for each item, `limit` at a time, and begins none once it may not. */
export async function eachOf<T>(
  items: readonly T[],
  limit: number,
  task: (item: T) => Promise<void>,
  mayGoOn: () => boolean,
): Promise<void> {
  const queue = items.values()
  const work = async () => {
    for (const item of queue) {
      if (!mayGoOn()) return
      await task(item)
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work))
}
