// Matching a fleet anew, as the server does when the advisory database changes: conclusions of one image serve the next.
//   npm run bench -- match [IMAGES [PACKAGES]]     needs real advisories in the folder that YAGURA_DATA names
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildAdvisoryDatabase, openAdvisoryDatabase } from '@yagura/advisories'
import { systemClock, unwrap, YaguraError } from '@yagura/kernel'
import { createMatchMemory, matchPackages } from '@yagura/match'
import type { SoftwarePackage } from '@yagura/schema'

export const about = 'a fleet matched anew after its advisories changed (goal: 10,000 images of 200 packages in 2 s)'

/** How many versions of each package are around in a fleet. */
const VERSIONS = 8
const NAMES = 2000

export async function run(args: readonly string[]): Promise<void> {
  const images = Number(args[0] ?? 10_000)
  const packagesEach = Number(args[1] ?? 200)
  const data = process.env.YAGURA_DATA
  if (!data) throw new YaguraError('USAGE', 'YAGURA_DATA does not name a folder with advisories.')
  const work = mkdtempSync(join(tmpdir(), 'yagura-bench-match-'))
  try {
    const path = join(work, 'a.ydb')
    unwrap(await buildAdvisoryDatabase({ from: join(data, 'osv'), out: path, clock: systemClock }))
    const database = unwrap(openAdvisoryDatabase(path))
    const fleet = makeFleet(images, packagesEach)
    const observedAt = new Date(systemClock.nowMs()).toISOString()
    const operatingSystem = { id: 'debian', versionId: '11', prettyName: null }
    const memory = createMatchMemory()
    for (const round of ['first time', 'again']) {
      const startMs = systemClock.monotonicMs()
      let findings = 0
      for (const packages of fleet)
        findings += matchPackages({ operatingSystem, packages, scope: 'x', observedAt }, database, { memory }).findings
          .length
      const seconds = ((systemClock.monotonicMs() - startMs) / 1000).toFixed(2)
      const heapMiB = Math.round(process.memoryUsage().heapUsed / 2 ** 20)
      console.log(
        `${round.padEnd(12)}${seconds.padStart(7)} s  ${findings} findings, heap ${heapMiB} MiB with the fleet in it`,
      )
    }
    database.close()
  } finally {
    rmSync(work, { recursive: true })
  }
}

/** Images that share packages as those of a fleet do: a pool of names and versions, of which each image takes some in a row. */
function makeFleet(images: number, packagesEach: number): SoftwarePackage[][] {
  const names = REAL_NAMES.concat(Array.from({ length: NAMES - REAL_NAMES.length }, (_, i) => `lib${i}`))
  const pool = names.flatMap((name, i) =>
    Array.from({ length: VERSIONS }, (_, version) => debianPackage(name, `${1 + (i % 5)}.${version}.0-1`)),
  )
  return Array.from({ length: images }, (_, image) =>
    Array.from({ length: packagesEach }, (_, i) => {
      const at = ((image * 37 + i) * VERSIONS + ((image + i) % VERSIONS)) % pool.length
      // every image is read from the store, with texts of its own
      return { ...pool[at] } as SoftwarePackage
    }),
  )
}

const REAL_NAMES = [
  'openssl',
  'curl',
  'glibc',
  'zlib',
  'systemd',
  'expat',
  'libxml2',
  'sqlite3',
  'krb5',
  'gnutls28',
  'tiff',
]

function debianPackage(name: string, version: string): SoftwarePackage {
  return {
    name,
    version,
    type: 'deb',
    purl: `pkg:deb/debian/${name}@${version}?arch=amd64&distro=debian-11`,
    architecture: 'amd64',
    source: { name, version },
    licenses: [],
    locations: [{ path: '/var/lib/dpkg/status', layer: null }],
    layer: null,
  }
}
