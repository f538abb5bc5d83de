// What all handlers of events share: the tables, the time, and the way to say that something was seen.
import type { LocalisedText } from '@yagura/schema'
import type { Model } from '../baseline/model.ts'
import type { Profile } from '../baseline/profile.ts'
import type { GraphObject } from '../chain/graph.ts'
import type { ContainerIdentity } from '../contract/identity.ts'
import type { Rule } from '../contract/rule.ts'
import type { Process } from './actor.ts'
import type { Files } from './files.ts'
import type { Links } from './links.ts'
import type { ProcessTable } from './process-table.ts'

export interface ContainerState {
  identity: ContainerIdentity | null
  profile: Profile | undefined
  /** What only this container is called, its host name among it: arguments that say it are the same for every replica. */
  readonly ownNames: readonly string[]
}

const NAME_MIN = 6

export function ownNamesOf({ containerId, name, pod }: ContainerIdentity): readonly string[] {
  const names = [containerId, containerId.slice(0, 12), name, pod?.name ?? '', pod?.uid ?? '']
  return [...new Set(names.filter((one) => one.length >= NAME_MIN))].sort((left, right) => right.length - left.length)
}

/** One piece of evidence, before it is weighed. */
export interface Sighting {
  readonly rule: Rule
  readonly actor: Process
  readonly sentence: LocalisedText
  readonly eventIds: readonly string[]
  /** Hash of what it was done to: path class, peer, program. With rule and program it is the edge that can be learnt. */
  readonly object: number
  readonly shown?: GraphObject
  /** From the sequence model: evidence in a chain, never alone. */
  readonly isSequence?: boolean
}

export interface EngineState {
  /** Time of the event. */
  nowMs: number
  readonly table: ProcessTable
  readonly links: Links
  readonly files: Files
  readonly model: Model
  stateOf(containerId: string | null): ContainerState
  /** What is known of this process's container, program, object: learnt in separate runs of harmless lineages. */
  isExpected(actor: Process, edge: number): boolean
  /** Learns the edge when the lineage proves harmless. */
  learn(actor: Process, edge: number): void
  /** Learns that this act is done to the object, as a signal is learnt: also where something else in the lineage was new. */
  learnAct(actor: Process, object: number): void
  learnHabit(actor: Process, edge: number): void
  /** Adds tags; hard ones are facts that no learning takes back. */
  tag(actor: Process, tags: number, isHard?: boolean): void
  see(sighting: Sighting): void
  /** Two chains turn out to be one campaign: file, socket or pipe of the other. */
  joinChains(actor: Process, chain: number, distance: number): void
}
