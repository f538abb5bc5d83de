// What containers listen on, read as seldom as can be: for one look into a network of its own the kernel goes through the connections
// of all of them, and fifty containers looked at every ten seconds took a thirteenth of a processor. So a container is read when it is
// new, when the sensor saw it begin to listen, once more when it has settled, and then in turn.
import type { PortFact } from '@yagura/schema'
import { listeningPorts } from './listening.ts'

export interface ListeningBook {
  /** The sensor saw something in this container begin to listen. */
  noteListen(containerId: string): void
  /** A listing begins: what it does not ask for is forgotten with the next. */
  begin(): void
  portsOf(containerId: string, pid: number): readonly PortFact[]
}

export interface ListeningBookOptions {
  readonly monotonicMs: () => number
  readonly read?: (pid: number) => readonly PortFact[]
}

/** A program takes a moment to open what it serves; not all of it (UDP) is seen by the sensor. */
const SETTLED_MS = 20_000
const AGE_MS = 5 * 60_000
/** Of those that are read in turn, so many in one listing. */
const IN_TURN = 2

interface Known {
  readonly pid: number
  readonly sinceMs: number
  readAtMs: number
  ports: readonly PortFact[]
  isStale: boolean
}

export function createListeningBook({ monotonicMs, read = listeningPorts }: ListeningBookOptions): ListeningBook {
  let before = new Map<string, Known>()
  let now = new Map<string, Known>()
  let inTurn = IN_TURN

  function isDue(one: Known, nowMs: number): boolean {
    const wasSettled = one.readAtMs - one.sinceMs >= SETTLED_MS
    const dueAtMs = wasSettled ? one.readAtMs + AGE_MS : one.sinceMs + SETTLED_MS
    return nowMs >= dueAtMs && inTurn-- > 0
  }

  return {
    noteListen(containerId) {
      const known = now.get(containerId) ?? before.get(containerId)
      if (known !== undefined) known.isStale = true
    },
    begin() {
      before = now
      now = new Map()
      inTurn = IN_TURN
    },
    portsOf(containerId, pid) {
      const nowMs = monotonicMs()
      let known = now.get(containerId) ?? before.get(containerId)
      if (known === undefined || known.pid !== pid) {
        known = { pid, sinceMs: nowMs, readAtMs: nowMs, ports: read(pid), isStale: false }
      } else if (known.isStale || isDue(known, nowMs)) {
        known.isStale = false
        known.readAtMs = nowMs
        known.ports = read(pid)
      }
      now.set(containerId, known)
      return known.ports
    },
  }
}
