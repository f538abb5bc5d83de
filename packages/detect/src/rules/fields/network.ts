// fd.*ip, fd.*port …: who is connected to whom. The client is who connects, the server who accepts.
import type { FieldValue } from '@yagura/lang'
import type { EventOf, KernelEvent } from '@yagura/schema'
import { everywhere, type RuleField, type RuleFields, unfilled } from './field.ts'

type Networked = EventOf<'connect' | 'accept' | 'listen' | 'traffic' | 'protocol' | 'dns'>
const NETWORKED: ReadonlySet<string> = new Set(['connect', 'accept', 'listen', 'traffic', 'protocol', 'dns'])

type Spec = { readonly type: 'address' | 'number' | 'string' | 'several' | 'boolean'; readonly cost?: number }

export function network(spec: Spec, read: (event: Networked) => FieldValue): RuleField {
  return { ...spec, reads: (type) => (NETWORKED.has(type) ? ({ event }) => read(event as Networked) : undefined) }
}

function isServer(event: KernelEvent): boolean {
  return event.type === 'accept' || event.type === 'listen'
}

function serverAddress(event: Networked): string {
  return isServer(event) ? event.localAddress : event.remoteAddress
}
function clientAddress(event: Networked): string {
  return isServer(event) ? event.remoteAddress : event.localAddress
}
function bothAddresses(event: Networked): string[] {
  return [event.localAddress, event.remoteAddress]
}

export const networkFields: RuleFields = {
  'fd.ip': network({ type: 'address', cost: 10 }, bothAddresses),
  'fd.net': network({ type: 'address', cost: 10 }, bothAddresses),
  'fd.cip': network({ type: 'address', cost: 8 }, clientAddress),
  'fd.cnet': network({ type: 'address', cost: 8 }, clientAddress),
  'fd.sip': network({ type: 'address', cost: 8 }, serverAddress),
  'fd.snet': network({ type: 'address', cost: 8 }, serverAddress),
  'fd.lip': network({ type: 'address', cost: 8 }, (event) => event.localAddress),
  'fd.lnet': network({ type: 'address', cost: 8 }, (event) => event.localAddress),
  'fd.rip': network({ type: 'address', cost: 8 }, (event) => event.remoteAddress),
  'fd.rnet': network({ type: 'address', cost: 8 }, (event) => event.remoteAddress),
  'fd.port': network({ type: 'several', cost: 3 }, (event) => [String(event.localPort), String(event.remotePort)]),
  'fd.cport': network({ type: 'number' }, (event) => (isServer(event) ? event.remotePort : event.localPort)),
  'fd.sport': network({ type: 'number' }, (event) => (isServer(event) ? event.localPort : event.remotePort)),
  'fd.lport': network({ type: 'number' }, (event) => event.localPort),
  'fd.rport': network({ type: 'number' }, (event) => event.remotePort),
  'fd.l4proto': network({ type: 'string' }, (event) => event.protocol),
  'fd.sockfamily': everywhere({ type: 'string' }, ({ event }) => ('family' in event ? 'ip' : undefined)),
  'fd.is_server': network({ type: 'boolean' }, isServer),
  'fd.connected': network({ type: 'boolean' }, (event) => !('result' in event) || (event.result ?? 0) >= 0),
  'fd.name_changed': network({ type: 'boolean' }, () => true),
  ...Object.fromEntries(
    [
      'fd.cproto',
      'fd.sproto',
      'fd.lproto',
      'fd.rproto',
      'fd.cip.name',
      'fd.sip.name',
      'fd.lip.name',
      'fd.rip.name',
      'fd.unix',
    ].map((name) => [name, unfilled()]),
  ),
}
