// Who an agent's certificate speaks for: tenant, agent and machine, in one URI of the certificate.
// yagura://agent/<tenant>/<agent>/<machine>
import type { TLSSocket } from 'node:tls'
import { isUlid } from '@yagura/kernel'

export interface AgentIdentity {
  readonly tenantId: string
  readonly agentId: string
  readonly machineId: string
}

const PREFIX = 'yagura://agent/'

export function identityToUri({ tenantId, agentId, machineId }: AgentIdentity): string {
  return `${PREFIX}${tenantId}/${agentId}/${hex(machineId)}`
}

export function identityFromUri(uri: string): AgentIdentity | undefined {
  if (!uri.startsWith(PREFIX)) return undefined
  const [tenantId, agentId, machine, ...rest] = uri.slice(PREFIX.length).split('/')
  if (!tenantId || !agentId || !machine || rest.length > 0) return undefined
  if (!isUlid(tenantId) || !isUlid(agentId) || !/^([0-9a-f]{2})+$/.test(machine)) return undefined
  return { tenantId, agentId, machineId: Buffer.from(machine, 'hex').toString('utf8') }
}

/** Hexadecimal, so that no machine id can contain what a list of names is cut at. */
function hex(text: string): string {
  return Buffer.from(text, 'utf8').toString('hex')
}

export interface PeerIdentity extends AgentIdentity {
  readonly serial: string
}

/** The agent at the other end, when its certificate comes from our authority; TLS has proved that it has the key. */
export function peerIdentity(socket: TLSSocket): PeerIdentity | undefined {
  if (!socket.authorized) return undefined
  const certificate = socket.getPeerX509Certificate()
  const names = certificate?.subjectAltName?.split(', ') ?? []
  const uri = names.length === 1 && names[0]?.startsWith('URI:') ? names[0].slice(4) : undefined
  const identity = uri === undefined ? undefined : identityFromUri(uri)
  return identity && certificate && { ...identity, serial: certificate.serialNumber.toLowerCase() }
}
