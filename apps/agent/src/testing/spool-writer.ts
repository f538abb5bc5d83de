// For tests: a program that does nothing but spool and send, and says on standard output what is safely spooled. It is meant to
// be killed. Arguments: spool directory, identity directory, number of batches to write (then it ends when all are sent).
import { createLogger, newId, systemClock } from '@yagura/kernel'
import { createBatcher } from '../events/batcher.ts'
import { loadIdentity } from '../identity/identity.ts'
import { openTransport } from '../identity/transport.ts'
import { openSpool } from '../spool/spool.ts'
import { startUplink } from '../uplink/uplink.ts'

const [directory = '', identityDirectory = '', count = '0'] = process.argv.slice(2)
const identity = loadIdentity(identityDirectory)
if (!identity) throw new Error('no identity')
const client = openTransport(identity)
const spool = openSpool({ directory, agentId: identity.agentId, boot: newId(), capBytes: 1 << 28 })
const uplink = startUplink({
  spool,
  url: identity.url,
  client: () => client,
  logger: createLogger('test', { level: 'silent' }),
  onAcknowledged: () => {},
})
const batcher = createBatcher({
  spool,
  agentId: identity.agentId,
  clock: systemClock,
  isAway: uplink.isAway,
  onSpooled: uplink.wake,
})
for (let number = 1; number <= Number(count); number += 1) {
  const reason = `${spool.boot} ${number} ${'x'.repeat(Math.floor(Math.random() * 20_000))}`
  const gap = { code: 'LIMIT_REACHED', scope: 'fleet', subject: '', reason: reason.slice(0, 16_000) } as const
  const rest = { remedy: null, count: 1, observedAt: new Date().toISOString(), resolved: false }
  batcher.add('high', { item: 'gap', gap: { ...gap, ...rest } })
  batcher.flush()
  process.stdout.write(`${spool.boot}/${number}\n`)
  if (number % 5 === 0) await new Promise((resolve) => setImmediate(resolve))
}
while (spool.counts().batches > 0) await new Promise((resolve) => setTimeout(resolve, 10))
await uplink.stop()
client.destroy()
