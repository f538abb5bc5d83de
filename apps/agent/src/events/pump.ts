// From the sensor to detection, and to the batches. Detection on the node sees every event; what goes to the server as it comes:
//   exec, exit, connect, accept, listen  always, within a budget: they are few and tell what happened;
//   fork                                 only in containers: on a host nearly every fork is followed by its exec, which names the parent.
// All else stays on the node for a while and is sent when a signal cites it, before the signal.
// Arguments lose the values of password-like flags here, before anything is written to disk.
import type { Detection } from '@yagura/detect'
import { type Clock, redactArguments } from '@yagura/kernel'
import type { BatchItem, CoverageGapReport, KernelEvent } from '@yagura/schema'
import { createRecentEvents } from '../detection/recent.ts'
import type { Priority } from '../spool/names.ts'
import { createBudgets } from './budget.ts'
import { createHold } from './hold.ts'

export interface PumpOptions {
  readonly poll: (handler: (event: KernelEvent) => void) => number
  readonly isKnown: (containerId: string) => boolean
  readonly add: (priority: Priority, item: BatchItem) => void
  /** Shows the event to detection. */
  readonly detect: (event: KernelEvent) => void
  readonly clock: Clock
  readonly hostKey: string
}

export interface Pump {
  /** Takes what the sensor has; call it every 20 ms or so. */
  tick(): void
  /** Lets go of everything that waits. */
  flush(): void
  /** What detection says goes to the server, the events it cites first. */
  tell(detection: Detection): void
  /** Events cut since the last call, by container. */
  takeGaps(): CoverageGapReport[]
}

const HOST = ''
const ACTS = { perSecond: 2000, burst: 20_000 }
const GAPS_MAX = 100
const SENT: ReadonlySet<KernelEvent['type']> = new Set(['exec', 'exit', 'connect', 'accept', 'listen'])

export function createPump(options: PumpOptions): Pump {
  const { clock } = options
  const acts = createBudgets(ACTS)
  const recent = createRecentEvents()
  const hold = createHold(options.isKnown)

  function send(event: KernelEvent): void {
    const shown = event.type === 'exec' ? { ...event, args: redactArguments(event.args) } : event
    options.add('high', { item: 'event', event: shown })
  }

  function pass(event: KernelEvent): void {
    const { containerId, type } = event
    const isSent = SENT.has(type) || (type === 'fork' && containerId !== null)
    if (isSent && acts.take(containerId ?? HOST, clock.monotonicMs())) send(event)
    else recent.add(event)
    options.detect(event)
  }

  function tell(detection: Detection): void {
    if (detection.kind === 'finding') {
      options.add('high', { item: 'runtime-finding', finding: detection.finding })
      return
    }
    if (detection.kind === 'incident') {
      options.add('high', { item: 'incident', incident: detection.incident })
      return
    }
    for (const id of detection.signal.eventIds) {
      const event = recent.take(id)
      if (event !== undefined) send(event)
    }
    options.add('high', { item: 'signal', signal: detection.signal })
  }

  return {
    tick() {
      const nowMs = clock.monotonicMs()
      options.poll((event) => {
        const { containerId } = event
        if (containerId === null || !hold.keep(event, containerId, nowMs)) pass(event)
      })
      hold.release(nowMs, pass)
    },
    flush() {
      hold.release(Number.POSITIVE_INFINITY, pass)
    },
    tell,
    takeGaps() {
      const observedAt = new Date(clock.nowMs()).toISOString()
      return acts
        .takeCuts()
        .slice(0, GAPS_MAX)
        .map(({ key, count }) => {
          const name = `process and network events of ${key === HOST ? 'processes outside of containers' : `container ${key}`}`
          return {
            code: 'LIMIT_REACHED',
            scope: options.hostKey,
            subject: name,
            reason: `More ${name} came than the budget lets through; detection saw the rest, but it was not sent.`,
            remedy: 'Look at what this workload does: so many are rarely meant.',
            count,
            observedAt,
            resolved: false,
          }
        })
    },
  }
}
