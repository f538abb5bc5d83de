// Shells whose commands come from the network, whatever stands between: sockets, pipes, fifos, socket pairs, terminals. Looked at
// when a program begins, when a descriptor changes and when a connection is made, because any of the three may come last.
import type { Descriptor, LocalisedText } from '@yagura/schema'
import { C2, DL, DROP_EXEC, SHELL } from '../../tags/bits.ts'
import { hashText } from '../../tags/hash.ts'
import { baseName, type Process } from '../actor.ts'
import { WRITTEN_LAYERS } from '../edges.ts'
import type { Reach } from '../links.ts'
import { isInteractive, isInterpreter, isShell, readsCommands } from '../programs.ts'
import { clip, named, peer, sentence } from '../sentence.ts'
import type { EngineState } from '../state.ts'
import { FETCHED_FOR, ORDERS_RUN, PIPED_CODE, PIPED_DOWNLOAD, REVERSE_SHELL } from './catalogue.ts'

export function checkShell(state: EngineState, actor: Process, eventId: string): void {
  const isNamedShell = isShell(actor)
  const isRenamed = (actor.tags & DROP_EXEC) !== 0 && WRITTEN_LAYERS.includes(actor.exeLayer) && !isNamedShell
  if (!isNamedShell && !isRenamed && !isInterpreter(actor)) return
  const [input, output] = actor.stdio
  if (input === undefined || isLoginOfSshd(actor)) return
  if (isNamedShell && !readsCommands(actor)) return
  if (isInterpreter(actor) && !isNamedShell && !readsProgram(actor)) return
  const from = state.links.reach(actor, 0) ?? fedBy(state, actor, input)
  const to = output === undefined ? undefined : state.links.reach(actor, 1)
  if (from !== undefined && to !== undefined && sameWay(from, to, actor)) {
    seeShell(state, actor, from, eventId)
    return
  }
  if (
    to !== undefined &&
    isNamedShell &&
    input.kind !== 'null' &&
    input.kind !== 'file' &&
    (isInteractive(actor) || input.kind === 'pipe')
  ) {
    if (input.kind !== 'terminal') {
      seeShell(state, actor, to, eventId)
      return
    }
  }
  if (from === undefined || isRenamed) return
  seePipedDownload(state, actor, from, eventId)
}

/** A short download may be over before the shell begins: whoever wrote into its pipe had a connection. */
function fedBy(state: EngineState, actor: Process, input: Descriptor): Reach | undefined {
  if (input.kind !== 'pipe') return undefined
  for (const writer of state.links.writers(input.id, actor)) {
    const found = writer.connections.find((one) => one.isOutgoing && !one.isLoopback && !one.isExpected)
    if (found === undefined) continue
    return { address: found.address, port: found.port, isOutgoing: true, eventIds: [found.eventId], via: [writer] }
  }
  return undefined
}

/**
 * Text of the network as a descriptor or as an argument: `bash <(curl …)`, `sh -c "$(wget -qO- …)"`. Its fetcher was started by the
 * same shell, or by this one before it became what it is, and wrote into a pipe.
 */
export function checkFetched(state: EngineState, actor: Process, eventId: string): void {
  if (!isShell(actor) && !isInterpreter(actor)) return
  actor.isFedByDescriptor = actor.args.slice(1, 4).some((one) => /^\/(?:dev|proc\/self)\/fd\/\d+$/.test(one))
  const isText = actor.args.some(
    (one, index) => one.startsWith('#!') && /^-[a-zA-Z]*[ce]$/.test(actor.args[index - 1] ?? ''),
  )
  if (!actor.isFedByDescriptor && !isText) return
  for (const one of state.table.all()) {
    const isKin = one.parent !== null && (one.parent === actor.parent || one.parent === actor)
    if (one === actor || !isKin || state.nowMs - one.startedAtMs > FETCH_MS) continue
    const reach = fetchedBy(one)
    if (reach === undefined) continue
    seePipedDownload(state, actor, reach, eventId)
    return
  }
}

/**
 * Code that was typed, or a program that the image does not have, talks to somebody whom the workload does not know and then starts a
 * shell: what that runs came from there. The connection may be over by now: orders are asked for, one request each.
 */
export function checkOrders(state: EngineState, actor: Process, eventId: string): void {
  const { parent } = actor
  if (parent === null || !isShell(actor) || actor.isExecExpected || isShell(parent) || !takesOrders(parent)) return
  const found = parent.connections.findLast(
    (one) => one.isOutgoing && !one.isLoopback && !one.isExpected && one.port !== 53,
  )
  if (found === undefined || state.nowMs - found.atMs > ORDERS_MS) return
  const where = peer(found.address, found.port)
  state.see({
    rule: ORDERS_RUN,
    actor,
    sentence: sentence(
      `${named(parent)}, which talks to ${where}, has the shell ${named(actor)} run commands.`,
      `${where} と通信する ${named(parent)} が、シェル ${named(actor)} に命令を実行させた。`,
      `与 ${where} 通信的 ${named(parent)} 让 shell ${named(actor)} 执行命令。`,
    ),
    eventIds: [found.eventId, actor.bornBy, eventId].filter((id) => id !== ''),
    object: hashText(where),
    shown: { kind: 'peer', label: where, detail: 'gives orders', edge: 'connected' },
  })
}

const ORDERS_MS = 30_000

