// Collects advisories and writes the database file: details go into blocks as they come, the rest waits for its package.
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { type Severity, severityRank } from '@yagura/schema/severities'
import { isCve, type SourceAdvisory } from '../advisory.ts'
import { createBlockWriter } from './blocks.ts'
import { encodeCveSeverities } from './cve-severities.ts'
import { encodeHeader, headBytes, type Section } from './format.ts'
import { type DatabaseMeta, encodeMeta } from './meta.ts'
import { encodePackageIndex, type IndexRow } from './package-index.ts'
import { encodeAdvisory, encodeDetail, encodePackage } from './records.ts'

export interface DatabaseWriter {
  /** False where the same advisory is there already, as new or newer: sources overlap. */
  add(advisory: SourceAdvisory): boolean
  /** The whole file, in pieces. The same advisories in the same order give the same sha256. */
  finish(meta: DatabaseMeta, builtAtMs: number): { pieces: Buffer[]; sha256: string; sizeBytes: number }
}

interface PackagePostings {
  readonly ecosystem: string
  readonly packageName: string
  readonly postings: Posting[]
}

interface Posting {
  readonly id: string
  readonly modifiedAt: string
  readonly encoded: string
}

export function createDatabaseWriter(): DatabaseWriter {
  const details = createBlockWriter()
  const newest = new Map<string, string>()
  const packages = new Map<string, PackagePostings>()
  const severities = new Map<string, Severity>()

  return {
    add(advisory) {
      const modifiedAt = advisory.modifiedAt ?? ''
      const known = newest.get(advisory.id)
      if (known !== undefined && known >= modifiedAt) return false
      newest.set(advisory.id, modifiedAt)
      noteSeverity(severities, advisory)
      const detail = details.add(encodeDetail(advisory))
      for (const affected of advisory.affected) {
        const { ecosystem, packageName } = affected
        const key = JSON.stringify([ecosystem, packageName])
        const known = packages.get(key) ?? { ecosystem, packageName, postings: [] }
        known.postings.push({ id: advisory.id, modifiedAt, encoded: encodeAdvisory(advisory.id, detail, affected) })
        packages.set(key, known)
      }
      return true
    },
    finish(meta, builtAtMs) {
      const writer = createBlockWriter()
      const rows: IndexRow[] = []
      const sorted = [...packages].sort(([a], [b]) => (a < b ? -1 : 1))
      for (const [, { ecosystem, packageName, postings }] of sorted) {
        const current = postings.filter((posting) => newest.get(posting.id) === posting.modifiedAt)
        if (current.length === 0) continue
        const record = encodePackage(
          ecosystem,
          packageName,
          current.map((posting) => posting.encoded),
        )
        rows.push({ ecosystem, packageName, locator: writer.add(record) })
      }
      return assemble(builtAtMs, [
        ['meta', [encodeMeta(meta)]],
        ['package-index', [encodePackageIndex(rows)]],
        ['cve-severities', [encodeCveSeverities(severities)]],
        ['packages', writer.finish()],
        ['details', details.finish()],
      ])
    },
  }
}

/** Only an advisory about one CVE says something of that CVE; of several opinions the worst is kept. */
function noteSeverity(severities: Map<string, Severity>, advisory: SourceAdvisory): void {
  const cves = [advisory.id, ...advisory.aliases, ...advisory.upstream].filter(isCve)
  const [cve] = cves
  if (cve === undefined || cves.length > 1) return
  for (const { severity } of advisory.affected)
    if (severityRank(severity) > severityRank(severities.get(cve) ?? 'unknown')) severities.set(cve, severity)
}

function assemble(builtAtMs: number, contents: readonly (readonly [name: string, pieces: Buffer[]])[]) {
  const digest = createHash('sha256')
  const sections: Section[] = []
  let offsetBytes = headBytes(contents.length)
  for (const [name, pieces] of contents) {
    let checksum = 0
    let lengthBytes = 0
    for (const piece of pieces) {
      digest.update(piece)
      checksum = crc32(piece, checksum)
      lengthBytes += piece.length
    }
    sections.push({ name, offsetBytes, lengthBytes, crc32: checksum })
    offsetBytes += lengthBytes
  }
  const sha256 = digest.digest()
  const header = encodeHeader({ sizeBytes: offsetBytes, builtAtMs, sha256, sections })
  const pieces = [header, ...contents.flatMap(([, sectionPieces]) => sectionPieces)]
  return { pieces, sha256: sha256.toString('hex'), sizeBytes: offsetBytes }
}
