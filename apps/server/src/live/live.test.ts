import { request } from 'node:http'
import { item, sampleContainer, sampleEvent } from '@yagura/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEnrolmentToken } from '../agents/enrolment-token.ts'
import { batchOf, enrolTestAgent, sendBatch, type TestAgent } from '../testing/agent.ts'
import { startTestServer, type TestServer } from '../testing/server.ts'

let server: TestServer
let agent: TestAgent
let seq = 0
beforeAll(async () => {
  server = await startTestServer()
  const { token } = await createEnrolmentToken(server.context, server.context.tenantId, 'test', null)
  agent = await enrolTestAgent(token, 'm1')
}, 60_000)
afterAll(() => server?.stop())

async function store(...ids: string[]): Promise<void> {
  seq += 1
  const events = ids.map((id) => item.event(sampleEvent(id, { containerId: id.startsWith('c1') ? 'c1' : null })))
  expect((await sendBatch(agent, batchOf(agent, seq, events))).status).toBe(200)
}

interface Stream {
  /** Waits until that many events came; their ids. */
  events(count: number): Promise<{ cursor: string; id: string }[]>
  readonly status: number
  close(): void
}

async function openStream(query = '', lastEventId?: string, url = server.url): Promise<Stream> {
  const headers = await server.program('viewer')
  const seen: { cursor: string; id: string }[] = []
  let text = ''
  return new Promise((resolve, reject) => {
    const sent = request(
      `${url}/api/v1/events/stream${query}`,
      { agent: false, headers: { ...headers, ...(lastEventId ? { 'last-event-id': lastEventId } : {}) } },
      (response) => {
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
          const messages = text.split('\n\n')
          text = messages.pop() ?? ''
          for (const message of messages) {
            const [, cursor] = /^id: (.*)$/m.exec(message) ?? []
            const [, data] = /^data: (.*)$/m.exec(message) ?? []
            if (cursor && data) seen.push({ cursor, id: JSON.parse(data).id })
          }
        })
        response.on('error', () => undefined)
        resolve({
          status: response.statusCode ?? 0,
          async events(count) {
            await expect.poll(() => seen.length, { timeout: 15_000 }).toBeGreaterThanOrEqual(count)
            return seen
          },
          close: () => sent.destroy(),
        })
      },
    )
    sent.on('error', reject)
    sent.end()
  })
}

test('events arrive, and a client that comes back goes on where it was: none lost, none twice', async () => {
  const first = await openStream()
  await store('live.1', 'live.2')
  const before = await first.events(2)
  expect(before.map(({ id }) => id)).toEqual(['live.1', 'live.2'])
  first.close()
  await store('live.3', 'live.4')
  const second = await openStream('', before[0]?.cursor)
  expect((await second.events(3)).map(({ id }) => id)).toEqual(['live.2', 'live.3', 'live.4'])
  await store('live.5')
  expect((await second.events(4)).map(({ id }) => id)).toEqual(['live.2', 'live.3', 'live.4', 'live.5'])
  second.close()
})

test('a view at one server shows what another one stored, and ends when its server stops', async () => {
  const replica = await server.startReplica()
  const stream = await openStream('', undefined, replica.url)
  await store('replica.1')
  expect((await stream.events(1)).map(({ id }) => id)).toEqual(['replica.1'])
  await replica.stop()
  stream.close()
})

test('a filter and an asset narrow the stream', async () => {
  seq += 1
  await sendBatch(agent, batchOf(agent, seq, [item.asset(sampleContainer('m1', 'c1'))]))
  const headers = await server.program('viewer')
  const assets = await fetch(`${server.url}/api/v1/assets?filter=name%20%3D%20c1`, { headers })
  const { items } = (await assets.json()) as { items: { id: string }[] }
  const ofContainer = await openStream(`?asset=${items[0]?.id}`)
  const filtered = await openStream(`?filter=${encodeURIComponent('type = exec and containerId exists')}`)
  await store('host.1', 'c1.1', 'host.2', 'c1.2')
  expect((await ofContainer.events(2)).map(({ id }) => id)).toEqual(['c1.1', 'c1.2'])
  expect((await filtered.events(2)).map(({ id }) => id)).toEqual(['c1.1', 'c1.2'])
  ofContainer.close()
  filtered.close()
})

test('another tenant hears nothing, and a wrong cursor or filter is refused', async () => {
  const stranger = await server.program('viewer', await server.otherTenant())
  const abort = new AbortController()
  const response = await fetch(`${server.url}/api/v1/events/stream`, { headers: stranger, signal: abort.signal })
  const reader = response.body?.getReader()
  const opening = await reader?.read()
  expect(new TextDecoder().decode(opening?.value)).toBe('retry: 2000\n\n')
  const mine = await openStream()
  await store('secret.1')
  await mine.events(1)
  const heard = reader?.read().then(() => 'heard')
  expect(await Promise.race([heard, mine.events(1).then(() => 'nothing')])).toBe('nothing')
  abort.abort()
  await heard?.catch(() => undefined)
  mine.close()

  expect((await openStream('', 'nonsense')).status).toBe(400)
  expect((await openStream('?filter=nonsense')).status).toBe(400)
  await expect.poll(async () => (await server.context.metrics.text()).body).toContain('yagura_event_streams 0')
})
