// The engine: events and identities in, signals, findings and incidents out. No clock, no file, no chance of its own, so that
// a recording gives the same answer.
import type { AuditEvent, FileLayer, IncidentReport, KernelEvent, RuntimeFinding, Signal } from '@yagura/schema'
import type { ContainerIdentity } from './identity.ts'
import type { RuleSet } from './rule.ts'

export interface DetectorOptions {
  readonly rules: RuleSet
  readonly hostKey: string
  /** ULIDs; a replay passes a counter. */
  readonly newId: () => string
  /** What was learnt before, from `Detector.snapshot`. */
  readonly state?: Uint8Array
  /** Incidents that were told after this state was saved: whoever is killed goes on from both. */
  readonly told?: readonly IncidentReport[]
}

export type Detection =
  | { readonly kind: 'signal'; readonly signal: Signal }
  | { readonly kind: 'finding'; readonly finding: RuntimeFinding }
  /** New, grown or merged; the newest revision replaces the one before. */
  | { readonly kind: 'incident'; readonly incident: IncidentReport }

export interface Detector {
  /** Events in the sensor's order. The returned array is empty for nearly all of them. */
  receive(event: KernelEvent): readonly Detection[]
  /** A line of the Kubernetes audit log. */
  receiveAudit(event: AuditEvent): readonly Detection[]
  /** A container became known, changed or ended (`null`). */
  identify(containerId: string, identity: ContainerIdentity | null): void
  /** The sensor lost events here: steps around it carry the note. */
  noteLoss(atMs: number, reason: string): void
  /** Decay, windows that end, incidents that are updated at most once a second. Time is the events' time. */
  tick(nowMs: number): readonly Detection[]
  /** A person's verdict: what was benign becomes expected, what was an attack is not learnt. */
  judge(incident: IncidentReport, verdict: 'true-attack' | 'false-alarm' | 'benign-expected'): void
  replaceRules(rules: RuleSet): void
  /** What the image of this container does ordinarily; undefined while it is not known from three separate runs. */
  habitsOf(containerId: string): Habits | undefined
  /** Models and open chains, for the next start. */
  snapshot(): Uint8Array
  stats(): DetectorStats
}

/** What a prevention must leave to an image, because it did so in a run that was learnt from. */
export interface Habits {
  /** Of the layers that are written at run time those that it ran programs from. */
  readonly layers: readonly FileLayer[]
  /** It ran scripts that were written at run time. */
  readonly scripts: boolean
}

export interface DetectorStats {
  readonly processes: number
  readonly files: number
  readonly sockets: number
  readonly chains: number
  readonly profiles: number
  readonly evicted: number
  readonly memoryBytes: number
  /** Of all chains so far. */
  readonly highestChainScore: number
  /** Of those in which nothing is strong: what the threshold of incidents is set from, over benign work. */
  readonly highestQuietScore: number
}
