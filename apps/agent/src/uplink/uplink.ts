// Takes batches out of the spool to the server, one at a time and in order; a batch leaves the spool when it is acknowledged.
import type { Logger, YaguraError } from '@yagura/kernel'
import { type BatchAck, batchAck } from '@yagura/schema'
import type { Client } from 'undici'
import { type Answer, post, refusal } from '../identity/request.ts'
import type { SpoolEntry } from '../spool/names.ts'
import type { Spool } from '../spool/spool.ts'
import { backoffMs, retryAfterMs } from './backoff.ts'

export interface UplinkOptions {
  readonly spool: Spool
  readonly url: string
  /** The connection in use; a renewed certificate makes a new one. */
  readonly client: () => Client
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
  let failures = 0
  let lastSentence = ''
  let wakeUp: () => void = () => {}
  let woken = false

  /** Sleeps for that long, or until something is spooled (`untilWoken`), or until the end. */
  function sleep(ms: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(done, ms)
      function done(): void {
        clearTimeout(timer)
        stopping.signal.removeEventListener('abort', done)
        wakeUp = () => {}
        resolve()
      }
      stopping.signal.addEventListener('abort', done)
      if (ms === undefined) wakeUp = done
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
    entry: SpoolEntry,
    payload: Buffer,
  ): Promise<{ verdict: Verdict; waitMs: number; ack?: BatchAck }> {
    const answer = await post(options.client(), options.url, {
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
    return judge(entry, answer.value)
  }

  function judge(entry: SpoolEntry, answer: Answer): { verdict: Verdict; waitMs: number; ack?: BatchAck } {
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

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      woken = false
      const found = spool.next()
      if (!found) {
        if (!woken) await sleep(undefined)
        continue
      }
      const { verdict, waitMs, ack } = await send(found.entry, found.payload)
      if (stopping.signal.aborted && verdict !== 'taken') return
      if (verdict === 'later') {
        failures += 1
        await sleep(waitMs)
        continue
      }
      if (failures > 0 && verdict === 'taken')
        logger.info({ batches: spool.counts().batches }, 'The server answers again.')
      failures = 0
      if (verdict === 'taken') lastSentence = ''
      if (verdict === 'never') spool.refuse(found.entry)
      else spool.acknowledge(found.entry)
      if (ack) options.onAcknowledged(ack)
    }
  }

  const running = run()
  return {
    wake() {
      woken = true
      wakeUp()
    },
    isAway: () => failures > 0,
    async stop() {
      stopping.abort()
      await running
    },
  }
}
