// Live events as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
//
// Each stream reads the store for itself from its own cursor: the filter is the list's, a slow client slows only itself
// (its next page is read when the last one is on its way), and Last-Event-ID goes on exactly where the client was.
import { once } from 'node:events'
import { YaguraError } from '@yagura/kernel'
import {
  type ArrivalCursor,
  type Arrivals,
  arrivalsFromNow,
  type EventScope,
  eventsArrived,
  parseArrivalCursor,
  printArrivalCursor,
} from '@yagura/store'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'

const PAGE = 200
/** Looked at this often even without a signal, and not more often than that with one. */
const POLL_MS = 2_000
const PAUSE_MS = 200
const HEARTBEAT_MS = 15_000
const STREAMS = 200

let open = 0

export async function streamEvents(
  context: Context,
  tenantId: string,
  scope: EventScope,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<null> {
  if (open >= STREAMS)
    throw new YaguraError('UNAVAILABLE', 'Too many live views are open.', { hint: 'Close some, or use the list.' })
  const read = <T>(work: Parameters<typeof context.database.store.inTenant<T>>[1]) =>
    context.database.store.inTenant(tenantId, work, { idempotent: true })
  const asked = lastEventId(request)
  let cursor = asked ?? (await read(arrivalsFromNow))
  let page = await read((tx) => eventsArrived(tx, cursor, scope, PAGE))

  const closed = new AbortController()
  request.raw.socket.once('close', () => closed.abort())
  context.stopping.addEventListener('abort', () => closed.abort(), { once: true, signal: closed.signal })
  open += 1
  context.metrics.streams.inc()
  reply.hijack()
  try {
    reply.raw.writeHead(200, { ...reply.getHeaders(), ...STREAM_HEADERS } as Record<string, string>)
    let saidAt = context.clock.monotonicMs()
    await write(reply, `retry: 2000\n\n`, closed.signal)
    while (!closed.signal.aborted) {
      if (page.events.length > 0) {
        await write(reply, page.events.map(asMessage).join(''), closed.signal)
        saidAt = context.clock.monotonicMs()
      } else if (context.clock.monotonicMs() - saidAt > HEARTBEAT_MS) {
        await write(reply, ': still here\n\n', closed.signal)
        saidAt = context.clock.monotonicMs()
      }
      cursor = page.cursor
      if (page.caughtUp) {
        await context.eventSignal.wait(tenantId, POLL_MS, closed.signal)
        await sleep(PAUSE_MS, closed.signal)
      }
      if (!closed.signal.aborted) page = await read((tx) => eventsArrived(tx, cursor, scope, PAGE))
    }
  } catch (thrown) {
    // The client comes back by itself with its Last-Event-ID.
    context.logger.debug({ err: (thrown as Error).message }, 'event stream ended')
  } finally {
    open -= 1
    context.metrics.streams.dec()
    closed.abort()
    reply.raw.end()
  }
  return null
}

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
}

function lastEventId(request: FastifyRequest): ArrivalCursor | undefined {
  const sent = request.headers['last-event-id']
  if (typeof sent !== 'string' || sent === '') return undefined
  const cursor = parseArrivalCursor(sent)
  if (cursor === undefined) throw new YaguraError('USAGE', 'Last-Event-ID is not one of this stream.')
  return cursor
}

function asMessage({ cursor, event }: Arrivals['events'][number]): string {
  return `id: ${printArrivalCursor(cursor)}\ndata: ${JSON.stringify(event)}\n\n`
}

async function write(reply: FastifyReply, text: string, signal: AbortSignal): Promise<void> {
  if (!reply.raw.write(text)) await once(reply.raw, 'drain', { signal })
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}
