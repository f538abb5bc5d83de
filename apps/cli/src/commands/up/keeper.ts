// Keeps one program running: started again at once when it ends, then after growing pauses while it keeps ending early.

export interface Exit {
  readonly code: number | null
  readonly signal: string | null
}

/** A running program, as the keeper sees it. */
export interface Child {
  readonly pid: number | undefined
  readonly exited: Promise<Exit>
  kill(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): void
}

export interface KeeperOptions {
  /** Starts the program; a rejection counts as an early end. */
  readonly launch: () => Promise<Child>
  readonly monotonicMs: () => number
  readonly onExit?: (exit: Exit, restartInMs: number) => void
  readonly onLaunchFailure?: (error: unknown) => void
  /** From SIGTERM to SIGKILL when it is stopped. */
  readonly graceMs: number
}

export interface Keeper {
  pid(): number | undefined
  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<void>
}

const PAUSES_MS = [0, 250, 500, 1000, 2000, 5000]
/** A program that lived this long was well; its next end is the first again. */
const WELL_AFTER_MS = 10_000

export function restartPauseMs(earlyEnds: number): number {
  return PAUSES_MS[Math.min(Math.max(earlyEnds, 1), PAUSES_MS.length) - 1] ?? 0
}

export function keepRunning(options: KeeperOptions): Keeper {
  let child: Child | undefined
  let stopping = false
  let wake: (() => void) | undefined
  const done = run()

  async function run(): Promise<void> {
    let earlyEnds = 0
    while (!stopping) {
      const startedMs = options.monotonicMs()
      const exit = await runOnce()
      if (stopping) return
      earlyEnds = options.monotonicMs() - startedMs >= WELL_AFTER_MS ? 1 : earlyEnds + 1
      const pauseMs = restartPauseMs(earlyEnds)
      if (exit) options.onExit?.(exit, pauseMs)
      if (pauseMs > 0) await pause(pauseMs)
    }
  }

  async function runOnce(): Promise<Exit | undefined> {
    try {
      child = await options.launch()
      if (stopping) child.kill('SIGTERM')
      return await child.exited
    } catch (error) {
      if (!stopping) options.onLaunchFailure?.(error)
      return undefined
    } finally {
      child = undefined
    }
  }

  function pause(durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, durationMs)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  return {
    pid: () => child?.pid,
    async stop(signal = 'SIGTERM') {
      stopping = true
      wake?.()
      child?.kill(signal)
      const timer = setTimeout(() => child?.kill('SIGKILL'), options.graceMs)
      await done
      clearTimeout(timer)
    },
  }
}
