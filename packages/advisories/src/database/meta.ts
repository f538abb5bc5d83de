// What the database says about itself: a small JSON section.
import { z } from 'zod'

const count = z.int().nonnegative()

export const databaseMeta = z.object({
  sources: z.array(
    z.object({
      name: z.string(),
      advisories: count,
      /** Taken back by their publisher, and left out. */
      withdrawn: count,
      /** Records that could not be read, and are missing. */
      rejected: count,
      newestAt: z.string().nullable(),
    }),
  ),
  /** Ecosystems with at least one advisory, as OSV names them (`Debian:11`), sorted. */
  ecosystems: z.array(z.string()),
})

export type DatabaseMeta = z.infer<typeof databaseMeta>
export type AdvisorySource = DatabaseMeta['sources'][number]

export interface AdvisoryDatabaseInfo {
  readonly formatVersion: number
  readonly builtAt: string
  readonly sha256: string
  readonly sizeBytes: number
  readonly sources: readonly AdvisorySource[]
}
