// Into other processes and out of the container.
import type { EventOf } from '@yagura/schema'
import { CRED_UP, ESC } from '../../tags/bits.ts'
import type { Process } from '../actor.ts'
import { checkShell } from '../behaviour/shell.ts'
import type { EngineState } from '../state.ts'

/** ptrace and writes into the memory of another carry everything both ways. */
export function applyTrace(state: EngineState, event: EventOf<'trace'>, actor: Process): void {
  actor.lineage.counters.add('trace', event.targetPid, state.nowMs)
  if (event.result < 0 || (event.action !== 'attach' && event.action !== 'write')) return
  const target = state.table.find(event.targetPid)
  if (target === undefined || target === actor) return
  state.tag(target, actor.tags)
  state.tag(actor, target.tags)
  target.marks |= actor.marks
  actor.marks |= target.marks
  if (target.lineage !== actor.lineage) {
    state.joinChains(actor, target.lineage.chain, 0)
    if (target.lineage.chain === 0) target.lineage.chain = actor.lineage.chain
  }
}

export function applyCredential(state: EngineState, event: EventOf<'credential'>, actor: Process): void {
  const gained = event.gainedCapabilities !== '0' && event.gainedCapabilities !== ''
  if (event.newUid === 0 && event.oldUid !== 0 && event.call !== 'exec') state.tag(actor, CRED_UP)
  else if (gained && event.call === 'unknown') state.tag(actor, CRED_UP)
  actor.uid = event.newUid
}

export function applyStdio(state: EngineState, event: EventOf<'stdio'>, actor: Process): void {
  const stdio = [...actor.stdio]
  while (stdio.length <= event.number) stdio.push({ kind: 'closed', id: '0' })
  stdio[event.number] = event.target
  actor.stdio = stdio
  state.links.hold(actor)
  if (event.number < 2) checkShell(state, actor, event.id)
}

export function applyKill(state: EngineState, event: EventOf<'kill'>, actor: Process): void {
  actor.lineage.counters.add('kill', event.targetPid, state.nowMs)
}

export function applyNamespace(state: EngineState, event: EventOf<'namespace'>, actor: Process): void {
  if (actor.containerId === null || event.result < 0 || event.action !== 'enter') return
  const target = event.targetPid === null ? undefined : state.table.find(event.targetPid)
  if (target !== undefined && target.containerId !== actor.containerId) state.tag(actor, ESC)
}
