// What the token sees and what a PhaseSecret or a reference asks for in; the one match out.
// Id, else exact name, else exact name ignoring case; never a part of a name: "Production" must
// not become "PreProduction".

import { nearest } from '../../manifests/did-you-mean.ts'
import { quotedName } from '../../manifests/names.ts'
import type { Access, RequestField, SourceFailure, SourceRequest } from '../source.ts'
import type { Account, App, Environment } from './account.ts'
import { refusal } from './failures.ts'

interface Named {
  readonly id: string
  readonly name: string
}

const MAX_LISTED = 10

/** All items that answer to an id or a name; one is a match, more are an ambiguity. */
export function matching<T extends Named>(items: readonly T[], wanted: string): readonly T[] {
  const byId = items.filter((item) => item.id === wanted)
  if (byId.length > 0) return byId
  const exact = items.filter((item) => item.name === wanted)
  if (exact.length > 0) return exact
  return items.filter((item) => item.name.toLowerCase() === wanted.toLowerCase())
}

/** The account with nothing in it but what may be read. */
export function visibleTo(access: Access, account: Account): Account {
  if (!access.isLimited) return account
  const apps = account.apps
    .filter((app) => access.allows({ app }))
    .map((app) => ({
      ...app,
      environments: app.environments.filter((environment) => access.allows({ app, environment })),
    }))
  return { apps }
}

/** Why a path may not be read, whether or not there is anything. */
export function deniedPath(path: string, environment: Environment, access: Access): SourceFailure {
  return {
    code: 'ERR_PATH_DENIED',
    fault: 'input',
    field: 'path',
    message: `path ${quotedName(path)} of ${environment.title} is not allowed`,
    hint: access.hint,
  }
}

/**
 * The app and environment of a request.
 * @param account nothing but what `access` allows.
 * @throws {SourceError} ERR_APP_… or ERR_ENVIRONMENT_…, fault `input`, listing what the account has.
 */
export function selectEnvironment(
  account: Account,
  request: SourceRequest,
  access: Access,
): Environment {
  const { id, name = '' } = request.app
  const apps =
    id === undefined ? matching(account.apps, name) : account.apps.filter((app) => app.id === id)
  const app: App = theOne(apps, account.apps, id ?? name, {
    what: 'app',
    field: 'app',
    codes: ['ERR_APP_NOT_FOUND', 'ERR_APP_AMBIGUOUS'],
    byId: 'name it by its id with phaseAppId',
    access,
  })
  return theOne(
    matching(app.environments, request.environment),
    app.environments,
    request.environment,
    {
      what: `environment of app ${quotedName(app.name)}`,
      field: 'environment',
      codes: ['ERR_ENVIRONMENT_NOT_FOUND', 'ERR_ENVIRONMENT_AMBIGUOUS'],
      byId: 'use the id of the environment',
      access,
    },
  )
}

interface Wording {
  readonly what: string
  readonly field: RequestField
  readonly codes: readonly [
    'ERR_APP_NOT_FOUND' | 'ERR_ENVIRONMENT_NOT_FOUND',
    'ERR_APP_AMBIGUOUS' | 'ERR_ENVIRONMENT_AMBIGUOUS',
  ]
  readonly byId: string
  readonly access: Access
}

function theOne<T extends Named>(
  matches: readonly T[],
  all: readonly T[],
  wanted: string,
  { what, field, codes, byId, access }: Wording,
): T {
  const [match, another] = matches
  if (match !== undefined && another === undefined) return match
  if (match !== undefined) {
    const message = `${quotedName(wanted)} is the name of more than one ${what}: ${listed(matches)}`
    throw refusal({ code: codes[1], fault: 'input', field, message, hint: byId })
  }
  const whose = access.isLimited ? 'what is allowed and the token sees is' : 'the token sees'
  const seen = `${whose} ${all.length === 0 ? 'none' : listed(all)}`
  const close = nearest(
    wanted,
    all.map((item) => item.name),
  )
  throw refusal({
    code: codes[0],
    fault: 'input',
    field,
    message: `no ${what} is called ${quotedName(wanted)}: ${seen}`,
    hint:
      close === undefined
        ? access.isLimited
          ? access.hint
          : 'correct the name, or give the service account access to it in the Phase console'
        : `did you mean ${quotedName(close)}?`,
  })
}

function listed(items: readonly Named[]): string {
  const texts = items.map((item) => `${quotedName(item.name)} (${item.id})`).sort()
  const rest = texts.length - MAX_LISTED
  return texts.slice(0, MAX_LISTED).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}
