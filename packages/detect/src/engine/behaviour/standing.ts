// What shows only with time, or in sheer number: a dropped program that works on and holds its connection, a flood of events.
import { DL, DROP_EXEC } from '../../tags/bits.ts'
import { hashText } from '../../tags/hash.ts'
import type { Connection, Process } from '../actor.ts'
import { named, peer, sentence } from '../sentence.ts'
import type { EngineState } from '../state.ts'
import { EVENT_FLOOD, LONG_MINER } from './catalogue.ts'

const HELD_MS = 30_000
/** Several of the same at once, each with its connection: one for each processor, as miners do. */
const SEVERAL_HELD_MS = 800
const FLOOD_EVENTS = 5000
const FLOOD_PAUSE_MS = 60_000

/** Called every few seconds for all processes. */
export function checkStanding(state: EngineState, actor: Process): void {
  if (!actor.alive || actor.containerId === null || (actor.tags & (DROP_EXEC | DL)) === 0) return
  if ((actor.tags & DROP_EXEC) === 0 || actor.isServer) return
  const held = heldBy(actor)
  if (held === undefined) return
  const ageMs = state.nowMs - held.atMs
  if (ageMs < SEVERAL_HELD_MS || (ageMs < HELD_MS && !isOneOfSeveral(state, actor))) return
  const where = peer(held.address, held.port)
  const seconds = Math.round((state.nowMs - held.atMs) / 1000)
  state.see({
    rule: LONG_MINER,
    actor,
    sentence: sentence(
      `${named(actor)}, which is not of the image, has held one connection to ${where} for ${seconds} s.`,
      `イメージにない ${named(actor)} が ${where} への接続を ${seconds} 秒間保持している。`,
      `不属于镜像的 ${named(actor)} 已保持到 ${where} 的连接 ${seconds} 秒。`,
    ),
    eventIds: [actor.bornBy, held.eventId].filter((id) => id !== ''),
    object: hashText(where),
    shown: { kind: 'peer', label: where, detail: 'held for long', edge: 'connected' },
  })
}

function heldBy(actor: Process): Connection | undefined {
  return actor.connections.find((one) => one.isOutgoing && !one.ended && !one.isLoopback && !one.isExpected)
}

function isOneOfSeveral(state: EngineState, actor: Process): boolean {
  for (const other of state.table.all()) {
    if (other === actor || !other.alive || other.containerId !== actor.containerId || other.exe !== actor.exe) continue
    if (other.parent !== actor && actor.parent !== other && heldBy(other) !== undefined) return true
  }
  return false
}

/** Called for every event of a container. */
export function checkFlood(state: EngineState, actor: Process, eventId: string): void {
  const { lineage } = actor
  const second = Math.floor(state.nowMs / 1000)
  if (lineage.floodSecond !== second) {
    lineage.floodSecond = second
    lineage.floodCount = 0
  }
  if (++lineage.floodCount !== FLOOD_EVENTS || state.nowMs - lineage.floodSaidAtMs < FLOOD_PAUSE_MS) return
  lineage.floodSaidAtMs = state.nowMs
  state.see({
    rule: EVENT_FLOOD,
    actor,
    sentence: sentence(
      `${named(actor)} and its kin caused more than ${FLOOD_EVENTS} events within a second.`,
      `${named(actor)} とその仲間が一秒間に ${FLOOD_EVENTS} 件を超えるイベントを起こした。`,
      `${named(actor)} 及其同源进程在一秒内产生了超过 ${FLOOD_EVENTS} 个事件。`,
    ),
    eventIds: [eventId],
    object: 0,
  })
}
