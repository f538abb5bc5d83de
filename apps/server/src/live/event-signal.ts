// Wakes the live views of a tenant when events came in, wherever in the installation they were stored.
import type { Logger } from '@yagura/kernel'
import { listenForEvents, type Store } from '@yagura/store'

export interface EventSignal {
  /** Resolves when events of the tenant came in, when the time is over, or when the signal is aborted. */
  wait(tenantId: string, timeoutMs: number, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

export function createEventSignal(store: Store, logger: Logger): EventSignal {
  const waiting = new Map<string, Set<() => void>>()
  const notifications = listenForEvents(store, logger, (tenantId) => {
    for (const wake of waiting.get(tenantId) ?? []) wake()
  })
  return {
    wait: (tenantId, timeoutMs, signal) =>
      new Promise((resolve) => {
        const all = waiting.get(tenantId) ?? new Set()
        waiting.set(tenantId, all)
        const wake = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', wake)
          all.delete(wake)
          if (all.size === 0) waiting.delete(tenantId)
          resolve()
        }
        const timer = setTimeout(wake, timeoutMs)
        all.add(wake)
        signal.addEventListener('abort', wake, { once: true })
        if (signal.aborted) wake()
      }),
    close: () => notifications.close(),
  }
}
