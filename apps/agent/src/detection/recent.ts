// Events that are not sent as they come, kept for a while: those that a signal cites are sent with it.
import type { KernelEvent } from '@yagura/schema'

export interface RecentEvents {
  add(event: KernelEvent): void
  /** Takes the event out, so that it is sent once. */
  take(id: string): KernelEvent | undefined
}

export function createRecentEvents(kept: number): RecentEvents {
  const events = new Array<KernelEvent | undefined>(kept)
  let next = 0
  return {
    add(event) {
      events[next] = event
      next = (next + 1) % kept
    },
    // asked only when a signal is sent, and the event is mostly among the last
    take(id) {
      for (let back = 1; back <= kept; back++) {
        const at = (next - back + kept) % kept
        const event = events[at]
        if (event === undefined) continue
        if (event.id !== id) continue
        events[at] = undefined
        return event
      }
      return undefined
    },
  }
}
