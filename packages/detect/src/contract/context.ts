// What a rule may ask about an event beyond the event itself. The engine answers; tests give a plain object.
import type { Descriptor, FileLayer, KernelEvent } from '@yagura/schema'
import type { ContainerIdentity } from './identity.ts'
import type { TagMask } from './tags.ts'

/** One process as the engine remembers it. */
export interface ProcessView {
  readonly pid: number
  readonly startNs: string
  readonly exe: string
  readonly exeInode: string
  readonly exeLayer: FileLayer
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string | null
  readonly uid: number
  readonly terminal: boolean
  readonly stdio: readonly Descriptor[]
  readonly environment: readonly string[]
  readonly containerId: string | null
  readonly tags: TagMask
  /** First process of the container. */
  readonly isContainerInit: boolean
}

export interface RuleContext {
  readonly container: ContainerIdentity | null
  /** The process of the event, after what the event did to it. */
  readonly process: ProcessView
  /** 0 is the parent; undefined above the oldest that is known. */
  ancestor(depth: number): ProcessView | undefined
  /** Tags of the file or socket that the event is about, and of the process, its lineage included. */
  readonly objectTags: TagMask
  /** How often the same edge (image, parent program, program, kind, class of object) was seen: 1 never, 0 all the time. */
  readonly rarity01: number
  /** The model of this image is still learning. */
  readonly learning: boolean
  /** The peer, path class or program is part of the learnt profile of the image. */
  readonly expected: boolean
  /** Milliseconds since the container started; null on the host. */
  readonly containerAgeMs: number | null
  /** A number the engine counts for a rule: distinct peers, paths, deleted files … of this process within the rule's time. */
  count(what: string, withinMs: number): number
}

export type EventTest = (event: KernelEvent, context: RuleContext) => boolean
