// How many batches are worked on at once, and how many may wait: memory stays bounded when a thousand agents come back
// together. The rest is told to come back later, each at its own time.
import { YaguraError } from '@yagura/kernel'

const AT_ONCE = 4
const WAITING = 64

export type Gate = <T>(work: () => Promise<T>) => Promise<T>

export function createGate(atOnce = AT_ONCE, mayWait = WAITING): Gate {
  let running = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (running >= atOnce) {
      if (waiting.length >= mayWait) throw new YaguraError('UNAVAILABLE', 'The server is busy with other agents.')
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else {
      running += 1
    }
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
