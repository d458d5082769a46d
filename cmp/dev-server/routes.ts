// A request → the answer of the endpoint it names.
import type { Answer } from './answer.ts'
import { json, notAllowed } from './answer.ts'
import type { ApiRequest } from './request.ts'
import { answerSecrets } from './secrets-endpoint.ts'
import { answerTokens } from './tokens-endpoint.ts'
import type { World } from './world.ts'

const NOT_FOUND = `
<!doctype html>
<html lang="en">
<head>
  <title>Not Found</title>
</head>
<body>
  <h1>Not Found</h1><p>The requested resource was not found on this server.</p>
</body>
</html>
`
const HEALTH_HEADERS = { Vary: 'Accept', Allow: 'OPTIONS, GET' }

/** Answers a request as Phase would. */
export function answer(world: World, request: ApiRequest): Answer {
  switch (request.endpoint) {
    case 'tokens':
      return answerTokens(world, request)
    case 'secrets':
      return answerSecrets(world, request)
    case 'health':
      return request.method === 'GET'
        ? json(200, HEALTH_HEADERS, { status: 'alive', version: 'v2.73.2' })
        : notAllowed(HEALTH_HEADERS, request.method)
    case 'other':
      return {
        status: 404,
        headers: { 'Content-Type': 'text/html; charset=utf-8', Vary: 'origin' },
        body: NOT_FOUND,
      }
  }
}
