// Collects what is to be sent into batches and spools them: by number, size or age, and by how much somebody waits for it.
import { constants, zstdCompressSync } from 'node:zlib'
import type { Clock } from '@yagura/kernel'
import { type Batch, type BatchItem, WIRE_VERSION } from '@yagura/schema'
import type { Priority } from '../spool/names.ts'
import type { Spool } from '../spool/spool.ts'

export interface BatcherOptions {
  readonly spool: Spool
  readonly agentId: string
  readonly clock: Clock
  /** True while the server does not answer: batches grow older and larger, so that fewer are to be sent. */
  readonly isAway: () => boolean
  /** True while it comes behind: the same, but for what is urgent. */
  readonly isBehind?: () => boolean
  readonly onSpooled: () => void
}

export interface Batcher {
  add(priority: Priority, item: BatchItem): void
  /** Spools what is old enough; call it often. */
  tick(): void
  /** Spools everything now. */
  flush(): void
  /** How long the oldest item waits in memory: what a kill would lose. */
  oldestAgeMs(): number
}

const PRIORITIES: readonly Priority[] = ['urgent', 'high', 'low']
const ITEMS_MAX = 2000
const TEXT_CHARS_MAX = 1024 * 1024
/** The quickest: higher ones take megabytes of memory for each batch, and save a tenth. */
const ZSTD_LEVEL = 1
/** How long an item may wait for others. What somebody waits for goes at the next look; a batch costs as much as fifty items in it. */
const AT_ONCE_MS = 0
const NEWS_MS = 200
const REPEATS_MS = 500
const ROUTINE_MS = 2000
const AWAY_MS = 2000
const AT_ONCE: ReadonlySet<BatchItem['item']> = new Set(['signal', 'incident', 'runtime-finding', 'action'])
const ROUTINE: ReadonlySet<BatchItem['item']> = new Set(['health', 'inventory-complete'])
/** So few events go with an alarm that is told in the same moment, before it: it mostly speaks of them. */
const WITH_ALARM_MAX = 200
const WITH_ALARM_CHARS_MAX = 256 * 1024

interface Pending {
  texts: string[]
  chars: number
  firstAtMs: number
  dueAtMs: number
}

export function createBatcher(options: BatcherOptions): Batcher {
  const { spool, clock } = options
  const pending: Record<Priority, Pending> = { urgent: empty(), high: empty(), low: empty() }

  function spoolNow(priority: Priority): void {
    const { texts } = pending[priority]
    if (texts.length === 0) return
    pending[priority] = empty()
    spool.append(priority, (seq) => encode({ ...header(priority), seq }, texts))
    options.onSpooled()
  }

  function header(priority: Priority): Omit<Batch, 'items' | 'seq'> {
    return {
      wireVersion: WIRE_VERSION,
      agentId: options.agentId,
      boot: spool.boot,
      madeAt: new Date(clock.nowMs()).toISOString(),
      priority: priority === 'low' ? 'low' : 'high',
    }
  }

  function joinAlarm(): void {
    const { urgent, high } = pending
    if (high.texts.length === 0 || high.texts.length > WITH_ALARM_MAX || high.chars > WITH_ALARM_CHARS_MAX) return
    urgent.texts = [...high.texts, ...urgent.texts]
    pending.high = empty()
  }

  return {
    add(priority, item) {
      const text = JSON.stringify(item)
      // an item that is large by itself (an image's packages) makes its own batch
      if (pending[priority].chars + text.length > TEXT_CHARS_MAX) spoolNow(priority)
      const batch = pending[priority]
      const nowMs = clock.monotonicMs()
      if (batch.texts.length === 0) batch.firstAtMs = nowMs
      batch.dueAtMs = Math.min(batch.dueAtMs, nowMs + patienceMs(item))
      batch.texts.push(text)
      batch.chars += text.length
      if (batch.texts.length >= ITEMS_MAX || batch.chars > TEXT_CHARS_MAX) spoolNow(priority)
    },
    tick() {
      const isAway = options.isAway()
      const isBehind = isAway || options.isBehind?.() === true
      const isLate = (priority: Priority) => (priority === 'urgent' ? isAway : isBehind)
      const nowMs = clock.monotonicMs()
      for (const priority of PRIORITIES) {
        const { texts, firstAtMs, dueAtMs } = pending[priority]
        if (texts.length === 0 || nowMs < (isLate(priority) ? firstAtMs + AWAY_MS : dueAtMs)) continue
        if (priority === 'urgent') joinAlarm()
        spoolNow(priority)
      }
    },
    flush() {
      for (const priority of PRIORITIES) spoolNow(priority)
    },
    oldestAgeMs() {
      const nowMs = clock.monotonicMs()
      return Math.max(
        ...PRIORITIES.map((priority) => (pending[priority].texts.length > 0 ? nowMs - pending[priority].firstAtMs : 0)),
      )
    },
  }
}

function patienceMs(item: BatchItem): number {
  if (AT_ONCE.has(item.item)) return AT_ONCE_MS
  if (item.item === 'event' && item.event.repeats !== undefined) return REPEATS_MS
  if (ROUTINE.has(item.item)) return ROUTINE_MS
  return NEWS_MS
}

function empty(): Pending {
  return { texts: [], chars: 0, firstAtMs: 0, dueAtMs: Number.POSITIVE_INFINITY }
}

/** Items are JSON already: each is written once, when it is added. */
function encode(header: Omit<Batch, 'items'>, items: readonly string[]): Buffer {
  const json = `${JSON.stringify(header).slice(0, -1)},"items":[${items.join(',')}]}`
  return zstdCompressSync(json, { params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } })
}
