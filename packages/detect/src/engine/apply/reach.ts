// Into other processes and out of the container.
import type { EventOf } from '@yagura/schema'
import { CRED_UP, ESC } from '../../tags/bits.ts'
import { checkShell } from '../behaviour/shell.ts'
import type { Process } from '../process.ts'
import type { EngineState } from '../state.ts'

/** ptrace and writes into the memory of another carry everything both ways. */
export function applyTrace(state: EngineState, event: EventOf<'trace'>, process: Process): void {
  process.lineage.counters.add('trace', event.targetPid, state.nowMs)
  if (event.result < 0 || (event.action !== 'attach' && event.action !== 'write')) return
  const target = state.table.find(event.targetPid)
  if (target === undefined || target === process) return
  state.tag(target, process.tags)
  state.tag(process, target.tags)
  target.marks |= process.marks
  process.marks |= target.marks
  if (target.lineage !== process.lineage) {
    state.joinChains(process, target.lineage.chain, 0)
    if (target.lineage.chain === 0) target.lineage.chain = process.lineage.chain
  }
}

export function applyCredential(state: EngineState, event: EventOf<'credential'>, process: Process): void {
  const gained = event.gainedCapabilities !== '0' && event.gainedCapabilities !== ''
  if (event.newUid === 0 && event.oldUid !== 0 && event.call !== 'exec') state.tag(process, CRED_UP)
  else if (gained && event.call === 'unknown') state.tag(process, CRED_UP)
  process.uid = event.newUid
}

export function applyStdio(state: EngineState, event: EventOf<'stdio'>, process: Process): void {
  const stdio = [...process.stdio]
  while (stdio.length <= event.number) stdio.push({ kind: 'closed', id: '0' })
  stdio[event.number] = event.target
  process.stdio = stdio
  state.links.hold(process)
  if (event.number < 2) checkShell(state, process, event.id)
}

export function applyKill(state: EngineState, event: EventOf<'kill'>, process: Process): void {
  process.lineage.counters.add('kill', event.targetPid, state.nowMs)
}

export function applyNamespace(state: EngineState, event: EventOf<'namespace'>, process: Process): void {
  if (process.containerId === null || event.result < 0 || event.action !== 'enter') return
  const target = event.targetPid === null ? undefined : state.table.find(event.targetPid)
  if (target !== undefined && target.containerId !== process.containerId) state.tag(process, ESC)
}
