// From the sensor to detection, and to the batches. Detection on the node sees every event; what goes to the server as it comes:
//   exec, exit, connect, accept, listen  always, within a budget: they are few and tell what happened;
//   fork                                 only in containers: on a host nearly every fork is followed by its exec, which names the parent.
// What is the same over and over is counted and told together (repetition.ts). All else stays on the node for a while and is sent when a signal cites it, before the signal.
// Arguments lose the values of password-like flags here, before anything is written to disk.
import type { Detection } from '@yagura/detect'
import { type Clock, redactArguments } from '@yagura/kernel'
import type { BatchItem, CoverageGapReport, KernelEvent } from '@yagura/schema'
import { createRecentEvents } from '../detection/recent.ts'
import type { Priority } from '../spool/names.ts'
import { createBudgets } from './budget.ts'
import { createHold, HOLD_MS } from './hold.ts'
import { createRepetition } from './repetition.ts'

export interface PumpOptions {
  readonly poll: (handler: (event: KernelEvent) => void) => number
  readonly isKnown: (containerId: string) => boolean
  readonly add: (priority: Priority, item: BatchItem) => void
  /** Shows the event to detection; `isRepeated`: it is counted with others, not sent. */
  readonly detect: (event: KernelEvent, isRepeated: boolean) => void
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
  /** How long the oldest event waits here to be told. */
  oldestAgeMs(): number
}

const HOST = ''
const ACTS = { perSecond: 2000, burst: 20_000 }
const GAPS_MAX = 100
const RECENT = 4096
/** So few that on a busy node they are gone before the collector takes them for what stays: signals cite what is a moment old. */
const COUNTED = 512
const SENT: ReadonlySet<KernelEvent['type']> = new Set(['exec', 'exit', 'connect', 'accept', 'listen'])

export function createPump(options: PumpOptions): Pump {
  const { clock } = options
  const acts = createBudgets(ACTS)
  const recent = createRecentEvents(RECENT)
  /** What was counted and not sent, for signals that cite it. */
  const counted = createRecentEvents(COUNTED)
  const repetition = createRepetition(clock)
  const hold = createHold(options.isKnown)

  function send(event: KernelEvent, priority: Priority = 'high'): void {
    const shown = event.type === 'exec' ? { ...event, args: redactArguments(event.args) } : event
    options.add(priority, { item: 'event', event: shown })
  }

  function sendWithinBudget(event: KernelEvent): void {
    if (acts.take(event.containerId ?? HOST, clock.monotonicMs())) send(event)
    else recent.add(event)
  }

  function pass(event: KernelEvent): void {
    const { containerId, type } = event
    const isSent = SENT.has(type) || (type === 'fork' && containerId !== null)
    const isRepeated = isSent && repetition.takes(event)
    if (!isSent) recent.add(event)
    else if (isRepeated) counted.add(event)
    else {
      repetition.owed(event, sendWithinBudget)
      sendWithinBudget(event)
    }
    options.detect(event, isRepeated)
  }

  function tell(detection: Detection): void {
    if (detection.kind === 'finding') {
      options.add('urgent', { item: 'runtime-finding', finding: detection.finding })
      return
    }
    if (detection.kind === 'incident') {
      options.add('urgent', { item: 'incident', incident: detection.incident })
      return
    }
    const { process, eventIds } = detection.signal
    const sendNow = (event: KernelEvent) => send(event, 'urgent')
    if (process !== null) repetition.owed({ ...process, ancestry: [] }, sendNow)
    for (const id of eventIds) {
      const event = recent.take(id) ?? counted.take(id)
      if (event === undefined) continue
      repetition.owed(event, sendNow)
      sendNow(event)
    }
    options.add('urgent', { item: 'signal', signal: detection.signal })
  }

  return {
    tick() {
      const nowMs = clock.monotonicMs()
      options.poll((event) => {
        const { containerId } = event
        if (containerId === null || !hold.keep(event, containerId, nowMs)) pass(event)
      })
      hold.release(nowMs, pass)
      repetition.tick(sendWithinBudget)
    },
    flush() {
      hold.release(Number.POSITIVE_INFINITY, pass)
      repetition.flush(sendWithinBudget)
    },
    tell,
    oldestAgeMs() {
      const sinceMs = repetition.oldestMs()
      return Math.max(HOLD_MS, sinceMs === undefined ? 0 : clock.monotonicMs() - sinceMs)
    },
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
