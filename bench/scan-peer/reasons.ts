// Why one side may know what the other does not. Each line is a rule of one of the two, not an excuse for a package.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isVersion } from '@yagura/versions'
import type { Root } from './roots.ts'

export interface Difference {
  readonly side: 'here' | 'the peer'
  /** `package`, or the names of a vulnerability. */
  readonly what: string
  readonly root: Root
  readonly type: string
  readonly name: string
  readonly version: string
  readonly ownedBy: string | null
  readonly paths: readonly string[]
  /** Here it is told as what cannot be judged. */
  readonly isUndetermined?: boolean
}

interface Reason {
  readonly side: Difference['side']
  readonly text: string
  holds(difference: Difference): boolean
}

const LOCK_FILE = /\/(?:composer\.lock|Cargo\.lock|go\.mod|package-lock\.json|Gemfile\.lock|requirements\.txt)$/
/** PEP 440, appendix B. */
export const PEP_440 =
  /^v?(?:\d+!)?\d+(?:\.\d+)*(?:[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview)[-_.]?\d*)?(?:-\d+|[-_.]?(?:post|rev|r)[-_.]?\d*)?(?:[-_.]?dev[-_.]?\d*)?(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?$/i
const INSTALLED_MANIFEST = /\/node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/

const REASONS: readonly Reason[] = [
  {
    side: 'here',
    text: 'its files belong to a package of the system, which its vendor judges; the peer leaves it out, here it names its owner',
    holds: ({ ownedBy }) => ownedBy !== null,
  },
  {
    side: 'here',
    text: 'a jar that tells no group: the peer leaves out what its index of checksums does not have, here it is kept without a group',
    holds: ({ type, paths }) => type === 'generic' && paths.every((path) => /\.(?:jar|war|ear)$/.test(path)),
  },
  {
    side: 'here',
    text: 'the standard library that a program of Go was built with; the peer is older than its own reading of it',
    holds: ({ type, name }) => type === 'golang' && name === 'stdlib',
  },
  {
    side: 'here',
    text: 'the module of the program itself; the peer lists what it depends on',
    holds: ({ type, name, paths }) =>
      type === 'golang' && name.startsWith('example.org/') && paths.every((path) => path.startsWith('/srv/go/bin/')),
  },
  {
    side: 'here',
    text: 'needed for development only, says the lock file; the peer leaves that out',
    holds: ({ type, paths, root, name, version }) =>
      type === 'npm' && paths.length > 0 && paths.every((path) => isForDevelopment(root, path, name, version)),
  },
  {
    side: 'here',
    text: 'names of Go modules are compared without upper and lower case, as their package URLs are; the advisory writes it otherwise',
    holds: ({ type, what, name }) => type === 'golang' && what !== 'package' && name !== name.toLowerCase(),
  },
  {
    side: 'here',
    text: 'a version that Python does not know is affected where the advisory lists it by name; the peer compares none such',
    holds: ({ type, what, version }) => type === 'pypi' && what !== 'package' && !PEP_440.test(version),
  },
  {
    side: 'here',
    text: 'a version that apk does not know: the peer leaves the package out, here it is listed, and what is said of it is undetermined',
    holds: ({ type, what, version }) => type === 'apk' && what === 'package' && !isVersion('apk', version),
  },
  {
    side: 'the peer',
    text: 'the advisory or the package has a version that its ecosystem does not know: here it is undetermined and a gap, the peer guesses',
    holds: ({ isUndetermined }) => isUndetermined === true,
  },
  {
    side: 'the peer',
    text: 'lock files inside an image tell what was to be installed, not what is',
    holds: ({ root, paths }) => root.kind === 'rootfs' && paths.every((path) => LOCK_FILE.test(path)),
  },
  {
    side: 'the peer',
    text: 'a manifest of an application or inside of a package, which nobody installed under that name',
    holds: ({ type, paths }) =>
      type === 'npm' && paths.every((path) => path.endsWith('/package.json') && !INSTALLED_MANIFEST.test(path)),
  },
]

export function reasonFor(difference: Difference): string | undefined {
  return REASONS.find(({ side, holds }) => side === difference.side && holds(difference))?.text
}

interface NpmLock {
  readonly packages?: Readonly<
    Record<string, { readonly name?: string; readonly version?: string; readonly dev?: boolean }>
  >
}

function isForDevelopment(root: Root, path: string, name: string, version: string): boolean {
  if (root.kind !== 'sources' || !path.endsWith('/package-lock.json')) return false
  const { packages = {} } = JSON.parse(readFileSync(join(root.path, path), 'utf8')) as NpmLock
  const entries = Object.entries(packages).filter(
    ([place, entry]) => (entry.name ?? place.split('node_modules/').at(-1)) === name && entry.version === version,
  )
  return entries.length > 0 && entries.every(([, entry]) => entry.dev)
}
