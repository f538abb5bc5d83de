// Files opened, renamed, linked, deleted: what is known of a file follows its inode.
import type { EventOf } from '@yagura/schema'
import { DROP } from '../../tags/bits.ts'
import { hashText } from '../../tags/hash.ts'
import { PACKAGED } from '../../tags/marks.ts'
import type { Process } from '../actor.ts'
import { SHELL_DOWNLOAD } from '../behaviour/catalogue.ts'
import { checkDeletion, checkOverwrite, checkRewrite, checkSealed } from '../behaviour/destroy.ts'
import { fileEdge, habitEdge, SCRIPT_HABIT } from '../edges.ts'
import { factsOf } from '../paths.ts'
import { isInterpreter, isShell } from '../programs.ts'
import { clip, named, peer, sentence } from '../sentence.ts'
import type { EngineState } from '../state.ts'
import { readContent, writeContent } from './content.ts'

const O_ACCMODE = 3
const O_TRUNC = 0o1000
/** A file joins two chains only when it is not one that everybody writes. */
const WEAK_LINK = 2

export function applyOpen(state: EngineState, event: EventOf<'open'>, actor: Process): void {
  const { files, nowMs } = state
  if (event.created) files.made(event, actor.containerId, actor.exe)
  const access = event.flags & O_ACCMODE
  const facts = factsOf(event.path)
  const row = files.row(event, actor.containerId)
  const bits = row < 0 ? 0 : files.table.tags(row)
  if (access !== 1) {
    if (facts.isEnviron && !event.path.startsWith('/proc/self/')) {
      actor.lineage.counters.add('environ', facts.hash, nowMs)
    }
    readContent(state, actor, event.path, bits)
    // of what an interpreter reads the kernel refuses what may be run, and that is not told: libraries, modules, scripts of scripts
    if ((bits & (DROP | PACKAGED)) !== 0 && isInterpreter(actor)) state.learnHabit(actor, habitEdge(SCRIPT_HABIT))
    if (row >= 0) {
      actor.suspicion = Math.max(actor.suspicion, 0.2 * files.table.suspicion(row, nowMs))
      if ((bits & DROP) !== 0) state.joinChains(actor, files.table.chain(row), WEAK_LINK)
    }
  }
  if (!facts.isScratch) state.learn(actor, fileEdge(actor, event.path))
  const writes = access !== 0 || event.created || (event.flags & O_TRUNC) !== 0
  if (!writes || event.path.startsWith('/dev/') || event.path.startsWith('/proc/')) return
  if (event.created) actor.lineage.counters.add('create', facts.hash, nowMs)
  writeContent(state, actor, event, actor.lineage.chain)
  checkOverwrite(state, event, actor)
  if (event.created) checkSealed(state, event, actor)
  if (event.created) seeShellDownload(state, actor, event.path, event.id)
}

export function applyRename(state: EngineState, event: EventOf<'rename'>, actor: Process): void {
  if (event.result >= 0) {
    state.files.renamed(event, actor.containerId, event.newPath)
  }
  checkRewrite(state, event, actor)
  checkSealed(state, event, actor)
}

export function applyLink(state: EngineState, event: EventOf<'link'>, actor: Process): void {
  if (event.result < 0) return
  const { files, nowMs } = state
  const bits = files.bits(event, actor.containerId)
  if (bits === 0) return
  if (!event.symbolic) files.renamed(event, actor.containerId, event.newPath)
  else files.mark({ path: event.newPath }, actor.containerId, bits, 0, actor.lineage.chain, nowMs)
}

export function applyUnlink(state: EngineState, event: EventOf<'unlink'>, actor: Process): void {
  checkDeletion(state, event, actor)
  checkSealed(state, event, actor)
}

/** A shell holds a connection, and what runs below it writes a file out of that connection: a download without a download tool. */
export function seeShellDownload(state: EngineState, actor: Process, path: string, eventId: string): void {
  if (actor.containerId === null) return
  const holder = shellWithConnection(actor)
  // what a shell writes for itself (its history) did not come over its connection
  if (holder === undefined || actor === holder) return
  const input = actor.stdio[0]
  if (input?.kind !== 'socket' && input?.kind !== 'pipe') return
  const connection = holder.connections.find((one) => one.isOutgoing && !one.isLoopback && !one.isExpected)
  if (connection === undefined) return
  const where = peer(connection.address, connection.port)
  state.see({
    rule: SHELL_DOWNLOAD,
    actor,
    sentence: sentence(
      `${clip(path, 120)} was written out of a connection to ${where} that the shell ${named(holder)} opened.`,
      `シェル ${named(holder)} が開いた ${where} への接続から ${clip(path, 120)} が書き込まれた。`,
      `shell ${named(holder)} 打开到 ${where} 的连接，并由此写入 ${clip(path, 120)}。`,
    ),
    eventIds: [connection.eventId, eventId],
    object: hashText(where),
    shown: { kind: 'file', label: clip(path, 120), detail: `from ${where}`, edge: 'wrote' },
  })
}

function shellWithConnection(actor: Process): Process | undefined {
  let one: Process | null = actor
  for (let step = 0; one !== null && step < 2; step++) {
    if (isShell(one) && one.connections.some((each) => each.isOutgoing && !each.isLoopback && !each.ended)) return one
    one = one.parent
  }
  return undefined
}
