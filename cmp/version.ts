// The version, from package.json: one place for the number.
import manifest from '../package.json' with { type: 'json' }

export const version: string = manifest.version
