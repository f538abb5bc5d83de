// What rules may ask, answered from the tables. One object serves every event: rules must not keep it.
import type { KernelEvent } from '@yagura/schema'
import type { Model } from '../baseline/model.ts'
import { weightOf } from '../baseline/profile.ts'
import { rarity01 } from '../baseline/sketch.ts'
import type { ProcessView, RuleContext } from '../contract/context.ts'
import type { ContainerIdentity } from '../contract/identity.ts'
import { TAG_BITS } from '../tags/marks.ts'
import { type Process, programOf } from './actor.ts'
import { deletionsOf } from './behaviour/destroy.ts'
import { portsOf } from './behaviour/sweep.ts'
import { fileEdge, peerEdge } from './edges.ts'
import type { Files } from './files.ts'
import type { ContainerState } from './state.ts'

export interface ContextParts {
  readonly model: Model
  readonly files: Files
  stateOf(containerId: string | null): ContainerState
}

export interface EngineContext extends RuleContext {
  /** Turns to another event. */
  about(event: KernelEvent, actor: Process, nowMs: number): void
}

/** Counts of different things; all others count acts. */
const DISTINCT = new Set(['host', 'peer', 'name', 'environ', 'secret', 'trace'])

export function createContext(parts: ContextParts): EngineContext {
  let event: KernelEvent
  let actor: Process
  let nowMs = 0
  let state: ContainerState

  function edgeOfEvent(): number {
    if (event.type === 'connect') return peerEdge(actor, event.remoteAddress, event.remotePort)
    if ('path' in event) return fileEdge(actor, event.path)
    return actor.execEdge
  }

  return {
    about(nextEvent, nextProcess, at) {
      event = nextEvent
      actor = nextProcess
      nowMs = at
      state = parts.stateOf(actor.containerId)
    },
    get container(): ContainerIdentity | null {
      return state.identity
    },
    get process(): ProcessView {
      return actor
    },
    ancestor(depth) {
      let one = actor.parent
      for (let step = 0; step < depth && one !== null; step++) one = one.parent
      return one ?? undefined
    },
    get objectTags() {
      let tags = actor.tags | actor.lineage.tags
      if (event.type === 'exec') {
        tags |= parts.files.bits(programOf(actor), actor.containerId)
      } else if ('path' in event) {
        tags |= parts.files.bits(event, actor.containerId)
      }
      return tags & TAG_BITS
    },
    get rarity01() {
      const { profile } = state
      return profile === undefined ? rarity01(0, 0) : rarity01(weightOf(profile, edgeOfEvent(), nowMs), profile.runs)
    },
    get learning() {
      return state.profile === undefined || state.profile.runs < 3
    },
    get expected() {
      return parts.model.isExpected(state.profile, edgeOfEvent(), nowMs)
    },
    get containerAgeMs() {
      if (actor.containerId === null) return null
      const startedAtMs = state.identity?.startedAtMs ?? null
      if (startedAtMs !== null) return Math.max(0, nowMs - startedAtMs)
      return Math.max(0, nowMs - actor.lineage.startedAtMs)
    },
    count(what, withinMs) {
      const { counters } = actor.lineage
      if (what === 'live-child') return actor.liveChildren
      if (what === 'connect') {
        return counters.total('connect', withinMs, nowMs) - counters.total('void', withinMs, nowMs)
      }
      if (what === 'delete') return counters.distinct(deletionsOf(actor), withinMs, nowMs)
      if (what === 'port') {
        const address = 'remoteAddress' in event ? event.remoteAddress : ''
        return counters.distinct(portsOf(address), withinMs, nowMs)
      }
      return DISTINCT.has(what) ? counters.distinct(what, withinMs, nowMs) : counters.total(what, withinMs, nowMs)
    },
  }
}
