// What a process has read, and what it writes it to.
import { DL, DROP, NET_NEW, SECRET } from '../../tags/bits.ts'
import { ARCHIVE, CONTENT, DATA, PACKAGED, STAGED, TAG_BITS } from '../../tags/marks.ts'
import type { Process } from '../actor.ts'
import type { FileRef } from '../files.ts'
import { factsOf } from '../paths.ts'
import { roleOf, scriptRunner } from '../programs.ts'
import type { EngineState } from '../state.ts'

const WRITTEN_KEPT = 4

export function readContent(state: EngineState, actor: Process, path: string, bits: number): void {
  const facts = factsOf(path)
  if (facts.isSecret || (facts.isEnviron && path !== '/proc/self/environ')) {
    state.tag(actor, SECRET)
    actor.lineage.counters.add('secret', facts.hash, state.nowMs)
    if (facts.isToken) actor.lineage.tokenAtMs = state.nowMs
  }
  actor.marks |= facts.marks | (bits & CONTENT)
  if ((bits & DROP) !== 0 && (bits & (SECRET | ARCHIVE | DATA)) !== 0) actor.marks |= STAGED
  state.tag(actor, bits & (SECRET | DL) & TAG_BITS)
}

export function writeContent(state: EngineState, actor: Process, file: FileRef, chain: number): void {
  const { files, nowMs } = state
  // what the node itself writes is followed only where something came to it
  if (actor.containerId === null && actor.lineage.tags === 0) return
  if (actor.isInstaller) {
    files.mark(file, actor.containerId, PACKAGED, 0, 0, nowMs)
    return
  }
  const facts = factsOf(file.path)
  let bits = (actor.tags & ~NET_NEW) | DROP | (actor.marks & CONTENT)
  if (roleOf(actor).program.isPacker || (facts.isArchive && actor.containerId !== null)) bits |= ARCHIVE
  if (!facts.isScratch) bits |= facts.marks & DATA
  if (isFedByNetwork(state, actor) && scriptRunner(actor) === undefined) {
    // only fetched so far: it becomes a fact of the lineage when it is run
    bits |= DL
    actor.lineage.tags |= DL
  }
  files.mark(file, actor.containerId, bits, Math.max(0.8 * actor.suspicion, 0.1), chain, nowMs)
  if ((bits & DL) === 0) noteWritten(actor, file)
}

/** What names the file, not the whole event. */
function noteWritten(actor: Process, { path, inode, device, layer }: FileRef): void {
  actor.written ??= []
  if (actor.written.length === WRITTEN_KEPT) actor.written.pop()
  actor.written.unshift({ path, inode, device, layer })
}

/** What this process opened for writing before it had its connection is what the connection brings. */
export function markFetched(state: EngineState, actor: Process): void {
  const { written } = actor
  if (written === undefined || actor.isInstaller || !isFedByNetwork(state, actor) || scriptRunner(actor)) return
  actor.lineage.tags |= DL
  for (const file of written) state.files.mark(file, actor.containerId, DL, 0.1, actor.lineage.chain, state.nowMs)
  actor.written = []
}

/** Has a connection to a peer that the model does not know, or gets its input from one that has. */
export function isFedByNetwork(state: EngineState, actor: Process): boolean {
  if (actor.isServer && actor.lineage.kind === 'init') return false
  if (talksToStranger(actor)) return true
  const input = actor.stdio[0]
  if (input?.kind === 'socket') return state.links.reach(actor, 0) !== undefined
  if (input?.kind !== 'pipe') return false
  return state.links.writers(input.id, actor).some(talksToStranger)
}

export function talksToStranger(actor: Process): boolean {
  return actor.connections.some((one) => one.isOutgoing && !one.isLoopback && !one.isExpected && one.port !== 53)
}
