// Processes that branch off and end; the storm of them.
import type { EventOf } from '@yagura/schema'
import { hashText } from '../../tags/hash.ts'
import type { Process } from '../actor.ts'
import { FORK_STORM } from '../behaviour/catalogue.ts'
import { named, sentence } from '../sentence.ts'
import type { EngineState } from '../state.ts'

const STORM_LIVE = 100
const STORM_MS = 10_000

export function applyFork(state: EngineState, event: EventOf<'fork'>, actor: Process): void {
  const { table, nowMs } = state
  table.forked(actor, event, nowMs)
  const { counters } = actor.lineage
  counters.add('fork', hashText(event.childStartNs ?? '', event.childPid), nowMs)
  if (actor.containerId === null || actor.isServer) return
  const live = event.childStartNs === undefined ? 0 : actor.liveChildren
  if (live < STORM_LIVE || counters.total('fork', STORM_MS, nowMs) < STORM_LIVE) return
  state.see({
    rule: FORK_STORM,
    actor,
    sentence: sentence(
      `${named(actor)} has ${live} children, all started within seconds.`,
      `${named(actor)} が数秒で ${live} 個の子プロセスを生成した。`,
      `${named(actor)} 在数秒内启动了 ${live} 个子进程。`,
    ),
    eventIds: [event.id],
    object: 0,
  })
}
