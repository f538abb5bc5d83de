// A recording: everything the detector was told, line by line, so that it can be told again. The first line is the header; time
// passes as it was recorded.
import type { AuditEvent, IncidentReport, KernelEvent, RuntimeFinding, Signal } from '@yagura/schema'
import type { Detector } from '../contract/detector.ts'
import type { ContainerIdentity } from '../contract/identity.ts'

export const RECORDING_VERSION = 1
const END_MS = 2000

export interface RecordingHeader {
  readonly format: 'yagura-recording'
  readonly version: number
  readonly hostKey: string
  readonly hostname: string
  readonly agentVersion: string
  readonly startedAt: string
}

export type RecordedLine =
  | { readonly event: KernelEvent }
  | { readonly audit: AuditEvent }
  | { readonly container: string; readonly identity: ContainerIdentity | null }
  | { readonly loss: { readonly atMs: number; readonly reason: string } }
  | { readonly tick: number }

export interface Replayed {
  readonly signals: Signal[]
  readonly findings: RuntimeFinding[]
  /** The newest revision of each, by id, in the order they were opened. */
  readonly incidents: Map<string, IncidentReport>
  events: number
  /** Newest time that was told. */
  lastMs: number
}

export function createReplayed(): Replayed {
  return { signals: [], findings: [], incidents: new Map(), events: 0, lastMs: 0 }
}

/** Tells the detector one line and keeps what it answers. */
export function replayLine(detector: Detector, line: RecordedLine, replayed: Replayed): void {
  if ('identity' in line) {
    detector.identify(line.container, line.identity)
    return
  }
  if ('loss' in line) {
    detector.noteLoss(line.loss.atMs, line.loss.reason)
    return
  }
  if ('event' in line) {
    replayed.events++
    replayed.lastMs = Math.max(replayed.lastMs, Date.parse(line.event.at))
  }
  if ('tick' in line) replayed.lastMs = Math.max(replayed.lastMs, line.tick)
  const told =
    'event' in line
      ? detector.receive(line.event)
      : 'audit' in line
        ? detector.receiveAudit(line.audit)
        : detector.tick(line.tick)
  for (const one of told) {
    if (one.kind === 'signal') replayed.signals.push(one.signal)
    else if (one.kind === 'finding') replayed.findings.push(one.finding)
    else replayed.incidents.set(one.incident.id, one.incident)
  }
}

/** The recording is over: what waits for more is told. */
export function endReplay(detector: Detector, replayed: Replayed): void {
  replayLine(detector, { tick: replayed.lastMs + END_MS }, replayed)
}

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** ULIDs that count, so that two replays of one recording say the same. */
export function createCountingIds(): () => string {
  let count = 0
  return () => {
    let rest = ++count
    let text = ''
    while (text.length < 26) {
      text = (DIGITS[rest % 32] ?? '0') + text
      rest = Math.floor(rest / 32)
    }
    return text
  }
}
