// The connection in use, and its certificate's renewal in the last third of its life.
import type { Logger } from '@yagura/kernel'
import { LANES, type Lane } from '../spool/names.ts'
import { renew } from './enrol.ts'
import { type Identity, renewalDueAtMs, saveIdentity } from './identity.ts'
import { openTransport, type Transport } from './transport.ts'

export interface Connection {
  /** What is urgent, and what people ask for, never waits for the answer to what merely happened. */
  client(lane: Lane): Transport
  /** Renews when it is time; call it now and then. Failing is no trouble while the old certificate lasts. */
  renewIfDue(nowMs: number): Promise<void>
  close(): void
}

export function openConnection(first: Identity, directory: string, machineId: string, logger: Logger): Connection {
  let identity = first
  let clients = openClients(identity)
  let renewing = false
  return {
    client: (lane) => clients[lane],
    async renewIfDue(nowMs) {
      if (renewing || nowMs < renewalDueAtMs(identity)) return
      renewing = true
      try {
        const renewed = await renew(clients.urgent, identity, machineId)
        if (!renewed.ok) return logger.warn({ code: renewed.error.code }, renewed.error.message)
        identity = { ...renewed.value, ...(identity.tokenDigest ? { tokenDigest: identity.tokenDigest } : {}) }
        saveIdentity(directory, identity)
        const old = clients
        clients = openClients(identity)
        // what is under way on them is sent again
        for (const lane of LANES) old[lane].destroy()
        logger.info({ expiresAt: identity.expiresAt }, 'The certificate of this agent was renewed.')
      } finally {
        renewing = false
      }
    },
    close() {
      for (const lane of LANES) clients[lane].destroy()
    },
  }
}

function openClients(identity: Identity): Record<Lane, Transport> {
  return { urgent: openTransport(identity), rest: openTransport(identity) }
}
