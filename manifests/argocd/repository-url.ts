// Addresses of repositories in, whether they are the same one out.

/** argo-cd util/git/git.go, sshURLRegex: `git@host:path`, or the same as a URL. */
const SSH = /^(?:ssh:\/\/)?[^/:]*?@[^@]+$/

/** The form in which Argo CD compares addresses (util/git, NormalizeGitURL); empty for what is no address. */
export function normalizeRepositoryUrl(address: string): string {
  const lower = address.trim().toLowerCase()
  const isShort = SSH.test(lower) && !lower.startsWith('ssh://')
  // The colon behind the host of the short form would be a port.
  const url = (isShort ? `ssh://${lower.replace(':', '/')}` : lower).replace(/\.git$/, '')
  if (hasControl(url) || !hasValidPort(url)) return ''
  return url.replace(/^ssh:\/\//, '')
}

/**
 * Whether a repository is where a checkout came from. Beyond Argo CD's own comparison, the way to a
 * host does not count: a person clones `git@host:team/app`, where Argo CD reads `https://host/team/app`.
 * Decides only what is shown; policies compare the Application's own address.
 */
export function isSameRepository(one: string, other: string): boolean {
  const [left, right] = [normalizeRepositoryUrl(one), normalizeRepositoryUrl(other)]
  if (left === '' || right === '') return false
  return left === right || placeOf(left) === placeOf(right)
}

/** An address for a message, without a user and password for HTTP. */
export function shownRepository(address: string): string {
  return address.replace(/^(https?:\/\/)[^/]*@/i, '$1')
}

/** Host and path of a normalized address. */
function placeOf(normalized: string): string {
  const [, place = ''] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/]*@)?(.*)$/s.exec(normalized) ?? []
  return place.replace(/\/+$/, '').replace(/\.git$/, '')
}

function hasControl(url: string): boolean {
  return /\p{Cc}/u.test(url)
}

function hasValidPort(url: string): boolean {
  const [, authority] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/.exec(url) ?? []
  const [, port] = /:([^\]:]*)$/.exec(authority?.replace(/^.*@/s, '') ?? '') ?? []
  return port === undefined || /^\d*$/.test(port)
}
