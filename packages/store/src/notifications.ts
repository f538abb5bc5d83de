// One connection that listens. Every server of an installation hears what any of them stored.
import type { Logger } from '@yagura/kernel'
import type { PoolClient } from 'pg'
import { EVENTS_CHANNEL } from './events/record-events.ts'
import type { Store } from './store.ts'

export interface Notifications {
  close(): Promise<void>
}

/** Calls back with the tenant whose events came in. Reconnects by itself; readers poll as well, so a gap here only delays. */
export function listenForEvents(store: Store, logger: Logger, onEvents: (tenantId: string) => void): Notifications {
  let closed = false
  let wake: (() => void) | undefined
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  async function listen(client: PoolClient): Promise<void> {
    const lost = new Promise<void>((resolve) => {
      client.once('error', () => resolve())
      client.once('end', () => resolve())
      wake = resolve
    })
    client.on('notification', ({ payload }) => payload && onEvents(payload))
    await client.query(`listen ${EVENTS_CHANNEL}`)
    await lost
    client.removeAllListeners('notification')
    throw new Error('the listening connection ended')
  }

  async function run(): Promise<void> {
    while (!closed) {
      await store.withClient(listen).catch((thrown: Error) => {
        if (!closed) logger.debug({ err: thrown.message }, 'not listening for events')
      })
      if (!closed) await pause(1_000)
    }
  }
  const running = run()
  return {
    async close() {
      closed = true
      wake?.()
      await running
    },
  }
}
