// The artifacts in one jar and in the jars inside it. The directory of the archive is read, and of its entries only those that tell
// what it is. An artifact is known by pom.properties, else by the manifest, else by the name of the file; its group by Maven's own
// metadata only: a group that is guessed from a vendor would be judged by somebody else's advisories.
import type { Limits } from '@yagura/kernel'
import { createByteBudget, freeOwnBuffer, type MemoryZip, openZipIn, type ZipEntry } from '@yagura/safe-io'
import type { FoundPackage, ParsedFile } from '../extractor.ts'
import { type Coordinates, type Manifest, parseManifest, parsePomProperties } from './metadata.ts'
import { isArchive, nameOf } from './names.ts'

const MAX_ENTRIES = 200_000
const MAX_METADATA_BYTES = 1024 * 1024
/** Of one outermost jar, with everything inside it. */
const MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
const MAX_JARS = 10_000
const MAX_PACKAGES = 50_000
const MAX_PROBLEMS = 20
const MAX_TEXT = 512

const POM = /^(?:.*\/)?META-INF\/maven\/([^/]+)\/([^/]+)\/pom\.(properties|xml)$/

interface Jar {
  readonly path: string
  /** Of the jar inside the outermost one; undefined for that itself. */
  readonly inside: string | undefined
  readonly depth: number
}

interface Artifact {
  readonly group: string | undefined
  readonly artifact: string
  readonly version: string
}

export function parseJar(path: string, bytes: Buffer, limits: Limits): ParsedFile {
  const packages: FoundPackage[] = []
  const problems: string[] = []
  const budget = createByteBudget(MAX_UNPACKED_BYTES, 'The archive')
  const bounds = { archiveEntries: Math.min(MAX_ENTRIES, limits.archiveEntries), entryBytes: limits.fileBytes, budget }
  let jars = 0

  function report(problem: string): undefined {
    if (problems.length < MAX_PROBLEMS) problems.push(problem)
  }

  function read(jar: Jar, content: Buffer): undefined {
    const label = jar.inside ?? 'The archive'
    const zip = openZipIn(content, bounds, label)
    if (!zip.ok) return report(zip.error.message)
    for (const { group, artifact, version } of artifactsOf(jar, zip.value, report)) {
      if (packages.length >= MAX_PACKAGES) return report(`The archive holds more than ${MAX_PACKAGES} artifacts.`)
      packages.push({
        // without its group no advisory can be found for it: as `generic` it is told as not covered
        ...(group === undefined
          ? { name: artifact, type: 'generic' }
          : { name: `${group}:${artifact}`, type: 'maven' }),
        version,
        architecture: null,
        source: null,
        licenses: [],
        ...(jar.inside === undefined ? {} : { path: jar.inside }),
      })
    }
    for (const entry of zip.value.entries) if (isArchive(entry.name)) readNested(jar, zip.value, entry)
  }

  function readNested(jar: Jar, zip: MemoryZip, entry: ZipEntry): undefined {
    const inside = jar.inside === undefined ? entry.name : `${jar.inside}!/${entry.name}`
    if (jar.depth >= limits.archiveDepth)
      return report(
        `${inside.slice(0, MAX_TEXT)} lies deeper than ${limits.archiveDepth} archives in one another; it was not read.`,
      )
    if (++jars > MAX_JARS) return report(`The archive holds more than ${MAX_JARS} others; the rest was not read.`)
    const content = zip.read(entry)
    if (!content.ok) return report(content.error.message)
    read({ path: entry.name, inside, depth: jar.depth + 1 }, content.value)
    // what is only stored is a part of the archive around it
    freeOwnBuffer(content.value)
  }

  read({ path, inside: undefined, depth: 0 }, bytes)
  return { packages, problems }
}

