// The first events of a container wait a moment for its identity, so that the server knows the container when they come. At
// most 50 ms, and on a busy machine for a few turns of the loop, in which the runtime's answer can be heard at all: an event is
// never lost or late for the sake of a name.
import type { KernelEvent } from '@yagura/schema'

export interface Hold {
  /** Takes the event if its container is not known yet; false when it may pass. */
  keep(event: KernelEvent, containerId: string, nowMs: number): boolean
  /** Hands over what is known now or has waited long enough, each container's events in order. */
  release(nowMs: number, pass: (event: KernelEvent) => void): void
}

export const HOLD_MS = 50
/** Looks at the sensor between which answers of runtimes come in: an agent that comes behind would not hear them in 50 ms. */
const HOLD_TURNS = 3
const HELD_MAX = 5000
const WAITED_MAX = 20_000

export function createHold(isKnown: (containerId: string) => boolean): Hold {
  const held = new Map<string, { sinceMs: number; sinceTurn: number; events: KernelEvent[] }>()
  /** Containers that had their wait: later events of theirs pass at once. */
  const waited = new Set<string>()
  let count = 0
  let turn = 0

  return {
    keep(event, containerId, nowMs) {
      const waiting = held.get(containerId)
      if (!waiting && (isKnown(containerId) || waited.has(containerId) || count >= HELD_MAX)) return false
      count += 1
      if (waiting) waiting.events.push(event)
      else held.set(containerId, { sinceMs: nowMs, sinceTurn: turn, events: [event] })
      return true
    },
    release(nowMs, pass) {
      turn += 1
      for (const [containerId, waiting] of held) {
        const hadTurns = turn - waiting.sinceTurn >= HOLD_TURNS || nowMs === Number.POSITIVE_INFINITY
        const isDue = (hadTurns && nowMs - waiting.sinceMs >= HOLD_MS) || count >= HELD_MAX
        if (!isDue && !isKnown(containerId)) continue
        held.delete(containerId)
        count -= waiting.events.length
        if (waited.size >= WAITED_MAX) waited.clear()
        waited.add(containerId)
        for (const event of waiting.events) pass(event)
      }
    },
  }
}
