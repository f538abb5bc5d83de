// What a live view shows of a stream: rows on screen, and rows that wait while the reader looks at something.
import type { StoredEvent } from '@yagura/schema'

/** Rows kept in the browser; older ones are on the server. */
export const MOST_ROWS = 2000

export interface EventBuffer {
  readonly shown: readonly StoredEvent[]
  readonly waiting: readonly StoredEvent[]
}

export const emptyBuffer: EventBuffer = { shown: [], waiting: [] }

/** New events (newest first) into the view, or behind it while it is held. An event already there is not shown twice. */
export function addEvents(buffer: EventBuffer, arrived: readonly StoredEvent[], held: boolean): EventBuffer {
  const known = new Set([...buffer.waiting, ...buffer.shown].map(eventKey))
  const fresh = arrived.filter((event) => !known.has(eventKey(event)))
  if (fresh.length === 0) return buffer
  return held
    ? { ...buffer, waiting: [...fresh, ...buffer.waiting].slice(0, MOST_ROWS) }
    : { shown: [...fresh, ...buffer.waiting, ...buffer.shown].slice(0, MOST_ROWS), waiting: [] }
}

/** Everything that waits onto the screen. */
export function showWaiting(buffer: EventBuffer): EventBuffer {
  if (buffer.waiting.length === 0) return buffer
  return { shown: [...buffer.waiting, ...buffer.shown].slice(0, MOST_ROWS), waiting: [] }
}

export function eventKey(event: StoredEvent): string {
  return `${event.agentId}/${event.id}`
}