/** Several pom.properties: others were packed into this one (shaded), each of them counts. */
function artifactsOf(jar: Jar, zip: MemoryZip, report: (problem: string) => undefined): Artifact[] {
  const manifest = readManifest(zip, report)
  const fallback = fallbackVersion(jar, manifest)
  const found = new Map<string, Artifact>()
  const incomplete = new Map<string, Coordinates>()
  for (const entry of zip.entries) {
    const [, group, artifact, form] = POM.exec(entry.name) ?? []
    if (!group || !artifact) continue
    const own = form === 'properties' ? parsePomProperties(readText(zip, entry, report)) : undefined
    const coordinates = { group: own?.group ?? group, artifact: own?.artifact ?? artifact, version: own?.version }
    const key = `${coordinates.group}:${coordinates.artifact}`
    if (coordinates.version === undefined) incomplete.set(key, coordinates)
    else found.set(`${key}:${coordinates.version}`, { ...coordinates, version: coordinates.version })
  }
  if (found.size > 0) return [...found.values(), ...unnamed(jar, manifest, [...found.values()])].filter(isUsable)
  // a pom without a version is that of the jar itself when it is the only one
  const [only] = incomplete.values()
  const name = nameOf(jar.path)
  if (fallback === undefined) {
    if (hasCode(zip)) report(`${jar.inside ?? 'The archive'} does not tell its version.`)
    return []
  }
  if (manifest.plugin) return [{ ...manifest.plugin, version: fallback }].filter(isUsable)
  if (incomplete.size === 1 && only?.artifact !== undefined)
    return [{ group: only.group, artifact: only.artifact, version: fallback }].filter(isUsable)
  const artifact = name.version === undefined ? (manifest.title ?? name.artifact) : name.artifact
  return [{ group: undefined, artifact, version: fallback }].filter(isUsable)
}

/**
 * A jar that only carries the metadata of what was packed into it is there itself as well, as its file is called. One artifact alone
 * may be this very jar under another name, unless the manifest takes the side of the file.
 */
function unnamed(jar: Jar, manifest: Manifest, found: readonly Artifact[]): Artifact[] {
  const { artifact, version } = nameOf(jar.path)
  // the same version under another name is the same artifact: maven3-core-3.8.7.jar of Debian
  const isSame = (one: Artifact) => one.artifact === artifact || one.version === version
  if (version === undefined || found.some((one) => isSame(one) || artifact.endsWith(`.${one.artifact}`))) return []
  const isConfirmed = [manifest.implementationVersion, manifest.bundleVersion].includes(version)
  return isConfirmed || found.length > 1 ? [{ group: undefined, artifact, version }] : []
}

/** What holds resources only has no version that matters. */
function hasCode(zip: MemoryZip): boolean {
  return zip.entries.some(({ name }) => name.endsWith('.class'))
}

function readManifest(zip: MemoryZip, report: (problem: string) => undefined): Manifest {
  const entry = zip.entries.find((one) => one.name === 'META-INF/MANIFEST.MF')
  return parseManifest(entry ? readText(zip, entry, report) : '')
}

/** A bundle's version is written with dots only (31.1.0.jre), so the name of the file is closer to the artifact's where both agree. */
function fallbackVersion(jar: Jar, manifest: Manifest): string | undefined {
  if (manifest.pluginVersion) return manifest.pluginVersion
  const { version } = nameOf(jar.path)
  // 2.0.21-release-482 of kotlin-stdlib-2.0.21.jar: what stands behind the version tells the build
  const build = version && manifest.implementationVersion?.startsWith(`${version}-`)
  if (manifest.implementationVersion) return build ? version : manifest.implementationVersion
  if (version && manifest.bundleVersion?.startsWith(/^\d+(?:\.\d+)?/.exec(version)?.[0] ?? '-')) return version
  return manifest.bundleVersion ?? version
}

function readText(zip: MemoryZip, entry: ZipEntry, report: (problem: string) => undefined): string {
  if (entry.sizeBytes > MAX_METADATA_BYTES) {
    report(`${entry.name.slice(0, MAX_TEXT)} is larger than ${MAX_METADATA_BYTES} bytes; it was not read.`)
    return ''
  }
  const content = zip.read(entry)
  if (!content.ok) report(content.error.message)
  return content.ok ? content.value.toString('utf8') : ''
}

function isUsable({ group, artifact, version }: Artifact): boolean {
  return (
    artifact !== '' && version !== '' && (group?.length ?? 0) + artifact.length < MAX_TEXT && version.length < MAX_TEXT
  )
}
