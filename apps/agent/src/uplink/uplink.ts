// Takes batches out of the spool to the server; a batch leaves the spool when it is acknowledged. What is urgent has a lane of its own,
// so that an alarm never waits behind what merely happened; in each lane they go one at a time and in order.
import type { Logger, YaguraError } from '@yagura/kernel'
import { type BatchAck, batchAck } from '@yagura/schema'
import { type Answer, post, refusal } from '../identity/request.ts'
import type { Transport } from '../identity/transport.ts'
import { LANES, type Lane, type SpoolEntry } from '../spool/names.ts'
import type { Spool } from '../spool/spool.ts'
import { backoffMs, retryAfterMs } from './backoff.ts'

export interface UplinkOptions {
  readonly spool: Spool
  readonly url: string
  /** The connection in use; a renewed certificate makes a new one. */
  readonly client: (lane: Lane) => Transport
  readonly logger: Logger
  readonly onAcknowledged: (ack: BatchAck) => void
  readonly random01?: () => number
}

export interface Uplink {
  /** Something was spooled. */
  wake(): void
  /** True while the last try failed. */
  isAway(): boolean
  /** Ends at once; what is in flight stays in the spool. */
  stop(): Promise<void>
}

/** The server's verdict on one batch. */
type Verdict = 'taken' | 'never' | 'later'

// an agent that was refused asks again now and then: the refusal may have been a mistake, and the spool holds the rest
const REFUSED_RETRY_MS = 60_000

// sent again, the same bytes would get the same answer; every other status may change (a proxy, an upgrade, load)
const NEVER_TAKEN = new Set([400, 409, 413, 422])

export function startUplink(options: UplinkOptions): Uplink {
  const { spool, logger } = options
  const random01 = options.random01 ?? Math.random
  const stopping = new AbortController()
  const lanes = LANES.map((lane) => ({ lane, failures: 0, isWoken: false, wakeUp: () => {} }))
  type LaneState = (typeof lanes)[number]
  let lastSentence = ''

  /** Sleeps for that long, or until something is spooled (undefined), or until the end. */
  function sleep(state: LaneState, ms: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(done, ms)
      function done(): void {
        clearTimeout(timer)
        stopping.signal.removeEventListener('abort', done)
        state.wakeUp = () => {}
        resolve()
      }
      stopping.signal.addEventListener('abort', done)
      if (ms === undefined) state.wakeUp = done
      if (stopping.signal.aborted) done()
    })
  }

  function complain(error: YaguraError): void {
    // the same trouble is said once, not every few seconds
    if (error.message === lastSentence) return
    lastSentence = error.message
    logger.warn({ code: error.code, hint: error.hint }, error.message)
  }

  async function send(
    { lane, failures }: LaneState,
    entry: SpoolEntry,
    payload: Buffer,
  ): Promise<{ verdict: Verdict; waitMs: number; ack?: BatchAck }> {
    const answer = await post(options.client(lane), options.url, {
      path: '/agent/v1/batches',
      body: payload,
      // the time of sending: batches may have waited, and the server wants to know how far our clock is off (RFC 9110, 6.6.1)
      headers: { 'content-encoding': 'zstd', date: new Date().toUTCString() },
      signal: stopping.signal,
    })
    if (!answer.ok) {
      if (!stopping.signal.aborted) complain(answer.error)
      return { verdict: 'later', waitMs: backoffMs(failures, random01()) }
    }
    return judge(failures, entry, answer.value)
  }

  function judge(
    failures: number,
    entry: SpoolEntry,
    answer: Answer,
  ): { verdict: Verdict; waitMs: number; ack?: BatchAck } {
    if (answer.status === 200 || answer.status === 201 || answer.status === 202) {
      const ack = batchAck.safeParse(answer.body).data
      if (ack?.boot === entry.boot && ack.seq === entry.seq) return { verdict: 'taken', waitMs: 0, ack }
      return { verdict: 'later', waitMs: backoffMs(failures, random01()) }
    }
    const waitMs = retryAfterMs(answer.retryAfter, Date.now(), random01()) ?? backoffMs(failures, random01())
    if (answer.status === 401 || answer.status === 403) {
      complain(refusal(answer, 'The server refused this agent; enrol it again with a new token if that is not meant'))
      return { verdict: 'later', waitMs: Math.max(waitMs, REFUSED_RETRY_MS) }
    }
    complain(refusal(answer, 'The server did not take a batch'))
    return { verdict: NEVER_TAKEN.has(answer.status) ? 'never' : 'later', waitMs }
  }

  async function run(state: LaneState): Promise<void> {
    while (!stopping.signal.aborted) {
      state.isWoken = false
      const found = spool.next(state.lane)
      if (!found) {
        if (!state.isWoken) await sleep(state, undefined)
        continue
      }
      const { verdict, waitMs, ack } = await send(state, found.entry, found.payload)
      if (stopping.signal.aborted && verdict !== 'taken') return
      if (verdict === 'later') {
        state.failures += 1
        await sleep(state, waitMs)
        continue
      }
      const wasAway = isAway()
      state.failures = 0
      if (verdict === 'taken') {
        lastSentence = ''
        if (wasAway && !isAway()) logger.info({ batches: spool.counts().batches }, 'The server answers again.')
        spool.acknowledge(found.entry)
      } else spool.refuse(found.entry)
      if (ack) options.onAcknowledged(ack)
    }
  }

  function isAway(): boolean {
    return lanes.some(({ failures }) => failures > 0)
  }

  const running = Promise.all(lanes.map(run))
  return {
    wake() {
      for (const state of lanes) {
        state.isWoken = true
        state.wakeUp()
      }
    },
    isAway,
    async stop() {
      stopping.abort()
      await running
    },
  }
}
