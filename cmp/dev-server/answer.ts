// The shape of an HTTP answer, and the JSON ones that every endpoint gives.

/** One HTTP answer. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** An answer of JSON. */
export function json(
  status: number,
  headers: Readonly<Record<string, string>>,
  value: unknown,
): Answer {
  return {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(value),
  }
}

/** The dev-server only reads: what Phase would write is refused like a method it does not know. */
export function notAllowed(headers: Readonly<Record<string, string>>, method: string): Answer {
  return json(405, headers, { error: `Method "${method}" not allowed.` })
}
