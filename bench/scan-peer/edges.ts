// Roots and source trees made out of advisories: for every package that an advisory speaks of, versions right before, at and right
// behind each edge of what is affected. Neighbours are made of the text of a version, so that nothing here compares versions.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type OsvAffected, type OsvRecord, readOsv } from './osv.ts'
import { cacheFolder, made, type Root } from './roots.ts'
import { writeRpmDatabase } from './rpm-database.ts'

/** Releases that the peer has advisories of in YAGURA_DATA and still knows. */
const DEBIAN = ['8', '9', '10', '11']
const ALMALINUX = ['8', '9']
const ALPINE = ['3.4', '3.7', '3.9', '3.10', '3.11']
/** Of a package with hundreds of advisories. */
const MAX_VERSIONS = 16
/** AlmaLinux names every binary package of every advisory; those of the kernel, with thousands of CVEs each, are left out. */
const MAX_RPM_NAMES = 400

export async function makeEdges(data: string): Promise<Root[]> {
  const debian = await readOsv(data, 'Debian')
  const alpine = await readOsv(data, 'Alpine')
  const python = await readOsv(data, 'PyPI')
  const go = await readOsv(data, 'Go')
  const rust = await readOsv(data, 'crates.io')
  const alma = await readOsv(data, 'AlmaLinux')
  return [
    ...DEBIAN.map((release) =>
      root(
        `edges-debian-${release}`,
        'rootfs',
        debianFiles(release, edges(debian, `Debian:${release}`, debianNeighbours)),
      ),
    ),
    ...ALPINE.map((release) =>
      root(
        `edges-alpine-${release}`,
        'rootfs',
        alpineFiles(release, edges(alpine, `Alpine:v${release}`, alpineNeighbours)),
      ),
    ),
    ...ALMALINUX.map((release) => rpmRoot(release, edges(alma, `AlmaLinux:${release}`, rpmNeighbours))),
    root('edges-python', 'rootfs', pythonFiles(edges(python, 'PyPI', pythonNeighbours))),
    root('edges-go', 'sources', goFiles(edges(go, 'Go', semverNeighbours))),
    root('edges-rust', 'sources', rustFiles(edges(rust, 'crates.io', semverNeighbours))),
  ]
}

type Files = readonly (readonly [path: string, text: string])[]
type Versions = ReadonlyMap<string, readonly string[]>

function root(name: string, kind: Root['kind'], files: Files): Root {
  const path = made(cacheFolder(), name, (unfinished) => {
    for (const [file, text] of files) {
      mkdirSync(dirname(join(unfinished, file)), { recursive: true })
      writeFileSync(join(unfinished, file), text)
    }
  })
  return { name, path, kind }
}

function rpmRoot(release: string, versions: Versions): Root {
  const name = `edges-almalinux-${release}`
  const path = made(cacheFolder(), name, (unfinished) => {
    for (const folder of ['etc', 'var/lib/rpm']) mkdirSync(join(unfinished, folder), { recursive: true })
    writeFileSync(
      join(unfinished, 'etc/os-release'),
      `ID="almalinux"\nVERSION_ID="${release}.5"\nPRETTY_NAME="AlmaLinux ${release}.5"\n`,
    )
    for (const file of ['almalinux-release', 'redhat-release'])
      writeFileSync(join(unfinished, 'etc', file), `AlmaLinux release ${release}.5 (Edge)\n`)
    const packages = [...versions]
      .filter(([name]) => !name.startsWith('kernel'))
      .slice(0, MAX_RPM_NAMES)
      .flatMap(([name, all]) => all.map((version) => ({ name, version, vendor: 'AlmaLinux' })))
    writeRpmDatabase(join(unfinished, 'var/lib/rpm/rpmdb.sqlite'), packages)
  })
  return { name, path, kind: 'rootfs' }
}

function edges(records: readonly OsvRecord[], ecosystem: string, neighbours: (version: string) => string[]): Versions {
  const versions = new Map<string, Set<string>>()
  for (const { affected = [], withdrawn } of records)
    for (const one of withdrawn ? [] : affected) {
      if (one.package.ecosystem !== ecosystem) continue
      const known = versions.get(one.package.name) ?? new Set()
      versions.set(one.package.name, known)
      for (const version of edgesOf(one)) for (const near of neighbours(version)) known.add(near)
    }
  return new Map([...versions].map(([name, known]) => [name, [...known].slice(0, MAX_VERSIONS)]))
}

