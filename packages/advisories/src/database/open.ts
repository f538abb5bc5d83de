// The advisory database: questions that matching asks, answered out of the tables of the file.
import { ok, type Result, YaguraError } from '@yagura/kernel'
import { SEVERITIES, type Severity } from '@yagura/schema/severities'
import type { Advisory } from '../advisory.ts'
import type {
  EndOfLife,
  Enrichment,
  ExploitProbability,
  KnownExploited,
  VexStatement,
  VulnerabilityRating,
} from '../enrichment.ts'
import { findStatements, type VexQuery } from '../vex/store.ts'
import { findEndOfLife } from './end-of-life.ts'
import { type DatabaseFile, openDatabaseFile } from './file.ts'
import { invalid, invalidError } from './format.ts'
import { ageDays, STALE_AFTER_DAYS } from './freshness.ts'
import type { AdvisoryDatabaseInfo } from './meta.ts'
import { decodeAffected, decodeDetail, packagePrefix } from './records.ts'

/** Every lookup throws ADVISORY_DB_INVALID where the file is damaged. */
export interface AdvisoryDatabase {
  readonly info: AdvisoryDatabaseInfo
  /** Advisories of one package, in order of their ids. */
  lookup(ecosystem: string, packageName: string): readonly Advisory[]
  /** Whether anything at all is known about an ecosystem, such as `Debian:11`. */
  covers(ecosystem: string): boolean
  /** Ecosystems of one name, whatever their suffix: `Red Hat` → `Red Hat:enterprise_linux:8::baseos` … Sorted. */
  ecosystemsOf(name: string): readonly string[]
  /** How old the newest advisory of an ecosystem's publisher is; undefined where nothing is known about it. */
  freshnessOf(ecosystem: string, nowMs: number): Freshness | undefined
  /** The worst that any advisory says of a CVE, else what its CVSS vectors give; `unknown` where nobody says anything. */
  severityOf(cve: string): Severity
  /** Exploited in the wild, as CISA knows. */
  kev(cve: string): KnownExploited | undefined
  epss(cve: string): ExploitProbability | undefined
  /** CVSS vectors, weaknesses and SSVC decision points. */
  enrichment(cve: string): Enrichment | undefined
  /** `osId`: ID of os-release, or a product as endoflife.date names it. */
  endOfLife(osId: string, versionId: string, nowMs: number): EndOfLife | undefined
  /** Newest first. */
  vexStatements(query: VexQuery): readonly VexStatement[]
  close(): void
}

export interface Freshness {
  readonly newestAt: string | null
  readonly ageDays: number | null
  readonly isStale: boolean
}

/** Errors: ADVISORY_DB_MISSING, ADVISORY_DB_VERSION, ADVISORY_DB_INVALID, PERMISSION. */
export function openAdvisoryDatabase(path: string): Result<AdvisoryDatabase, YaguraError> {
  const opened = openDatabaseFile(path)
  if (!opened.ok) return opened
  try {
    return ok(createDatabase(opened.value))
  } catch (error) {
    opened.value.close()
    return invalid(`${path} does not say what it holds.`, error)
  }
}

function createDatabase(file: DatabaseFile): AdvisoryDatabase {
  const { tables, meta } = file
  const ecosystems = new Set(meta.ecosystems.map(({ name }) => name))
  const scoredAt = meta.feeds.find(({ name }) => name === 'epss')?.newestAt ?? null
  const rating = (cve: string) => tables.vulnrichment.get(cve) as VulnerabilityRating | undefined

  /** The checksums hold, and yet it is not what we write: somebody else made the file. */
  function decoded<T>(decode: () => T): T {
    try {
      return decode()
    } catch (error) {
      throw error instanceof YaguraError ? error : invalidError(`${file.path} has a record of another shape.`, error)
    }
  }

  function detailOf(id: string) {
    return decoded(() => decodeDetail(tables.details.get(id)))
  }

  return {
    info: file.info,
    lookup(ecosystem, packageName) {
      const prefix = packagePrefix(ecosystem, packageName)
      const found = tables.packages.startingWith(prefix)
      // Names may hold a NUL themselves.
      const own = found.filter(([key]) => key.lastIndexOf('\0') === prefix.length - 1)
      return decoded(() => own.flatMap(([key, value]) => decodeAffected(key, value, detailOf)))
    },
    covers: (ecosystem) => ecosystems.has(ecosystem),
    ecosystemsOf: (name) => [...ecosystems].filter((item) => item === name || item.startsWith(`${name}:`)),
    freshnessOf(ecosystem, nowMs) {
      if (!ecosystems.has(ecosystem)) return undefined
      const publisher = publisherOf(ecosystem)
      const dates = meta.ecosystems.filter(({ name }) => publisherOf(name) === publisher)
      const newestAt =
        dates
          .map((item) => item.newestAt ?? '')
          .sort()
          .at(-1) || null
      const age = ageDays(newestAt, nowMs)
      return { newestAt, ageDays: age, isStale: age !== null && age > STALE_AFTER_DAYS }
    },
    severityOf: (cve) => SEVERITIES[Number(tables.severities.get(cve) ?? rating(cve)?.severity ?? 0)] ?? 'unknown',
    kev: (cve) => tables.kev.get(cve) as KnownExploited | undefined,
    epss(cve) {
      const found = tables.epss.get(cve) as readonly [number, number] | undefined
      return found && { score01: found[0], percentile01: found[1], scoredAt }
    },
    enrichment(cve) {
      const found = rating(cve)
      return found && { ...found, severity: SEVERITIES[found.severity] ?? 'unknown' }
    },
    endOfLife: (osId, versionId, nowMs) => findEndOfLife(tables['end-of-life'], osId, versionId, nowMs),
    vexStatements: (query) => findStatements(tables.vex, tables['vex-products'], query),
    close: () => file.close(),
  }
}

/** A release that is no longer supported gets no new advisories, and its feed is followed all the same. */
function publisherOf(ecosystem: string): string {
  return ecosystem.split(':', 1)[0] ?? ecosystem
}
