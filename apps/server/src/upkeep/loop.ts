// Background work, one run at a time: every so often, or sooner when woken. A failed run is logged and tried again.
import type { Logger } from '@yagura/kernel'

export interface Loop {
  wake(): void
  /** Resolves when the run under way has ended. */
  stop(): Promise<void>
}

export function createLoop(
  name: string,
  everyMs: number,
  logger: Logger,
  work: (signal: AbortSignal) => Promise<void>,
): Loop {
  const stopping = new AbortController()
  let woken = false
  let wake = () => {}

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      woken = false
      try {
        await work(stopping.signal)
      } catch (thrown) {
        if (!stopping.signal.aborted)
          logger.warn({ loop: name, err: thrown }, 'background work failed; it is tried again')
      }
      if (!woken && !stopping.signal.aborted)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, everyMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
    }
  }
  const running = run()
  return {
    wake() {
      woken = true
      wake()
    },
    async stop() {
      stopping.abort()
      wake()
      await running
    },
  }
}
