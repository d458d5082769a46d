// Some work and a signal in; the work's result out, unless the signal comes first.

/**
 * Waits for `work` no longer than the signal allows. The work itself is not stopped.
 * @throws the signal's reason.
 */
export function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