function takesOrders(actor: Process): boolean {
  if ((actor.tags & DROP_EXEC) !== 0) return true
  return (
    isInterpreter(actor) &&
    (readsProgram(actor) || actor.args.slice(1, 4).some((one) => /^-[a-zA-Z]*[ceEr]$/.test(one)))
  )
}

/** The connection comes after the shell that waits for what it brings. */
export function checkWaiting(state: EngineState, actor: Process, eventId: string): void {
  const reach = fetchedBy(actor)
  if (reach === undefined || actor.parent === null || !isShell(actor.parent)) return
  for (const one of state.table.all()) {
    if (one.isFedByDescriptor && one.alive && (one.parent === actor.parent || one === actor.parent))
      seePipedDownload(state, one, reach, eventId)
  }
}

const FETCH_MS = 10_000

function fetchedBy(actor: Process): Reach | undefined {
  if (actor.stdio[1]?.kind !== 'pipe') return undefined
  const found = actor.connections.find((one) => one.isOutgoing && !one.isLoopback && !one.isExpected && one.port !== 53)
  if (found === undefined) return undefined
  return { address: found.address, port: found.port, isOutgoing: true, eventIds: [found.eventId], via: [actor] }
}

/** A connection was made: shells and interpreters behind the pipes of this process have the network behind them now. */
export function checkBehind(state: EngineState, actor: Process, eventId: string): void {
  for (const descriptor of actor.stdio) {
    if (descriptor.kind !== 'pipe' && descriptor.kind !== 'unix') continue
    for (const other of state.links.holders(descriptor.id, actor)) {
      checkShell(state, other, eventId)
      for (const next of other.stdio) {
        if (next.id === descriptor.id || next.kind !== 'pipe') continue
        for (const far of state.links.holders(next.id, other)) if (far !== actor) checkShell(state, far, eventId)
      }
    }
  }
}

/** The shell must stand alone on the way: two ways to the same place, or the descriptor itself. */
function sameWay(from: Reach, to: Reach, actor: Process): boolean {
  if (from.address === to.address) return true
  return isInteractive(actor)
}

function readsProgram(actor: Process): boolean {
  return actor.args.slice(1).every((argument) => argument === '-' || argument === '-u' || argument === '-i')
}

/** Somebody who logged in through the image's own ssh server sits behind the network by right. */
function isLoginOfSshd(actor: Process): boolean {
  let one: Process | null = actor.parent
  for (let step = 0; one !== null && step < 3; step++) {
    if (baseName(one.exe) === 'sshd' || baseName(one.exe) === 'sshd-session') return (one.tags & DROP_EXEC) === 0
    one = one.parent
  }
  return false
}

function seeShell(state: EngineState, actor: Process, reach: Reach, eventId: string): void {
  const where = peer(reach.address, reach.port)
  const through = reach.via.length === 0 ? '' : ` through ${reach.via.map((one) => baseName(one.exe)).join(', ')}`
  state.tag(actor, SHELL | C2, true)
  state.see({
    rule: REVERSE_SHELL,
    actor,
    sentence: shellSentence(named(actor), where, through),
    eventIds: [...reach.eventIds, ...reach.via.map((one) => one.bornBy), eventId].filter((id) => id !== ''),
    object: hashText(where),
    shown: { kind: 'peer', label: where, detail: clip(`commands come from here${through}`), edge: 'connected' },
  })
}

function shellSentence(shell: string, where: string, through: string): LocalisedText {
  return sentence(
    `The shell ${shell} takes its commands from ${where}${through}.`,
    `シェル ${shell} が ${where} から命令を受けている${through === '' ? '' : `（経路：${through.slice(9)}）`}。`,
    `shell ${shell} 从 ${where} 接收命令${through === '' ? '' : `（经由 ${through.slice(9)}）`}。`,
  )
}

function seePipedDownload(state: EngineState, actor: Process, reach: Reach, eventId: string): void {
  const where = peer(reach.address, reach.port)
  const source = reach.via[0]
  state.tag(actor, DL, true)
  state.see({
    rule: /^python/.test(baseName(actor.exe)) ? PIPED_CODE : PIPED_DOWNLOAD,
    actor,
    sentence: sentence(
      `${named(actor)} runs what ${source === undefined ? 'a connection' : named(source)} brings from ${where}.`,
      `${named(actor)} が ${where} から届いた内容をそのまま実行した。`,
      `${named(actor)} 直接执行来自 ${where} 的内容。`,
    ),
    eventIds: [...reach.eventIds, source?.bornBy ?? '', actor.bornBy, eventId].filter((id) => id !== ''),
    object: hashText(where),
    shown: { kind: 'peer', label: where, detail: 'source of the program text', edge: 'connected' },
  })
  // who fetches goes on trying when only the interpreter is ended
  if (source === undefined || !source.alive || source === actor || isShell(source)) return
  state.see({
    rule: FETCHED_FOR,
    actor: source,
    sentence: sentence(
      `${named(source)} fetches from ${where} what ${named(actor)} runs.`,
      `${named(source)} が ${where} から取得した内容を ${named(actor)} が実行する。`,
      `${named(source)} 从 ${where} 取来内容，由 ${named(actor)} 执行。`,
    ),
    eventIds: [...reach.eventIds, source.bornBy].filter((id) => id !== ''),
    object: hashText(where),
    shown: { kind: 'peer', label: where, detail: 'source of the program text', edge: 'connected' },
  })
}
