// The settings of a run in; its sources out, loaded with the first PhaseSecret: a run without one needs
// neither network nor credential.
import type { OpenSource } from '../render/fetch.ts'
import type { Io } from './io.ts'
import type { Sources } from './phase-sources.ts'
import type { Settings } from './settings.ts'

/** Sources that may never be opened. */
export interface LazySources {
  readonly open: OpenSource
  /** How many requests Phase got. */
  requests(): Promise<number>
  close(): Promise<void>
}

/** @param deadline on the scale of `performance.now()`. */
export function openLater(settings: Settings, io: Io, deadline: number): LazySources {
  let sources: Promise<Sources> | undefined
  return {
    async open(phaseSecret, granted) {
      sources ??= load(settings, io, deadline)
      return (await sources).open(phaseSecret, granted)
    },
    requests: async () => (await sources)?.requests() ?? 0,
    async close() {
      const opened = await sources
      opened?.close()
    },
  }
}

async function load(settings: Settings, io: Io, deadline: number): Promise<Sources> {
  const { openSources } = await import('./phase-sources.ts')
  return openSources(settings, io, deadline)
}
