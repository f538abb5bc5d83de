// Processes that branch off and end; the storm of them.
import type { EventOf } from '@yagura/schema'
import { hashText } from '../../tags/hash.ts'
import { FORK_STORM } from '../behaviour/catalogue.ts'
import type { Process } from '../process.ts'
import { named, sentence } from '../sentence.ts'
import type { EngineState } from '../state.ts'

const STORM_LIVE = 100
const STORM_MS = 10_000

export function applyFork(state: EngineState, event: EventOf<'fork'>, process: Process): void {
  const { table, nowMs } = state
  table.forked(process, event, nowMs)
  const { counters } = process.lineage
  counters.add('fork', hashText(event.childStartNs ?? '', event.childPid), nowMs)
  if (process.containerId === null || process.isServer) return
  const live = event.childStartNs === undefined ? 0 : process.liveChildren
  if (live < STORM_LIVE || counters.total('fork', STORM_MS, nowMs) < STORM_LIVE) return
  state.see({
    rule: FORK_STORM,
    process,
    sentence: sentence(
      `${named(process)} has ${live} children, all started within seconds.`,
      `${named(process)} が数秒で ${live} 個の子プロセスを生成した。`,
      `${named(process)} 在数秒内启动了 ${live} 个子进程。`,
    ),
    eventIds: [event.id],
    object: 0,
  })
}
