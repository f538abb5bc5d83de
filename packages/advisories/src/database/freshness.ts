// How old what is known is. A feed that publishes every day and whose newest record is two weeks old is no longer being followed.
import type { AdvisoryDatabaseInfo } from './meta.ts'

export const STALE_AFTER_DAYS = 14
const DAY_MS = 24 * 3600 * 1000
/** Those that publish at least every week, all year round. */
const STEADY_FEEDS: readonly string[] = ['kev', 'epss']

export interface StaleFeed {
  /** `kev`, or the archive of OSV: `osv/Debian`. */
  readonly name: string
  readonly newestAt: string
  readonly ageDays: number
}

/** Days from `newestAt` to now, whole; null where no date is known. */
export function ageDays(newestAt: string | null, nowMs: number): number | null {
  return newestAt === null ? null : Math.max(0, Math.floor((nowMs - Date.parse(newestAt)) / DAY_MS))
}

export function staleFeeds(
  { sources, feeds }: Pick<AdvisoryDatabaseInfo, 'sources' | 'feeds'>,
  nowMs: number,
  afterDays = STALE_AFTER_DAYS,
): StaleFeed[] {
  const followed = [
    ...sources.map(({ name, newestAt }) => ({ name: `osv/${name}`, newestAt })),
    ...feeds.filter(({ name, isFound }) => isFound && STEADY_FEEDS.includes(name)),
  ]
  return followed.flatMap(({ name, newestAt }) => {
    const age = ageDays(newestAt, nowMs)
    return newestAt !== null && age !== null && age > afterDays ? [{ name, newestAt, ageDays: age }] : []
  })
}
