// A server that answers slowly must not hold up the others: all questions to it share one span of time.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '@yagura/kernel'
import type { Asker } from './read.ts'

export function withDeadline(asker: Asker, clock: Clock, endsMs: number): Asker {
  return {
    async ask(source) {
      const leftMs = endsMs - clock.monotonicMs()
      if (leftMs <= 0) throw new Error('the time for this server is used up')
      const ended = new AbortController()
      const late = sleep(leftMs, undefined, { signal: ended.signal }).then(() => {
        throw new Error('the server did not answer in time')
      })
      try {
        return await Promise.race([asker.ask(source), late])
      } finally {
        ended.abort()
        late.catch(() => undefined)
      }
    },
    ...(asker.close && { close: asker.close }),
  }
}
