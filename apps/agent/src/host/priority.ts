// Who watches is scheduled before what is watched: otherwise a container that burns every processor also delays its own alarm. And
// it is ended after what is watched when memory is short: who fills the memory must not so get rid of the watcher.
import { writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'

const PRIORITY = -10
/** proc_pid_oom_score_adj(5): -1000 never, 1000 first. */
const OUT_OF_MEMORY_SCORE = -900

/** What was not allowed, in sentences; the agent goes on as any other process then. */
export function goFirst(oomFile = '/proc/self/oom_score_adj'): string[] {
  const refused: string[] = []
  try {
    setPriority(PRIORITY)
  } catch {
    refused.push('The agent may not raise its priority: under load it sees what happens later.')
  }
  try {
    writeFileSync(oomFile, String(OUT_OF_MEMORY_SCORE))
  } catch {
    refused.push(
      'The agent may not lower its oom_score_adj: when memory is short it may be ended before what it watches.',
    )
  }
  return refused
}
