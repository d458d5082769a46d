// Addresses of repositories in, whether they are the same one out.

/** argo-cd util/git/git.go, sshURLRegex: `git@host:path`, or the same as a URL. */
const SSH = /^(?:ssh:\/\/)?[^/:]*?@[^@]+$/

/** Characters; what is longer is no address, and not worth the time of looking at it. */
const LONGEST = 4096

/** The form in which Argo CD compares addresses (util/git, NormalizeGitURL); empty for what is no address. */
export function normalizeRepositoryUrl(address: string): string {
  if (address.length > LONGEST) return ''
  const lower = address.trim().toLowerCase()
  const isShort = SSH.test(lower) && !lower.startsWith('ssh://')
  // The colon behind the host of the short form would be a port.
  const url = (isShort ? `ssh://${lower.replace(':', '/')}` : lower).replace(/\.git$/, '')
  if (/\p{Cc}|%(?![\da-f]{2})/u.test(url) || !hasValidPort(url)) return ''
  const plain = url.toWellFormed().replace(/[^!-~]+/g, encodeURIComponent)
  return plain.replace(/^ssh:\/\//, '')
}

/**
 * What identifies a repository among checkouts: host and path. Beyond Argo CD's own comparison, the
 * way to a host does not count: a person clones `git@host:team/app`, where Argo CD reads
 * `https://host/team/app`. Empty for what is no address. Decides only what is shown; policies compare
 * the Application's own address.
 */
export function repositoryKey(address: string): string {
  const normalized = normalizeRepositoryUrl(address)
  const [, place = ''] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/]*@)?(.*)$/s.exec(normalized) ?? []
  return place.replace(/\/+$/, '').replace(/\.git$/, '')
}

/** Whether two addresses are of one repository. */
export function isSameRepository(one: string, other: string): boolean {
  const key = repositoryKey(one)
  return key !== '' && key === repositoryKey(other)
}

/** An address for a message, without a user and password for HTTP. */
export function shownRepository(address: string): string {
  return address.replace(/^(https?:\/\/)[^/]*@/i, '$1')
}

function hasValidPort(url: string): boolean {
  const [, authority] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/.exec(url) ?? []
  const [, port] = /:([^\]:]*)$/.exec(authority?.replace(/^.*@/s, '') ?? '') ?? []
  return port === undefined || /^\d*$/.test(port)
}
