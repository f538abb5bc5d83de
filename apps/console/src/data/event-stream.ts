// Live events by server-sent events. The browser reconnects with Last-Event-ID by itself.
import type { StoredEvent } from '@yagura/schema'
import { operationUrl } from '@yagura/schema/client'
import { useEffect, useReducer, useRef, useState } from 'react'
import { addEvents, type EventBuffer, emptyBuffer, MOST_ROWS, showWaiting } from './event-buffer.ts'

/** How often arrived events are put on screen: calm for the eye, and one render for many events. */
const FLUSH_MS = 250

export type StreamState = 'connecting' | 'live' | 'interrupted'

export interface LiveEvents extends EventBuffer {
  readonly state: StreamState
  readonly catchUp: () => void
}

type Action =
  | { readonly type: 'reset' }
  | { readonly type: 'add'; readonly events: readonly StoredEvent[]; readonly held: boolean }
  | { readonly type: 'catch-up' }

function reduce(buffer: EventBuffer, action: Action): EventBuffer {
  if (action.type === 'reset') return emptyBuffer
  if (action.type === 'catch-up') return showWaiting(buffer)
  return addEvents(buffer, action.events, action.held)
}

export interface LiveQuery {
  readonly filter?: string
  readonly asset?: string
}

/** Events as they arrive. `held`: keep the rows still and count what waits. */
export function useLiveEvents(query: LiveQuery, held: boolean, enabled: boolean): LiveEvents {
  const [buffer, dispatch] = useReducer(reduce, emptyBuffer)
  const [state, setState] = useState<StreamState>('connecting')
  const heldNow = useRef(held)
  heldNow.current = held
  const { filter, asset } = query

  useEffect(() => {
    dispatch({ type: 'reset' })
    if (!enabled) return
    setState('connecting')
    let arrived: StoredEvent[] = []
    const source = new EventSource(
      operationUrl('', 'streamEvents', { query: { ...(filter ? { filter } : {}), ...(asset ? { asset } : {}) } }),
    )
    source.onopen = () => setState('live')
    source.onerror = () => setState('interrupted')
    source.onmessage = (message) => {
      arrived.push(JSON.parse(message.data as string) as StoredEvent)
      if (arrived.length > 2 * MOST_ROWS) arrived = arrived.slice(-MOST_ROWS)
    }
    const timer = setInterval(() => {
      if (arrived.length === 0) return
      const events = arrived.slice(-MOST_ROWS).sort((a, b) => b.at.localeCompare(a.at))
      dispatch({ type: 'add', events, held: heldNow.current })
      arrived = []
    }, FLUSH_MS)
    return () => {
      clearInterval(timer)
      source.close()
    }
  }, [filter, asset, enabled])

  return { ...buffer, state, catchUp: () => dispatch({ type: 'catch-up' }) }
}
