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
  type Tx,
} from '@yagura/store'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'

const PAGE = 200
/** Looked at this often even without a signal, and not more often than that with one. */
const POLL_MS = 2_000
const PAUSE_MS = 200
const HEARTBEAT_MS = 15_000
/** Whoever signed out, or whose token was ended, sees no more after this. */
const ALLOWED_MS = 5_000
const STREAMS = 200
/** Of one person or program: nobody takes them all. */
const STREAMS_EACH = 20

export interface Viewer {
  readonly tenantId: string
  readonly who: string
  isStillAllowed(): Promise<boolean>
}

const open = new Map<string, number>()

export async function streamEvents(
  context: Context,
  viewer: Viewer,
  scope: EventScope,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<null> {
  const leave = enter(viewer.who)
  try {
    const read: Read = (work) => context.database.store.inTenant(viewer.tenantId, work, { idempotent: true })
    const first = lastEventId(request) ?? (await read(arrivalsFromNow))
    const page = await read((tx) => eventsArrived(tx, first, scope, PAGE))
    reply.hijack()
    await send(context, viewer, (cursor) => read((tx) => eventsArrived(tx, cursor, scope, PAGE)), page, reply)
  } finally {
    leave()
  }
  return null
}

type Read = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>

/** A place among the open views, to be given back. */
function enter(who: string): () => void {
  const own = open.get(who) ?? 0
  if (own >= STREAMS_EACH || [...open.values()].reduce((sum, count) => sum + count, 0) >= STREAMS)
    throw new YaguraError('UNAVAILABLE', 'Too many live views are open.', { hint: 'Close some, or use the list.' })
  open.set(who, own + 1)
  return () => {
    const left = (open.get(who) ?? 1) - 1
    if (left > 0) open.set(who, left)
    else open.delete(who)
  }
}

async function send(
  context: Context,
  viewer: Viewer,
  after: (cursor: ArrivalCursor) => Promise<Arrivals>,
  first: Arrivals,
  reply: FastifyReply,
): Promise<void> {
  const closed = closedWith(reply, context.stopping)
  const { signal } = closed
  let page = first
  context.metrics.streams.inc()
  try {
    reply.raw.writeHead(200, { ...reply.getHeaders(), ...STREAM_HEADERS } as Record<string, string>)
    let saidAt = context.clock.monotonicMs()
    let allowedAt = saidAt
    await write(reply, `retry: 2000\n\n`, signal)
    while (!signal.aborted) {
      if (page.events.length > 0) {
        await write(reply, page.events.map(asMessage).join(''), signal)
        saidAt = context.clock.monotonicMs()
      } else if (context.clock.monotonicMs() - saidAt > HEARTBEAT_MS) {
        await write(reply, ': still here\n\n', signal)
        saidAt = context.clock.monotonicMs()
      }
      if (page.caughtUp) {
        await context.eventSignal.wait(viewer.tenantId, POLL_MS, signal)
        await sleep(PAUSE_MS, signal)
      }
      if (context.clock.monotonicMs() - allowedAt > ALLOWED_MS) {
        if (!(await viewer.isStillAllowed())) break
        allowedAt = context.clock.monotonicMs()
      }
      if (!signal.aborted) page = await after(page.cursor)
    }
  } catch (thrown) {
    // The client comes back by itself with its Last-Event-ID.
    context.logger.debug({ err: (thrown as Error).message }, 'event stream ended')
  } finally {
    context.metrics.streams.dec()
    closed.abort()
    reply.raw.end()
  }
}

/** Ends with the connection, which may have ended already, and with the server. */
function closedWith(reply: FastifyReply, stopping: AbortSignal): AbortController {
  const closed = new AbortController()
  const { socket } = reply.request.raw
  if (socket.destroyed || stopping.aborted) closed.abort()
  socket.once('close', () => closed.abort())
  stopping.addEventListener('abort', () => closed.abort(), { once: true, signal: closed.signal })
  return closed
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
