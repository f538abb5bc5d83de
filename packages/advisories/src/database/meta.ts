// What the database says about itself: a small JSON section.

export interface DatabaseMeta {
  readonly sources: readonly AdvisorySource[]
  readonly feeds: readonly AdvisoryFeed[]
  /** Those with at least one advisory, as OSV names them (`Debian:11`), sorted by name. */
  readonly ecosystems: readonly EcosystemSummary[]
}

/** One archive of OSV records. */
export interface AdvisorySource {
  readonly name: string
  readonly advisories: number
  /** Taken back by their publisher, and left out. */
  readonly withdrawn: number
  /** Records that could not be read, and are missing. */
  readonly rejected: number
  /** Ranges that name commits instead of versions, and are left aside. */
  readonly gitRanges: number
  /** RFC 3339 in UTC; null where no record has a date. */
  readonly newestAt: string | null
}

/** Everything of one kind: `osv`, `kev`, `epss` … */
export interface AdvisoryFeed {
  readonly name: string
  readonly records: number
  readonly rejected: number
  /** RFC 3339 in UTC; null where the feed has no date, and where it was not found. */
  readonly newestAt: string | null
  /** False where the folder it was built from had nothing of it. */
  readonly isFound: boolean
}

export interface EcosystemSummary {
  readonly name: string
  readonly advisories: number
  readonly newestAt: string | null
}

export interface AdvisoryDatabaseInfo {
  readonly formatVersion: number
  readonly builtAt: string
  /** Of the content without the time of building, and without the way it is packed. */
  readonly sha256: string
  readonly sizeBytes: number
  readonly sources: readonly AdvisorySource[]
  readonly feeds: readonly AdvisoryFeed[]
}

export function encodeMeta(meta: DatabaseMeta): Buffer {
  return Buffer.from(JSON.stringify(meta))
}

/** undefined where it is not what encodeMeta wrote. The checksum was compared before, so the shape is only looked at. */
export function decodeMeta(bytes: Buffer): DatabaseMeta | undefined {
  try {
    const meta = JSON.parse(bytes.toString('utf8'))
    return [meta.sources, meta.feeds, meta.ecosystems].every(Array.isArray) ? meta : undefined
  } catch {
    return undefined
  }
}
