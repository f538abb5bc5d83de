// The inventory of this node: listed in full every ten seconds, and at once when the sensor sees a container it does not know. Where the
// sensor sees containers come and go, a node on which nothing changes is listed less often.
import { type Clock, type Logger, toYaguraError } from '@yagura/kernel'
import { type AssetReport, assetReport, type BatchItem, type CoverageGapReport } from '@yagura/schema'
import type { GapBook } from '../gaps/book.ts'
import { hostKey, readHost } from '../host/facts.ts'
import { createListeningBook } from '../processes/listening-book.ts'
import type { NodeView } from '../processes/node.ts'
import { makeProcessTable, type ProcessTable, readProcessTable } from '../processes/table.ts'
import { collect, type Listing } from '../runtimes/collect.ts'
import type { ReadContext, RuntimeReader } from '../runtimes/runtime.ts'
import { createChangeTracker } from './changes.ts'
import { createPace } from './pace.ts'
import { containerReport, reportsOf } from './reports.ts'

export interface InventoryOptions {
  readonly readers: readonly RuntimeReader[]
  readonly node: NodeView
  readonly machineId: string
  readonly clock: Clock
  readonly logger: Logger
  readonly gaps: GapBook
  readonly send: (items: readonly BatchItem[]) => void
  readonly onListing: (listing: Listing) => void
}

export interface Inventory {
  start(): void
  /** Lists everything once; listings never overlap. */
  refresh(): Promise<void>
  /** The sensor saw this container: is it described? If not, a listing follows shortly. */
  knows(containerId: string): boolean
  /** The containers that the sensor sees now; call it every second or so, where it sees them at all. */
  noteLive(containerIds: readonly string[]): void
  /** The sensor saw something in this container begin to listen. */
  noteListen(containerId: string): void
  /** Containers that the sensor saw and no runtime described, since the last call. */
  takeUnidentified(): CoverageGapReport[]
  stop(): Promise<void>
}

/** A container that has ended is missed by the second listing, some seconds later. */
const ENDED_MS = 2000
const TURN_MS = 1000
/** Between listings that new containers cause: a burst of short ones costs four listings a second, not one each. */
const PAUSE_MS = 250
/** A container that is not described by then never will be: it has ended. */
const IDENTIFY_MS = 30_000
/** A runtime that could not tell yet, because it was busy or the container was being made, is asked again. */
const ASK_AGAIN_MS = 300
const IDENTIFYING_MAX = 16
const NO_PROCESSES = makeProcessTable([])
const ASKED_MAX = 10_000
const REPEAT_ALL_MS = 15 * 60_000

