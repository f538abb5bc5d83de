// The advisory database file, opened when it appears and again when it is replaced (another inode or time).
import { stat } from 'node:fs/promises'
import {
  type AdvisoryDatabase,
  type AdvisoryDatabaseInfo,
  ageDays,
  openAdvisoryDatabase,
  STALE_AFTER_DAYS,
  staleFeeds,
} from '@yagura/advisories'
import type { Clock, Logger } from '@yagura/kernel'
import type { AdvisoryDatabase as AdvisoryStatus } from '@yagura/schema'

export interface Advisories {
  /** Looks at the file; true when what is open changed. */
  refresh(): Promise<boolean>
  current(): AdvisoryDatabase | undefined
  status(): AdvisoryStatus
  close(): void
}

export function createAdvisories(path: string, logger: Logger, clock: Clock): Advisories {
  let database: AdvisoryDatabase | undefined
  let status: AdvisoryStatus = notReady('missing', null)
  let seen = 'never looked'

  return {
    async refresh() {
      const mark = await markOf(path)
      if (mark === seen) return false
      seen = mark
      const before = database
      const opened = openAdvisoryDatabase(path)
      if (opened.ok) {
        database = opened.value
        status = ready(opened.value)
        logger.info({ builtAt: status.builtAt, sha256: status.sha256 }, 'advisory database opened')
      } else {
        database = undefined
        const { code, message, hint } = opened.error
        status = notReady(code === 'ADVISORY_DB_MISSING' ? 'missing' : 'invalid', hint ? `${message} ${hint}` : message)
        logger.warn({ code }, message)
      }
      before?.close()
      return true
    },
    current: () => database,
    status: () => (database ? { ...status, feeds: feedsOf(database.info, clock.nowMs()) } : status),
    close: () => database?.close(),
  }
}

async function markOf(path: string): Promise<string> {
  try {
    const { ino, mtimeMs, size } = await stat(path)
    return `${ino} ${mtimeMs} ${size}`
  } catch (thrown) {
    return String((thrown as { code?: string }).code)
  }
}

function ready({ info }: AdvisoryDatabase): AdvisoryStatus {
  return {
    state: 'ready',
    reason: null,
    builtAt: info.builtAt,
    sha256: info.sha256,
    sizeBytes: info.sizeBytes,
    sources: info.sources.map(({ name, advisories, newestAt }) => ({ name, advisories, newestAt })),
    feeds: [],
  }
}

/** They publish every week, but what they say is an addition: an old one is shown as old, and is no gap. */
const ALSO_STEADY: readonly string[] = ['vulnrichment', 'end-of-life']

/** Ages are of now: a database that nobody renews gets old while it serves. */
function feedsOf(info: AdvisoryDatabaseInfo, nowMs: number): AdvisoryStatus['feeds'] {
  const stale = new Set(staleFeeds(info, nowMs).map(({ name }) => name))
  const all = [
    ...info.sources.map(({ name, advisories, newestAt }) => ({
      ...{ name: `osv/${name}`, records: advisories, newestAt, isFound: true },
    })),
    ...info.feeds.filter(({ name }) => name !== 'osv'),
  ]
  return all.map(({ name, records, newestAt, isFound }) => {
    const age = ageDays(newestAt, nowMs)
    const isStale = stale.has(name) || (ALSO_STEADY.includes(name) && age !== null && age > STALE_AFTER_DAYS)
    const dated = age === null ? 'undated' : isStale ? 'stale' : 'current'
    return { name, records, newestAt, ageDays: age, state: isFound ? dated : 'missing' }
  })
}

function notReady(state: 'missing' | 'invalid', reason: string | null): AdvisoryStatus {
  return { state, reason, builtAt: null, sha256: null, sizeBytes: null, sources: [], feeds: [] }
}
