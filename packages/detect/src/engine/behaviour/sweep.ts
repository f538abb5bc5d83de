// Looking for what listens: many ports of one host, or one port of many neighbours, in a short time. Counted over the lineage,
// because a loop starts a new process for each try.
import type { EventOf } from '@yagura/schema'
import { hashText, mix } from '../../tags/hash.ts'
import type { Process } from '../actor.ts'
import { addressFacts } from '../addresses.ts'
import { counterOf } from '../counters.ts'
import { named, sentence } from '../sentence.ts'
import type { EngineState } from '../state.ts'
import { HOST_SWEEP, PORT_SWEEP } from './catalogue.ts'

const PORTS = 10
const PORTS_MS = 60_000
const HOSTS = 15
const HOSTS_MS = 60_000

const PORTS_OF = hashText('port')
const NEIGHBOURS = hashText('neighbours')

/** The counter of ports tried of one address. */
export function portsOf(address: string): number {
  return counterOf(PORTS_OF, addressFacts(address).hash)
}

export function checkSweep(state: EngineState, event: EventOf<'connect'>, actor: Process): void {
  const { counters, kind } = actor.lineage
  if (kind === 'host') return
  const { remoteAddress, remotePort } = event
  const { neighbourhood: area, hash: host } = addressFacts(remoteAddress)
  const key = counterOf(NEIGHBOURS, mix(hashText(area), remotePort))
  counters.touch(key, host, state.nowMs)
  const tried = portsOf(remoteAddress)
  const ports = counters.kept(tried) < PORTS ? 0 : counters.distinct(tried, PORTS_MS, state.nowMs)
  if (ports >= PORTS) {
    state.see({
      rule: PORT_SWEEP,
      actor,
      sentence: sentence(
        `${named(actor)} and its kin tried ${ports} ports of ${remoteAddress} within a minute.`,
        `${named(actor)} とその仲間が一分以内に ${remoteAddress} の ${ports} ポートを試した。`,
        `${named(actor)} 及其同源进程在一分钟内尝试了 ${remoteAddress} 的 ${ports} 个端口。`,
      ),
      eventIds: [event.id],
      object: hashText(remoteAddress),
      shown: { kind: 'peer', label: remoteAddress, detail: `${ports} ports tried`, edge: 'connected' },
    })
  }
  const hosts = counters.kept(key) < HOSTS ? 0 : counters.distinct(key, HOSTS_MS, state.nowMs)
  if (hosts < HOSTS) return
  state.see({
    rule: HOST_SWEEP,
    actor,
    sentence: sentence(
      `${named(actor)} and its kin tried port ${remotePort} of ${hosts} neighbours in ${area} within a minute.`,
      `${named(actor)} とその仲間が一分以内に ${area} の ${hosts} 台でポート ${remotePort} を試した。`,
      `${named(actor)} 及其同源进程在一分钟内尝试了 ${area} 中 ${hosts} 台主机的端口 ${remotePort}。`,
    ),
    eventIds: [event.id],
    object: hashText(area) ^ remotePort,
    shown: { kind: 'peer', label: area, detail: `${hosts} hosts tried`, edge: 'connected' },
  })
}
