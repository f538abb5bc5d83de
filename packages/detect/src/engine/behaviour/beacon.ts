// A program that comes back to one unknown peer at regular times: at least five equal pauses.
import type { EventOf } from '@yagura/schema'
import { hashText, mix } from '../../tags/hash.ts'
import type { Process } from '../actor.ts'
import { named, peer, sentence } from '../sentence.ts'
import type { EngineState } from '../state.ts'
import { BEACON } from './catalogue.ts'

const CONNECTS = 6
const PAUSE_MIN_MS = 300
/** How far a pause may be from the median, as a share of it. */
const JITTER_MAX = 0.25
const ALIKE_SHARE = 0.8
const KEPT = 8
const PEERS_MAX = 1024

export function checkBeacon(state: EngineState, event: EventOf<'connect'>, actor: Process): void {
  const { lineage } = actor
  // the container's own program asks its own services at regular times: that is polling
  if (lineage.kind === 'host' || actor.isContainerInit || actor.isServer || event.remotePort === 53) return
  lineage.visits ??= new Map()
  const peers = lineage.visits
  const key = mix(mix(hashText(actor.exe), hashText(event.remoteAddress)), event.remotePort)
  if (peers.size >= PEERS_MAX) peers.clear()
  const times = peers.get(key) ?? []
  times.push(state.nowMs)
  if (times.length > KEPT) times.shift()
  peers.set(key, times)
  if (times.length < CONNECTS || !isRegular(times)) return
  const where = peer(event.remoteAddress, event.remotePort)
  const pauseMs = Math.round(((times.at(-1) ?? 0) - (times[0] ?? 0)) / (times.length - 1))
  state.see({
    rule: BEACON,
    actor,
    sentence: sentence(
      `${named(actor)} connects to ${where} every ${(pauseMs / 1000).toFixed(1)} s.`,
      `${named(actor)} が ${where} に ${(pauseMs / 1000).toFixed(1)} 秒ごとに接続している。`,
      `${named(actor)} 每 ${(pauseMs / 1000).toFixed(1)} 秒连接一次 ${where}。`,
    ),
    eventIds: [event.id],
    object: hashText(where),
    shown: { kind: 'peer', label: where, detail: 'beacon', edge: 'connected' },
  })
}

/** Nearly all pauses are alike: one that a busy machine stretched does not hide the rest. */
export function isRegular(times: readonly number[]): boolean {
  const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0))
  const sorted = [...pauses].sort((left, right) => left - right)
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0
  if (median < PAUSE_MIN_MS) return false
  const alike = pauses.filter((pause) => Math.abs(pause - median) <= median * JITTER_MAX)
  return alike.length >= pauses.length * ALIKE_SHARE
}
