// An agent without a host: enrols as the real one does and sends whatever a test wants the server to know.
import { newId, unwrap } from '@yagura/kernel'
import { type BatchItem, WIRE_VERSION } from '@yagura/schema'

type Enrol = typeof import('../../../apps/agent/src/identity/enrol.ts')
type Request = typeof import('../../../apps/agent/src/identity/request.ts')
type Transport = typeof import('../../../apps/agent/src/identity/transport.ts')

/** A module of the agent's own: apps have no exports, and this must be the same wire. */
function ofAgent<Module>(file: string): Promise<Module> {
  return import(new URL(`../../../apps/agent/src/identity/${file}`, import.meta.url).href)
}

export interface FakeAgent {
  readonly agentId: string
  /** One batch; resolves when the server has acknowledged it. */
  send(items: readonly BatchItem[]): Promise<void>
  close(): Promise<void>
}

export interface FakeNode {
  readonly machineId: string
  readonly hostname: string
}

export async function enrolFakeAgent(enrolmentToken: string, node: FakeNode): Promise<FakeAgent> {
  const { enrol } = await ofAgent<Enrol>('enrol.ts')
  const { post } = await ofAgent<Request>('request.ts')
  const { openTransport } = await ofAgent<Transport>('transport.ts')
  const identity = unwrap(await enrol(enrolmentToken, { ...node, agentVersion: '0.1.0' }))
  const client = openTransport(identity)
  const boot = newId()
  let seq = 0
  return {
    agentId: identity.agentId,
    async send(items) {
      seq += 1
      const batch = {
        wireVersion: WIRE_VERSION,
        agentId: identity.agentId,
        boot,
        seq,
        madeAt: new Date().toISOString(),
        priority: 'high',
        items,
      }
      const answer = unwrap(
        await post(client, identity.url, {
          path: '/agent/v1/batches',
          body: JSON.stringify(batch),
          headers: { date: new Date().toUTCString() },
        }),
      )
      if (answer.status !== 200) throw new Error(`The server answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    },
    close: async () => client.destroy(),
  }
}
