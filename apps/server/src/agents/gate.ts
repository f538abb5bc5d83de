// How many batches are worked on at once, and how many may be on their way: memory stays bounded when a thousand agents
// come back together. The rest is told to come back later before its body is read, each at its own time (Retry-After).
import { YaguraError } from '@yagura/kernel'

const AT_ONCE = 4
const ON_THEIR_WAY = 64

export interface Gate {
  /** Before the body is read: a place, to be given back when the answer is sent or the connection is lost; or UNAVAILABLE. */
  enter(): () => void
  /** Runs the work when it is its turn. */
  run<T>(work: () => Promise<T>): Promise<T>
}

export function createGate(atOnce = AT_ONCE, onTheirWay = ON_THEIR_WAY): Gate {
  let inside = 0
  let running = 0
  const waiting: (() => void)[] = []
  return {
    enter() {
      if (inside >= onTheirWay) throw new YaguraError('UNAVAILABLE', 'The server is busy with other agents.')
      inside += 1
      let hasLeft = false
      return () => {
        if (!hasLeft) inside -= 1
        hasLeft = true
      }
    },
    async run(work) {
      if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
      else running += 1
      try {
        return await work()
      } finally {
        const next = waiting.shift()
        if (next) next()
        else running -= 1
      }
    },
  }
}
