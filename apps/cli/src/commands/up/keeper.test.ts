import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Child, type Exit, type KeeperOptions, keepRunning, restartPauseMs } from './keeper.ts'

/** Programs that live as long as the test says, on fake time. */
function fakePrograms(lifeMs: number, { obeysTerm = true } = {}) {
  const launchedAtMs: number[] = []
  const killed: string[] = []
  async function launch(): Promise<Child> {
    launchedAtMs.push(Date.now())
    let end: (exit: Exit) => void = () => {}
    const exited = new Promise<Exit>((resolve) => {
      end = resolve
    })
    const timer = setTimeout(() => end({ code: 1, signal: null }), lifeMs)
    return {
      pid: launchedAtMs.length,
      exited,
      kill(signal) {
        killed.push(signal)
        if (signal === 'SIGTERM' && !obeysTerm) return
        clearTimeout(timer)
        end({ code: null, signal })
      },
    }
  }
  return { launch, launchedAtMs, killed }
}

function keep(options: Pick<KeeperOptions, 'launch'> & Partial<KeeperOptions>) {
  return keepRunning({ monotonicMs: () => Date.now(), graceMs: 5000, ...options })
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0 })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('keepRunning', () => {
  it('starts a program that lived well again at once, always', async () => {
    const programs = fakePrograms(20_000)
    const keeper = keep(programs)
    await vi.advanceTimersByTimeAsync(100_500)
    expect(programs.launchedAtMs).toEqual([0, 20_000, 40_000, 60_000, 80_000, 100_000])
    await keeper.stop()
  })

  it('waits longer for one that keeps ending early, and never longer than five seconds', async () => {
    const programs = fakePrograms(100)
    const keeper = keep(programs)
    await vi.advanceTimersByTimeAsync(30_000)
    const gaps = programs.launchedAtMs.slice(1).map((at, index) => at - (programs.launchedAtMs[index] ?? 0))
    expect(gaps.slice(0, 7)).toEqual([100, 350, 600, 1100, 2100, 5100, 5100])
    await keeper.stop()
  })

  it('counts a program that cannot be started as an early end and tells', async () => {
    const failures: unknown[] = []
    const keeper = keep({
      launch: () => Promise.reject(new Error('no')),
      onLaunchFailure: (error) => failures.push(error),
    })
    await vi.advanceTimersByTimeAsync(1000)
    expect(failures.length).toBe(4)
    await keeper.stop()
  })

  it('stops a program for good', async () => {
    const programs = fakePrograms(1e9)
    const keeper = keep(programs)
    await vi.advanceTimersByTimeAsync(10)
    expect(keeper.pid()).toBe(1)
    await keeper.stop()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(programs).toMatchObject({ killed: ['SIGTERM'], launchedAtMs: [0] })
    expect(keeper.pid()).toBeUndefined()
  })

  it('kills one that does not go', async () => {
    const programs = fakePrograms(1e9, { obeysTerm: false })
    const keeper = keep(programs)
    await vi.advanceTimersByTimeAsync(10)
    const stopped = keeper.stop()
    await vi.advanceTimersByTimeAsync(5000)
    await stopped
    expect(programs.killed).toEqual(['SIGTERM', 'SIGKILL'])
  })

  it('stops at once while it waits to start again', async () => {
    const programs = fakePrograms(10)
    const keeper = keep(programs)
    await vi.advanceTimersByTimeAsync(20_000)
    const launched = programs.launchedAtMs.length
    await keeper.stop()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(programs.launchedAtMs.length).toBeLessThanOrEqual(launched + 1)
  })
})

it('has everything back in less than ten seconds', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 100].map(restartPauseMs)).toEqual([0, 250, 500, 1000, 2000, 5000, 5000, 5000])
})
