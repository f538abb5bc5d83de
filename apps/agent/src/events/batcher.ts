// Collects what is to be sent into batches and spools them: by number, size or age, high and low priority apart.
import { constants, zstdCompressSync } from 'node:zlib'
import type { Clock } from '@yagura/kernel'
import { type Batch, type BatchItem, WIRE_VERSION } from '@yagura/schema'
import type { Priority } from '../spool/names.ts'
import type { Spool } from '../spool/spool.ts'

export interface BatcherOptions {
  readonly spool: Spool
  readonly agentId: string
  readonly clock: Clock
  /** True while the server does not answer or comes behind: batches grow older and larger, so that fewer are to be sent. */
  readonly isAway: () => boolean
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

const ITEMS_MAX = 2000
const TEXT_CHARS_MAX = 1024 * 1024
const AGE_MS = 200
/** What somebody waits for goes at the next look; what is told in the same moment goes with it. */
const URGENT: ReadonlySet<BatchItem['item']> = new Set(['signal', 'incident', 'runtime-finding', 'action'])
const AGE_AWAY_MS = 2000
const ZSTD_LEVEL = 3

interface Pending {
  texts: string[]
  chars: number
  firstAtMs: number
  isUrgent: boolean
}

export function createBatcher(options: BatcherOptions): Batcher {
  const { spool, clock } = options
  const pending: Record<Priority, Pending> = { high: empty(), low: empty() }

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
      priority,
    }
  }

  return {
    add(priority, item) {
      const text = JSON.stringify(item)
      // an item that is large by itself (an image's packages) makes its own batch
      if (pending[priority].chars + text.length > TEXT_CHARS_MAX) spoolNow(priority)
      const batch = pending[priority]
      if (batch.texts.length === 0) batch.firstAtMs = clock.monotonicMs()
      batch.isUrgent ||= URGENT.has(item.item)
      batch.texts.push(text)
      batch.chars += text.length
      if (batch.texts.length >= ITEMS_MAX || batch.chars > TEXT_CHARS_MAX) spoolNow(priority)
    },
    tick() {
      const isAway = options.isAway()
      const age = isAway ? AGE_AWAY_MS : AGE_MS
      const nowMs = clock.monotonicMs()
      for (const priority of ['high', 'low'] as const) {
        const batch = pending[priority]
        const isDue = (batch.isUrgent && !isAway) || nowMs - batch.firstAtMs >= age
        if (batch.texts.length > 0 && isDue) spoolNow(priority)
      }
    },
    flush() {
      spoolNow('high')
      spoolNow('low')
    },
    oldestAgeMs() {
      const ages = [pending.high, pending.low].map((one) =>
        one.texts.length > 0 ? clock.monotonicMs() - one.firstAtMs : 0,
      )
      return Math.max(...ages)
    },
  }
}

function empty(): Pending {
  return { texts: [], chars: 0, firstAtMs: 0, isUrgent: false }
}

/** Items are JSON already: each is written once, when it is added. */
function encode(header: Omit<Batch, 'items'>, items: readonly string[]): Buffer {
  const json = `${JSON.stringify(header).slice(0, -1)},"items":[${items.join(',')}]}`
  return zstdCompressSync(json, { params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } })
}
