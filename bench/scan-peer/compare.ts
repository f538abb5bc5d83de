// Packages and findings of both sides under the same keys, and what differs.
import type { OurReport } from './ours.ts'
import type { PeerPackage, PeerResult } from './peer.ts'
import { type Difference, reasonFor } from './reasons.ts'
import type { Root } from './roots.ts'

/** Types of package URLs, by what the peer calls them. */
const TYPES: Readonly<Record<string, string>> = {
  ...{ debian: 'deb', alpine: 'apk', alma: 'rpm', gobinary: 'golang', gomod: 'golang', composer: 'composer' },
  ...{ cargo: 'cargo', rustbinary: 'cargo', 'python-pkg': 'pypi', pip: 'pypi', gemspec: 'gem', bundler: 'gem' },
  ...{ 'node-pkg': 'npm', npm: 'npm', jar: 'maven', pom: 'maven' },
}

export interface Compared {
  readonly ours: number
  readonly peers: number
  readonly explained: ReadonlyMap<string, number>
  readonly unexplained: readonly string[]
}

interface Item {
  readonly key: string
  readonly difference: Omit<Difference, 'side'>
}

export function comparePackages(ours: OurReport, peers: readonly PeerResult[], root: Root): Compared {
  const mine = ours.packages.map(({ type, name, version, ownedBy, paths }) =>
    item({ what: 'package', root, type, name, version, ownedBy, paths }),
  )
  return compare(mine, packagesOf(peers, root))
}

function packagesOf(peers: readonly PeerResult[], root: Root): Item[] {
  return peers.flatMap(({ Type, Target, Packages = [] }) =>
    Packages.map((found) => {
      const type = TYPES[Type] ?? Type
      const paths = [`/${found.FilePath ?? Target}`]
      return item({ what: 'package', root, type, name: found.Name, version: versionOf(found), ownedBy: null, paths })
    }),
  )
}

/** A finding is found by both when any of its names is; advisories that are aliases of each other are one finding here. */
export function compareFindings(ours: OurReport, peers: readonly PeerResult[], root: Root): Compared {
  const mine = ours.findings.filter(({ status }) => status === 'affected')
  const undetermined = new Set(
    ours.findings
      .filter(({ status }) => status === 'undetermined')
      .flatMap(({ type, name, version, names }) => names.map((id) => `${keyOf(type, name, version)} ${id}`)),
  )
  const byPackage = Map.groupBy(mine, ({ type, name, version }) => keyOf(type, name, version))
  const theirs = new Map<string, Item>()
  for (const { Type, Target, Vulnerabilities = [] } of peers)
    for (const { VulnerabilityID, PkgName, InstalledVersion } of Vulnerabilities) {
      const type = TYPES[Type] ?? Type
      const id = VulnerabilityID.replace(/[@#].*$/, '')
      const key = keyOf(type, PkgName, InstalledVersion)
      const same = byPackage.get(key)?.find(({ names }) => names.includes(id))
      const finding = `${key} ${same?.names[0] ?? id}`
      theirs.set(finding, {
        key: finding,
        difference: {
          what: id,
          root,
          type,
          name: PkgName,
          version: InstalledVersion,
          ownedBy: null,
          paths: [`/${Target}`],
          isUndetermined: undetermined.has(`${key} ${id}`),
        },
      })
    }
  const items = mine.map(
    ({ type, name, version, names }): Item => ({
      key: `${keyOf(type, name, version)} ${names[0]}`,
      difference: { what: names.join(' '), root, type, name, version, ownedBy: null, paths: [] },
    }),
  )
  return compare(items, [...theirs.values()])
}

function compare(mine: readonly Item[], theirs: readonly Item[]): Compared {
  const ours = new Map(mine.map((one) => [one.key, one]))
  const peers = new Map(theirs.map((one) => [one.key, one]))
  const explained = new Map<string, number>()
  const unexplained: string[] = []
  for (const [side, from, others] of [
    ['here', ours, peers],
    ['the peer', peers, ours],
  ] as const)
    for (const [key, { difference }] of from) {
      if (others.has(key)) continue
      const reason = reasonFor({ ...difference, side })
      if (reason === undefined) unexplained.push(`only ${side}: ${key} (${difference.paths.join(', ').slice(0, 200)})`)
      else explained.set(`only ${side}: ${reason}`, (explained.get(`only ${side}: ${reason}`) ?? 0) + 1)
    }
  return { ours: ours.size, peers: peers.size, explained, unexplained: unexplained.sort() }
}

function item(difference: Item['difference']): Item {
  return { key: keyOf(difference.type, difference.name, difference.version), difference }
}

/** Names of Python as PEP 503 writes them; versions of Go without the v, which the peer leaves out in files of modules. */
function keyOf(type: string, name: string, version: string): string {
  if (type === 'golang') return `${type} ${name} ${version.replace(/^v/, '')}`
  return `${type} ${type === 'pypi' ? name.replace(/[-_.]+/g, '-').toLowerCase() : name} ${version}`
}

function versionOf({ Version, Epoch, Release }: PeerPackage): string {
  return `${Epoch ? `${Epoch}:` : ''}${Version}${Release ? `-${Release}` : ''}`
}
