// Places and secrets in, the leaks out: where a secret is found in any form that a program might write
// it in. A search that finds nothing proves something only beside one that does: see the controls.

import type { Processes } from './processes.ts'
import { redisContents } from './redis.ts'

export type Places = ReadonlyMap<string, Buffer>

/** `place: secret as form`, for each form that is found. */
export function findLeaks(places: Places, secrets: ReadonlyMap<string, string>): readonly string[] {
  return [...secrets].flatMap(([name, secret]) =>
    [...formsOf(secret)].flatMap(([form, text]) =>
      [...places]
        .filter(([, bytes]) => bytes.includes(text))
        .map(([place]) => `${place}: ${name} as ${form}`),
    ),
  )
}

/** Everything that the components have written: their logs, and what Redis keeps. */
export async function writtenPlaces(processes: Processes): Promise<Places> {
  const inRedis = [...(await redisContents())].map(
    ([key, value]) => [`redis ${key}`, value] as const,
  )
  return new Map([...processes.logs(), ...inRedis])
}

/** One text as a place. */
export function place(name: string, text: string): Places {
  return new Map([[name, Buffer.from(text)]])
}

function formsOf(secret: string): ReadonlyMap<string, string> {
  const json = JSON.stringify(secret).slice(1, -1)
  const forms = new Map([
    ['it is', secret],
    ['JSON', json],
    // As Go writes it.
    [
      'JSON with escaped HTML',
      json.replace(/[<>&]/g, (each) => `\\u00${each.charCodeAt(0).toString(16)}`),
    ],
    ['JSON in JSON', JSON.stringify(json).slice(1, -1)],
    ['hexadecimal', Buffer.from(secret).toString('hex')],
    ['upper case hexadecimal', Buffer.from(secret).toString('hex').toUpperCase()],
    ['URL encoding', encodeURIComponent(secret)],
    ['form encoding', new URLSearchParams({ v: secret }).toString().slice(2)],
    ...base64Forms('base64', secret),
    ...base64Forms('base64 of base64', Buffer.from(secret).toString('base64')),
  ])
  // The part that needs no escape in any form would show a form that is not in this list.
  const plain = /^[\w-]{12,}/.exec(secret)?.[0]
  if (plain !== undefined) forms.set('its first part', plain)
  return forms
}

/** Base64 of a text that is somewhere within another one: its three alignments, without the edges. */
function base64Forms(label: string, text: string): readonly (readonly [string, string])[] {
  return [0, 1, 2].flatMap((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)])
    const from = Math.ceil((shift * 8) / 6)
    const to = Math.floor((bytes.length * 8) / 6)
    const standard = bytes.toString('base64').slice(from, to)
    return [
      [`${label}, shifted by ${shift}`, standard] as const,
      [
        `URL-safe ${label}, shifted by ${shift}`,
        standard.replaceAll('+', '-').replaceAll('/', '_'),
      ] as const,
    ]
  })
}
