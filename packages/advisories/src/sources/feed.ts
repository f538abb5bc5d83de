// What every feed gives: where it looks below the folder that a database is built from, and what it puts into which tables.

import type { AdvisorySource, EcosystemSummary } from '../database/meta.ts'
import type { TableName } from '../database/tables.ts'

export interface Feed {
  readonly name: string
  /** Tables that it alone writes, or that it shares with feeds of the same kind. */
  readonly tables: readonly TableName[]
  /** Where it looks, in words for people. */
  readonly layout: string
  /**
   * undefined where the folder holds nothing of it. A bad record is rejected and the rest goes on; what cannot be read at all throws
   * a YaguraError, for then nobody knows what is missing.
   */
  read(context: FeedContext): Promise<FeedReport | undefined>
}

export interface FeedContext {
  /** Folder in the layout of README.md. */
  readonly from: string
  /** `value` is what JSON can hold. A key that was put before is replaced. */
  put(table: TableName, key: string, value: unknown): void
  /** As `put`, for what is JSON already. */
  putText(table: TableName, key: string, json: string): void
  readonly onProgress: (progress: BuildProgress) => void
  readonly onRejected: (file: string, reason: string) => void
}

export interface BuildProgress {
  readonly source: string
  readonly done: number
  readonly total: number
}

export interface FeedReport {
  readonly records: number
  readonly rejected: number
  /** RFC 3339 in UTC. */
  readonly newestAt: string | null
  readonly sources?: readonly AdvisorySource[]
  readonly ecosystems?: readonly EcosystemSummary[]
}