function edgesOf({ ranges = [], versions = [] }: OsvAffected): string[] {
  const events = ranges.filter(({ type }) => type !== 'GIT').flatMap((range) => range.events)
  const named = events.flatMap((event) => event.introduced ?? event.fixed ?? event.last_affected ?? [])
  return [...named.filter((version) => version !== '0'), ...versions.slice(0, 1), ...versions.slice(-1)]
}

function debianNeighbours(version: string): string[] {
  return [`${version}~`, version, `${version}+b1`, `${version}.1`]
}

/** Modules are told apart by their stream, which these advisories name in their titles only. */
function rpmNeighbours(version: string): string[] {
  return version.includes('.module') ? [] : [`${version}~`, version, `${version}.1`]
}

function alpineNeighbours(version: string): string[] {
  const [, plain = version, revision] = /^(.*)-r(\d+)$/.exec(version) ?? []
  if (revision === undefined) return [version]
  return [
    `${plain}_rc1-r0`,
    ...(revision === '0' ? [] : [`${plain}-r${Number(revision) - 1}`]),
    version,
    `${plain}-r${Number(revision) + 1}`,
  ]
}

function pythonNeighbours(version: string): string[] {
  return /^\d+(\.\d+)*$/.test(version) ? [`${version}rc1`, version, `${version}.post1`] : [version]
}

function semverNeighbours(version: string): string[] {
  return /^\d+\.\d+\.\d+$/.test(version)
    ? [`${version}-rc.1`, version, version.replace(/\d+$/, (patch) => `${Number(patch) + 1}`)]
    : [version]
}

/** Each version is a package of its own name that was built from the same source. */
function debianFiles(release: string, versions: Versions): Files {
  const status = [...versions].flatMap(([name, all]) =>
    all.map((version, i) =>
      [
        ...[`Package: ${name}-v${i}`, 'Status: install ok installed', 'Maintainer: Nobody <nobody@example.org>'],
        ...['Architecture: amd64', `Source: ${name}`, `Version: ${version}`, 'Description: edge', '', ''],
      ].join('\n'),
    ),
  )
  return [
    ['etc/os-release', `ID=debian\nVERSION_ID="${release}"\nPRETTY_NAME="Debian ${release}"\n`],
    ['etc/debian_version', `${release}.0\n`],
    ['var/lib/dpkg/status', status.join('')],
  ]
}

function alpineFiles(release: string, versions: Versions): Files {
  const installed = [...versions].flatMap(([name, all]) =>
    all.map((version, i) => [`P:${name}-v${i}`, `V:${version}`, 'A:x86_64', `o:${name}`, 'L:MIT', '', ''].join('\n')),
  )
  return [
    ['etc/os-release', `ID=alpine\nVERSION_ID=${release}.0\nPRETTY_NAME="Alpine Linux v${release}"\n`],
    ['etc/alpine-release', `${release}.0\n`],
    ['lib/apk/db/installed', installed.join('')],
  ]
}

function pythonFiles(versions: Versions): Files {
  return [...versions].flatMap(([name, all]) =>
    all.map((version): readonly [string, string] => [
      `srv/venv/lib/python3.11/site-packages/${name.replaceAll('-', '_')}-${version}.dist-info/METADATA`,
      `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n\n`,
    ]),
  )
}

/** A module file names a module once, so there is one for the first version of each, one for the second … */
function goFiles(versions: Versions): Files {
  const modules = [...versions].filter(([name]) => name.includes('.'))
  return Array.from({ length: MAX_VERSIONS }, (_, i): readonly [string, string] => {
    const requires = modules.flatMap(([name, all]) => (all[i] === undefined ? [] : [`\t${name} v${all[i]}`]))
    return [`m${i}/go.mod`, `module example.org/edge${i}\n\ngo 1.20\n\nrequire (\n${requires.join('\n')}\n)\n`]
  })
}

function rustFiles(versions: Versions): Files {
  const source = 'registry+https://github.com/rust-lang/crates.io-index'
  const crates = [...versions].flatMap(([name, all]) =>
    all.map((version) => `[[package]]\nname = "${name}"\nversion = "${version}"\nsource = "${source}"\n`),
  )
  return [['Cargo.lock', `version = 3\n\n${crates.join('\n')}`]]
}
