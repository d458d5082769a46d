// Completes package-lock.json after a dependency was changed. A registry mirror may lack packages
// for other platforms; npm then leaves them out of the lockfile, and `npm ci` refuses it later.
// Adds what packages name as optional, for platforms that their names tell.
import { readFileSync, writeFileSync } from 'node:fs'

interface Entry {
  version?: string
  resolved?: string
  dev?: boolean
  optional?: boolean
  optionalDependencies?: Record<string, string>
  os?: string[]
  cpu?: string[]
  libc?: string[]
}

const FILE = 'package-lock.json'
const OS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]
const CPU = [
  'arm64',
  'arm',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
]

const lockfile: { packages: Record<string, Entry> } = JSON.parse(readFileSync(FILE, 'utf8'))
const added: Record<string, Entry> = {}
for (const entry of Object.values(lockfile.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`
    const words = name.split(/[/-]/)
    const os = OS.filter((each) => words.includes(each))
    if (lockfile.packages[path] !== undefined || !/^\d/.test(version)) continue
    const cpu = CPU.filter((each) => words.includes(each))
    const platform = { ...(os.length > 0 && { os }), ...(cpu.length > 0 && { cpu }) }
    added[path] = { version, ...(entry.dev && { dev: true }), optional: true, ...platform }
  }
  // Which registry a package came from is the reader's business.
  delete entry.resolved
}
const packages = Object.entries({ ...lockfile.packages, ...added })
lockfile.packages = Object.fromEntries(packages.toSorted(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(FILE, `${JSON.stringify(lockfile, undefined, 2)}\n`)
console.log(`${Object.keys(added).length} packages of other platforms added to ${FILE}`)
