// The system's Chromium, for tests of pages: nothing is downloaded, and a page reaches nothing.
import { accessSync, constants, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { chromium } from 'playwright-core'

/** What Chromium is called where it is packaged. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** @throws if there is no browser: no test of a page passes without one. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findBrowser(),
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--host-resolver-rules=MAP * ~NOTFOUND'],
  })
}

function findBrowser(): string {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const places = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
  const found = places.find(isExecutable)
  if (found !== undefined) return found
  throw new Error(
    `there is no ${NAMES.join(', ')} in PATH. Debian: apt-get install chromium; macOS: brew install --cask chromium`,
  )
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const IN_PAGE = readFileSync(new URL('../browser/in-page.js', import.meta.url), 'utf8')

/** A page, and everything it did that a page of ours never does. */
export interface Watched {
  readonly page: Page
  /** Console messages, errors, dialogs, broken policies, and requests but the first: empty if all is well. */
  readonly complaints: () => Promise<readonly string[]>
}

/** Opens a file in a context of its own. */
export async function watch(
  browser: Browser,
  file: URL,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await browser.newContext({ offline: true, ...options })
  const page = await context.newPage()
  const seen: string[] = []
  page.on('console', (message) => seen.push(`console ${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => seen.push(`error: ${error.message}`))
  page.on('dialog', (dialog) => {
    seen.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('popup', () => seen.push('popup'))
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== file.href) seen.push(`request: ${request.url()}`)
  })
  page.on('requestfinished', (request) => {
    if (request.url().split('#')[0] !== file.href) seen.push(`loaded: ${request.url()}`)
  })
  await page.addInitScript({ content: NOTE_BROKEN_POLICIES })
  await page.goto(file.href)
  await page.evaluate(IN_PAGE)
  const complaints = async () => [
    ...seen,
    ...(await page.evaluate<string[]>('globalThis.broken ?? []')),
  ]
  return { page, complaints }
}

/** Where scripts are off the listener is silent; the console tells it nevertheless. */
const NOTE_BROKEN_POLICIES = `
  globalThis.broken = []
  addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
    broken.push('policy: ' + effectiveDirective + ' ' + blockedURI)
  })`
