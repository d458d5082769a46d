// A large company for a day: how many Applications, environments and credentials in, what `watch` did to them
// out, beside what it had to do.
import { fixedRandom } from '../watch-clock.ts'
import { HOUR, MINUTE, World } from './world.ts'

export interface Company {
  readonly applications: number
  readonly environments: number
  readonly credentials: number
  /** In `hours`. */
  readonly changes: number
  readonly commits: number
  readonly hours: number
}

/** Counts of what happened after the first start; and of what should have. */
export interface Day {
  readonly world: World
  /** Refreshes by Application. */
  readonly refreshes: Readonly<Record<string, number>>
  readonly expected: Readonly<Record<string, number>>
  readonly refreshed: number
  readonly requests: number
  readonly readings: { readonly first: number; readonly later: number }
  /** Milliseconds of CPU, of the simulated world too. */
  readonly cpu: number
}

/** Applications whose environment refers to another one, in a hundred. */
const REFERRING = 10

/** Changes and commits take turns, evenly over the time, after a first hour of rest. */
export async function simulate(company: Company): Promise<Day> {
  const random = fixedRandom(11)
  const start = process.cpuUsage()
  const world = new World({ requestsPerMinute: 600, spread: MINUTE, concurrency: 8 }, 1, [
    'polled',
    'listed',
    'pending',
    'state-saved',
    'refreshed',
  ])
  world.store.isKept = false
  const names = populate(world, company)
  world.start()
  await world.pass(HOUR)
  const first = world.argocd.readings
  const requests = world.phase.requests.length
  const expected: Record<string, number> = {}
  const steps = company.changes + company.commits
  const pause = ((company.hours - 1) * HOUR) / steps
  for (let step = 0; step < steps; step += 1) {
    if (
      Math.floor((step * company.commits) / steps) <
      Math.floor(((step + 1) * company.commits) / steps)
    ) {
      commit(world, company, names, random)
    } else {
      for (const name of change(world, company, random)) expected[name] = (expected[name] ?? 0) + 1
    }
    await world.pass(pause)
  }
  const { user, system } = process.cpuUsage(start)
  const refreshes = world.argocd.count()
  return {
    world,
    refreshes,
    expected,
    refreshed: Object.values(refreshes).reduce((sum, count) => sum + count, 0),
    requests: world.phase.requests.length - requests,
    readings: { first, later: world.argocd.readings - first },
    cpu: (user + system) / 1000,
  }
}

/** Every Application names one environment, some two, some one that refers to another. */
function populate(world: World, company: Company): readonly string[] {
  const ids = Array.from({ length: company.environments }, (_, index) => `e${index}`)
  const referring = (company.environments * (100 - REFERRING)) / 100
  for (const [index, id] of ids.entries()) {
    world.phase.environment(id, undefined, index < referring ? [] : [`e${index - referring}`])
  }
  const each = company.environments / company.credentials
  for (let index = 0; index < company.credentials; index += 1) {
    world.phase.grant(`c${index}`, ids.slice(index * each, (index + 1) * each))
  }
  return Array.from({ length: company.applications }, (_, index) => {
    const name = `app-${index}`
    const own = `e${index % company.environments}`
    world.argocd.create(
      name,
      index % 20 === 0 ? [own, `e${(index * 7) % company.environments}`] : [own],
    )
    return name
  })
}

/** Changes an environment; gives who uses it. */
function change(world: World, { environments }: Company, random: () => number): readonly string[] {
  const id = `e${Math.floor(random() * environments)}`
  world.phase.change(id)
  return [...world.argocd.all.values()]
    .filter(({ uses, origin }) => world.phase.reach(uses.get(origin) ?? []).includes(id))
    .map(({ id: { name } }) => name)
}

/** Another commit of some Application, which names another environment from then on. */
function commit(
  world: World,
  { environments }: Company,
  names: readonly string[],
  random: () => number,
): void {
  const name = names[Math.floor(random() * names.length)] ?? ''
  const { now } = world.clock
  const quiet = Array.from({ length: environments }, (_, index) => `e${index}`).filter(
    (id) => !world.phase.changedWithin(id, now() - 10 * MINUTE, now()),
  )
  world.argocd.commit(name, `at ${now()}`, [quiet[Math.floor(random() * quiet.length)] ?? ''])
}
