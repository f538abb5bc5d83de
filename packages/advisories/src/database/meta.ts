// What the database says about itself: a small JSON section.

export interface DatabaseMeta {
  readonly sources: readonly AdvisorySource[]
  /** Ecosystems with at least one advisory, as OSV names them (`Debian:11`), sorted. */
  readonly ecosystems: readonly string[]
}

export interface AdvisorySource {
  readonly name: string
  readonly advisories: number
  /** Taken back by their publisher, and left out. */
  readonly withdrawn: number
  /** Records that could not be read, and are missing. */
  readonly rejected: number
  /** RFC 3339 in UTC; null where no record has a date. */
  readonly newestAt: string | null
}

export interface AdvisoryDatabaseInfo {
  readonly formatVersion: number
  readonly builtAt: string
  /** Of the content without the time of building. */
  readonly sha256: string
  readonly sizeBytes: number
  readonly sources: readonly AdvisorySource[]
}

export function encodeMeta(meta: DatabaseMeta): Buffer {
  return Buffer.from(JSON.stringify(meta))
}

/** undefined where it is not what encodeMeta wrote. The checksum was compared before, so the shape is only looked at. */
export function decodeMeta(bytes: Buffer): DatabaseMeta | undefined {
  try {
    const meta = JSON.parse(bytes.toString('utf8'))
    return Array.isArray(meta.sources) && Array.isArray(meta.ecosystems) ? meta : undefined
  } catch {
    return undefined
  }
}
