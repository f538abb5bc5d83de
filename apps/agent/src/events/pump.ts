// From the sensor to the batches. What goes to the server, until detection on the node decides:
//   exec, exit, connect, accept  always: they are few and tell what happened;
//   fork                         only in containers: on a host nearly every fork is followed by its exec, which names the parent;
//   open for writing             only in containers, within a budget, and with low priority: builds and databases write a lot.
// Arguments lose the values of password-like flags here, before anything is written to disk.
import { type Clock, redactArguments } from '@yagura/kernel'
import type { BatchItem, CoverageGapReport, KernelEvent } from '@yagura/schema'
import type { Priority } from '../spool/names.ts'
import { type Budgets, createBudgets } from './budget.ts'
import { createHold } from './hold.ts'

export interface PumpOptions {
  readonly poll: (handler: (event: KernelEvent) => void) => number
  readonly isKnown: (containerId: string) => boolean
  readonly add: (priority: Priority, item: BatchItem) => void
  readonly clock: Clock
  readonly hostKey: string
}

export interface Pump {
  /** Takes what the sensor has; call it every 20 ms or so. */
  tick(): void
  /** Lets go of everything that waits. */
  flush(): void
  /** Events cut since the last call, by container. */
  takeGaps(): CoverageGapReport[]
}

const HOST = ''
const ACTS = { perSecond: 2000, burst: 20_000 }
const OPENS = { perSecond: 200, burst: 1000 }
const GAPS_MAX = 100

export function createPump(options: PumpOptions): Pump {
  const { clock } = options
  const acts = createBudgets(ACTS)
  const opens = createBudgets(OPENS)
  const hold = createHold(options.isKnown)

  function pass(event: KernelEvent): void {
    const shown = event.type === 'exec' ? { ...event, args: redactArguments(event.args) } : event
    options.add(event.type === 'open' ? 'low' : 'high', { item: 'event', event: shown })
  }

  function receive(event: KernelEvent, nowMs: number): void {
    const { containerId, type } = event
    if (containerId === null && (type === 'fork' || type === 'open')) return
    const budgets = type === 'open' ? opens : acts
    if (!budgets.take(containerId ?? HOST, nowMs)) return
    if (containerId !== null && hold.keep(event, containerId, nowMs)) return
    pass(event)
  }

  function gapsOf(budgets: Budgets, subject: string): CoverageGapReport[] {
    const observedAt = new Date(clock.nowMs()).toISOString()
    return budgets
      .takeCuts()
      .slice(0, GAPS_MAX)
      .map(({ key, count }) => {
        const place = key === HOST ? 'processes outside of containers' : `container ${key}`
        const name = `${subject} of ${place}`
        return {
          code: 'LIMIT_REACHED',
          scope: options.hostKey,
          subject: name,
          reason: `More ${name} came than the budget lets through; the rest was not recorded.`,
          remedy: 'Look at what this workload does: so many are rarely meant.',
          count,
          observedAt,
          resolved: false,
        }
      })
  }

  return {
    tick() {
      const nowMs = clock.monotonicMs()
      options.poll((event) => receive(event, nowMs))
      hold.release(nowMs, pass)
    },
    flush() {
      hold.release(Number.POSITIVE_INFINITY, pass)
    },
    takeGaps: () => [...gapsOf(acts, 'process and network events'), ...gapsOf(opens, 'file events')],
  }
}
