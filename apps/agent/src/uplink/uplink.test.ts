import { mkdtempSync, rmSync } from 'node:fs'
import { createLogger, newId, systemClock } from '@yagura/kernel'
import type { BatchAck } from '@yagura/schema'
import * as fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createBatcher } from '../events/batcher.ts'
import { enrol } from '../identity/enrol.ts'
import { openTransport } from '../identity/transport.ts'
import type { Priority } from '../spool/names.ts'
import { openSpool, type Spool } from '../spool/spool.ts'
import { makeTestAuthority, type TestAuthority } from '../testing/authority.ts'
import { startTestServer, type TestServer } from '../testing/server.ts'
import { backoffMs, retryAfterMs } from './backoff.ts'
import { startUplink } from './uplink.ts'

const directory = mkdtempSync('/tmp/yg-agent-uplink-')
const ends: (() => Promise<void>)[] = []
let authority: TestAuthority

beforeAll(async () => {
  authority = await makeTestAuthority()
})
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

interface Rig {
  server: TestServer
  spool: Spool
  acks: BatchAck[]
  /** Warnings in the log. */
  said: string[]
  add(reason: string, priority?: Priority): void
  /** Until the spool is empty. */
  drained(): Promise<void>
}

async function rig(prepare: (server: TestServer) => void = () => {}): Promise<Rig> {
  const server = await startTestServer(authority)
  ends.push(() => server.close())
  prepare(server)
  const enrolled = await enrol(server.token(), { machineId: 'b'.repeat(32), hostname: 'h', agentVersion: '1' })
  if (!enrolled.ok) throw enrolled.error
  const client = openTransport(enrolled.value)
  const { agentId } = enrolled.value
  const spool = openSpool({ directory: mkdtempSync(`${directory}/`), agentId, boot: newId(), capBytes: 1 << 24 })
  const acks: BatchAck[] = []
  const said: string[] = []
  const logger = createLogger('test', {
    level: 'warn',
    destination: { write: (line) => said.push(JSON.parse(line).msg) },
  })
  const uplink = startUplink({
    spool,
    url: server.url,
    client: () => client,
    logger,
    onAcknowledged: (ack) => acks.push(ack),
    random01: () => 0,
  })
  ends.push(async () => {
    await uplink.stop()
    client.destroy()
  })
  const batcher = createBatcher({ spool, agentId, clock: systemClock, isAway: uplink.isAway, onSpooled: uplink.wake })
  return {
    server,
    spool,
    acks,
    said,
    add(reason, priority = 'high') {
      const observedAt = new Date(0).toISOString()
      const gap = {
        code: 'LIMIT_REACHED',
        scope: 'fleet',
        subject: '',
        reason,
        remedy: null,
        count: 1,
        observedAt,
      } as const
      batcher.add(priority, { item: 'gap', gap: { ...gap, resolved: false } })
      batcher.flush()
    },
    drained: () => until(() => spool.counts().batches === 0),
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}

function reasons(server: TestServer): string[] {
  return [...server.batches.values()].flatMap(({ batch }) =>
    batch.items.map((item) => (item.item === 'gap' ? item.gap.reason : item.item)),
  )
}

describe('uplink', () => {
  it('takes an alarm past what the server does not take yet', async () => {
    const { server, spool, add } = await rig((one) => one.script({ status: 503, headers: { 'retry-after': '600' } }))
    add('bulk')
    add('more bulk')
    await until(() => server.scripted() === 0)
    add('alarm', 'urgent')
    await until(() => server.batches.size > 0)
    expect(reasons(server)).toEqual(['alarm'])
    await until(() => spool.counts().batches === 2)
    expect(reasons(server)).toEqual(['alarm'])
  })

  it('delivers in order over mutual TLS and empties the spool', async () => {
    const { server, add, drained, acks } = await rig((one) => {
      one.wantImages = [`sha256:${'c'.repeat(64)}`]
    })
    for (const text of ['a', 'b', 'c']) add(text)
    await drained()
    expect(reasons(server)).toEqual(['a', 'b', 'c'])
    expect(acks.map((ack) => ack.seq)).toEqual([1, 2, 3])
    expect(acks[0]?.wantImages).toEqual([`sha256:${'c'.repeat(64)}`])
  })

  it('sends the same bytes again when the answer was lost, so the server can see that it knows them', async () => {
    const { server, add, drained, acks } = await rig((one) => one.script('drop', 'drop'))
    add('once')
    await drained()
    const [kept] = server.batches.values()
    expect(kept?.times).toBe(3)
    expect(server.batches.size).toBe(1)
    expect(acks[0]?.duplicate).toBe(true)
  })

  it('keeps the batch while the server is busy, refuses the agent or has lost the route', async () => {
    const { server, add, drained, spool } = await rig((one) =>
      one.script({ status: 503, headers: { 'retry-after': '0' } }, { status: 429 }, { status: 404 }, { status: 500 }),
    )
    add('patient')
    await drained()
    expect(reasons(server)).toEqual(['patient'])
    expect(spool.counts().droppedBatches).toBe(0)
  })

  it('does not let one batch that is never taken block the others', async () => {
    const { server, add, drained, spool } = await rig((one) => one.script({ status: 400 }))
    add('poison')
    add('good')
    await drained()
    expect(reasons(server)).toEqual(['good'])
    expect(spool.takeLosses()).toEqual([{ reason: 'refused', batches: 1 }])
  })

  it('keeps everything when it is revoked, says so once, and still ends at once', async () => {
    const detail = 'The certificate of this agent is not accepted any more.'
    const body = { type: 'about:blank', title: 'Forbidden', status: 403, detail, code: 'FORBIDDEN' }
    const { add, spool, said } = await rig((one) => one.script({ status: 403, body }))
    add('kept')
    await until(() => said.length > 0)
    add('kept too')
    expect(said).toEqual([
      `The server refused this agent; enrol it again with a new token if that is not meant: ${detail}`,
    ])
    expect(spool.counts()).toMatchObject({ batches: 2, droppedBatches: 0 })
  })

  it('does not take an answer for another batch as this one’s', async () => {
    const strange = { boot: newId(), seq: 9, duplicate: false, serverTime: new Date().toISOString(), wantImages: [] }
    const { server, add, drained } = await rig((one) => one.script({ status: 200, body: strange }, { status: 200 }))
    add('mine')
    await drained()
    expect(reasons(server)).toEqual(['mine'])
  })

  it('refuses a server of another authority', async () => {
    const impostor = await startTestServer(await makeTestAuthority())
    ends.push(() => impostor.close())
    const client = openTransport({ url: impostor.url, ca: authority.caPem })
    ends.push(async () => client.destroy())
    await expect(client.request({ method: 'POST', path: '/agent/v1/batches' })).rejects.toThrow(
      /certificate|self-signed/,
    )
    expect(impostor.batches.size).toBe(0)
  })
})

describe('back-off', () => {
  it('grows, stays below its cap, and is never zero', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, random) => {
        const ms = backoffMs(failures, random)
        expect(ms).toBeGreaterThan(0)
        expect(ms).toBeLessThanOrEqual(30_000)
        expect(backoffMs(failures + 1, random)).toBeGreaterThanOrEqual(ms)
      }),
    )
  })

  it.each([
    ['5', 5000],
    ['0', 0],
    [new Date(60_000).toUTCString(), 60_000],
    ['999999', 600_000],
    ['soon', undefined],
    [null, undefined],
  ])('reads Retry-After %j as %j ms', (header, expected) => {
    expect(retryAfterMs(header, 0, 0)).toBe(expected)
  })
})