export function createInventory(options: InventoryOptions): Inventory {
  const { clock, logger, machineId } = options
  const stopping = new AbortController()
  const tracker = createChangeTracker()
  const listening = createListeningBook(clock)
  const pace = createPace(clock)
  let known = new Set<string>()
  /** Containers the sensor asked for, when first and when last. */
  const asked = new Map<string, { readonly sinceMs: number; lastMs: number }>()
  let unidentified = 0
  let identifying = 0
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let soon: { readonly timer: NodeJS.Timeout; readonly dueAtMs: number } | undefined
  let endedAtMs = Number.NEGATIVE_INFINITY
  let repeatedAtMs = clock.monotonicMs()

  function contextOf(processes: ProcessTable, observedAt: string): ReadContext {
    return { node: options.node, processes, hostKey: hostKey(machineId), observedAt, signal: stopping.signal }
  }

  /** Asks for one new container at once: it may be over before the next listing, which brings the rest of its facts. */
  async function identify(containerId: string): Promise<void> {
    if (identifying >= IDENTIFYING_MAX) return
    identifying += 1
    try {
      const observedAt = new Date(clock.nowMs()).toISOString()
      for (const reader of options.readers) {
        const found = await reader.find?.(contextOf(NO_PROCESSES, observedAt), containerId)
        if (!found || known.has(containerId)) continue
        const asset = containerReport(found, machineId, observedAt)
        if (!assetReport.safeParse(asset).success) return
        known.add(containerId)
        options.send([{ item: 'asset', asset }])
        return
      }
    } finally {
      identifying -= 1
    }
  }

  async function list(): Promise<void> {
    const observedAt = new Date(clock.nowMs()).toISOString()
    const context = contextOf(readProcessTable(), observedAt)
    const listing = await collect(options.readers, context, listening)
    if (stopping.signal.aborted) return
    known = new Set(listing.containers.map((container) => container.facts.containerId))
    settleAsked()
    const { reports, invalid } = validReports([
      readHost(machineId, listing.runtimes, observedAt),
      ...reportsOf(listing, machineId, observedAt),
    ])
    if (clock.monotonicMs() - repeatedAtMs > REPEAT_ALL_MS) {
      tracker.forget()
      repeatedAtMs = clock.monotonicMs()
    }
    const { changed, isShorter } = tracker.compare(reports)
    if (changed.length > 0 || isShorter) pace.noteChange()
    const gaps = options.gaps.settle(
      ['RUNTIME_UNREADABLE', 'FILE_INVALID'],
      [...listing.gaps, ...invalid.map(invalidGap(context))],
      observedAt,
    )
    options.send([
      ...changed.map((asset) => ({ item: 'asset', asset }) as const),
      ...gaps.map((gap) => ({ item: 'gap', gap }) as const),
      ...complete(listing, reports, changed.length > 0 || isShorter || isFirstOfMinute(), observedAt),
    ])
    options.onListing(listing)
  }

  function settleAsked(): void {
    const nowMs = clock.monotonicMs()
    for (const [containerId, { sinceMs }] of asked) {
      if (known.has(containerId)) asked.delete(containerId)
      else if (nowMs - sinceMs > IDENTIFY_MS) {
        asked.delete(containerId)
        unidentified += 1
      }
    }
  }

  let completeAtMs = Number.NEGATIVE_INFINITY
  function isFirstOfMinute(): boolean {
    return clock.monotonicMs() - completeAtMs > 60_000
  }

  /** A runtime that could not be read must not make its containers "gone", nor keep those of the others. */
  function complete(
    listing: Listing,
    reports: readonly AssetReport[],
    isNews: boolean,
    observedAt: string,
  ): BatchItem[] {
    if (!isNews) return []
    completeAtMs = clock.monotonicMs()
    const keys = reports.filter((report) => report.facts.kind !== 'host').map((report) => report.key)
    const unread = listing.unread.length > 0 ? { unread: [...listing.unread] } : {}
    return [{ item: 'inventory-complete', keys, ...unread, observedAt }]
  }

  function refresh(): Promise<void> {
    running ??= list()
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) logger.error({ err: toYaguraError(error) }, 'The inventory could not be listed.')
      })
      .finally(() => {
        running = undefined
        endedAtMs = clock.monotonicMs()
      })
    return running
  }

  function refreshSoon(afterMs = PAUSE_MS): void {
    const nowMs = clock.monotonicMs()
    const dueAtMs = Math.max(nowMs, endedAtMs + afterMs)
    if (stopping.signal.aborted || (soon && soon.dueAtMs <= dueAtMs)) return
    clearTimeout(soon?.timer)
    const timer = setTimeout(() => {
      soon = undefined
      // a listing that began before the container did may not have it
      void (running ?? Promise.resolve()).then(refresh)
    }, dueAtMs - nowMs)
    soon = { timer, dueAtMs }
  }

  function unidentifiedGap(count: number): CoverageGapReport {
    return {
      code: 'CONTAINER_UNIDENTIFIED',
      scope: hostKey(machineId),
      subject: '',
      reason:
        'Containers ended before their runtime could be asked about them: their events carry the id, but no image.',
      remedy: null,
      count,
      observedAt: new Date(clock.nowMs()).toISOString(),
      resolved: false,
    }
  }

  return {
    start() {
      void refresh()
      timer = setInterval(() => {
        if (pace.isDue(endedAtMs)) void refresh()
      }, TURN_MS)
    },
    refresh,
    noteLive(containerIds) {
      if (pace.noteLive(containerIds)) refreshSoon(ENDED_MS)
    },
    noteListen: listening.noteListen,
    knows(containerId) {
      if (known.has(containerId)) return true
      const before = asked.get(containerId)
      const nowMs = clock.monotonicMs()
      if (before !== undefined) {
        if (nowMs - before.lastMs < ASK_AGAIN_MS) return false
        before.lastMs = nowMs
        void identify(containerId)
      } else if (asked.size < ASKED_MAX) {
        asked.set(containerId, { sinceMs: nowMs, lastMs: nowMs })
        void identify(containerId)
        refreshSoon()
      }
      return false
    },
    takeUnidentified() {
      const count = unidentified
      unidentified = 0
      return count === 0 ? [] : [unidentifiedGap(count)]
    },
    async stop() {
      stopping.abort()
      clearInterval(timer)
      clearTimeout(soon?.timer)
      await running
      for (const reader of options.readers) reader.close()
    },
  }
}

/** A report that breaks the contract would make the server refuse its whole batch. */
function validReports(all: readonly AssetReport[]): { reports: AssetReport[]; invalid: AssetReport[] } {
  const reports: AssetReport[] = []
  const invalid: AssetReport[] = []
  for (const report of all) (assetReport.safeParse(report).success ? reports : invalid).push(report)
  return { reports, invalid }
}

function invalidGap(context: ReadContext): (report: AssetReport) => CoverageGapReport {
  return (report) => ({
    code: 'FILE_INVALID',
    scope: context.hostKey,
    subject: report.key.slice(0, 4096),
    reason: 'The runtime describes this container or image in a way that cannot be reported.',
    remedy: null,
    count: 1,
    observedAt: context.observedAt,
    resolved: false,
  })
}
