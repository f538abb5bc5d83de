// A real receiver over TLS, a real server and agent: what turns and what opens is told, signed, once, and again until it arrives.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newId, systemClock } from '@yagura/kernel'
import { isSignedBy } from '@yagura/notify'
import { type IncidentReport, type Notification, webhookMessage } from '@yagura/schema'
import type { Tx } from '@yagura/store'
import { item, sampleCheck, sampleCheckRun, sampleContainer, sampleHost, sampleIncident } from '@yagura/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEnrolmentToken } from '../agents/enrolment-token.ts'
import { openAuthority } from '../authority/authority.ts'
import { openSealing } from '../authority/sealing.ts'
import { batchOf, enrolTestAgent, sendBatch, type TestAgent } from '../testing/agent.ts'
import { startTestServer, type TestServer } from '../testing/server.ts'

interface Received {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

let directory: string
let receiver: TlsServer
let server: TestServer
let admin: Record<string, string>
let url: string
let agent: TestAgent
let incident: IncidentReport
let status = 204
const received: Received[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'yg-webhooks-'))
  const authority = await openAuthority(join(directory, 'authority'), ['127.0.0.1'], systemClock)
  await writeFile(join(directory, 'ca.pem'), authority.caPem)
  receiver = createServer({ cert: authority.listener.certPem, key: authority.listener.keyPem }, (request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part) => parts.push(part))
    request.on('end', () => {
      if (status < 300) received.push({ headers: request.headers, body: Buffer.concat(parts).toString() })
      response.writeHead(status, { location: 'https://127.0.0.1:1/' }).end()
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  url = `https://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook/private-part`
  server = await startTestServer({
    YAGURA_WEBHOOK_CA: join(directory, 'ca.pem'),
    YAGURA_WEBHOOK_PRIVATE_HOSTS: '127.0.0.1',
  })
  admin = await server.signedIn('admin')
}, 60_000)

afterAll(async () => {
  await server?.stop()
  receiver?.closeAllConnections()
  receiver?.close()
  await rm(directory, { recursive: true, force: true })
})

async function api(path: string, method = 'GET', body?: object) {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { ...admin, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, text, json: text === '' ? null : JSON.parse(text) }
}

async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (let tried = 0; tried < 200; tried++) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it did not come')
}

function told(topic: Notification['topic']): Notification[] {
  return received
    .flatMap(({ body }) => webhookMessage.parse(JSON.parse(body)).notifications)
    .filter((one) => one.topic === topic)
}

function inTenant<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  return server.context.database.store.inTenant(server.context.tenantId, work)
}

/** As if the pause were over; in an hour: as if nobody came by. */
function attemptAgain(id: string, inMs = -1000): Promise<unknown> {
  const at = new Date(Date.now() + inMs)
  return inTenant((tx) => tx.updateTable('webhooks').set({ next_attempt_at: at }).where('id', '=', id).execute())
}

function queue(webhook_id: string, subjects: readonly string[], queued_at = new Date()): Promise<unknown> {
  const rows = subjects.map((subject_id) => ({ webhook_id, topic: 'incident', subject_id, queued_at }))
  return inTenant((tx) => tx.insertInto('notifications').values(rows).execute())
}

async function listed(id: string) {
  return (await api('/webhooks')).json.items.find((one: { id: string }) => one.id === id)
}

test('a webhook tells incidents and drift, signed, and what it knows is never shown again', async () => {
  const created = await api('/webhooks', 'POST', { name: 'pager', url })
  expect(created).toMatchObject({
    status: 201,
    json: { name: 'pager', host: new URL(url).host, secret: expect.stringMatching(/^ygw_.{43}$/) },
  })
  const { id, secret } = created.json
  const { json, text } = await api('/webhooks')
  expect(json.items).toHaveLength(1)
  expect(text).not.toContain('private-part')
  expect(text).not.toContain(secret)
  const [kept] = await inTenant((tx) => tx.selectFrom('webhooks').select('sealed').execute())
  expect(kept?.sealed.toString('latin1')).not.toMatch(/private-part|ygw_/)

  expect((await api(`/webhooks/${id}/test`, 'POST')).json).toEqual({ delivered: true, problem: null })
  const [first] = received
  if (!first) throw new Error('no test came')
  const message = {
    sentAt: Number(first.headers['x-yagura-timestamp']),
    signature: String(first.headers['x-yagura-signature']),
    body: first.body,
  }
  const now = Date.now() / 1000
  expect(isSignedBy(secret, message, now)).toBe(true)
  expect(isSignedBy(secret, { ...message, body: first.body.replace('test', 'tent') }, now)).toBe(false)
  expect(isSignedBy(`${secret}x`, message, now)).toBe(false)
  expect(isSignedBy(secret, message, now + 301)).toBe(false)

  const { token } = await createEnrolmentToken(server.context, server.context.tenantId, 'test', null)
  agent = await enrolTestAgent(token, 'm1')
  incident = sampleIncident(sampleContainer('m1', 'c1').key)
  const before = new Date(Date.now() - 60_000).toISOString()
  await sendBatch(
    agent,
    batchOf(agent, 1, [
      item.asset(sampleHost('m1')),
      item.asset(sampleContainer('m1', 'c1')),
      item.incident(incident),
      item.checkRun(sampleCheckRun([sampleCheck('PG-01', 'pass'), sampleCheck('PG-02', 'fail')], before)),
    ]),
  )
  const opened = await until(() => told('incident')[0])
  expect(opened).toMatchObject({
    id: incident.id,
    title: incident.title,
    url: `${server.url}/incidents/${incident.id}`,
  })
  expect(told('drift')).toEqual([])

  await sendBatch(
    agent,
    batchOf(agent, 2, [item.checkRun(sampleCheckRun([sampleCheck('PG-01', 'fail'), sampleCheck('PG-02', 'fail')]))]),
  )
  const turned = await until(() => told('drift')[0])
  expect(
    (await fetch(turned.url.replace('/compliance/results/', '/api/v1/check-results/'), { headers: admin })).status,
  ).toBe(200)
  await sendBatch(agent, batchOf(agent, 3, [item.incident({ ...incident, revision: 2 })]))
  await until(async () => ((await api('/webhooks')).json.items[0].waiting === 0 ? true : undefined))
  expect([told('incident').length, told('drift').length]).toEqual([1, 1])
}, 60_000)

test.each([
  ['a server that fails', 503, /503/],
  ['one that sends it elsewhere', 307, /sends what it is told on to another place/],
])(
  '%s is asked again later; the audit log says so once, and when it is over',
  async (_, answer, problem) => {
    const [{ id }] = (await api('/webhooks')).json.items
    const count = told('incident').length
    status = answer
    await queue(id, [incident.id])
    const failing = await until(async () => {
      const one = await listed(id)
      return one.lastFailure === null ? undefined : one
    })
    expect(failing).toMatchObject({ lastFailure: expect.stringMatching(problem), waiting: 1 })
    await attemptAgain(id)
    await until(async () => {
      const [row] = await inTenant((tx) => tx.selectFrom('webhooks').select('failures').where('id', '=', id).execute())
      return row?.failures === 2 ? true : undefined
    })
    status = 204
    await attemptAgain(id)
    await until(() => (told('incident').length > count ? true : undefined))
    await until(async () => ((await listed(id)).lastFailure === null ? true : undefined))
    const entries = (await api('/audit-log?limit=2')).json.items
    expect(entries).toMatchObject([
      { actor: 'yagura', action: 'deliverNotifications', outcome: 'allowed', target: 'pager' },
      {
        actor: 'yagura',
        action: 'deliverNotifications',
        outcome: 'failed',
        target: 'pager',
        detail: expect.stringMatching(problem),
      },
    ])
  },
  30_000,
)

test('the queue has an end, and what is too old is given up', async () => {
  const { id } = (await api('/webhooks', 'POST', { name: 'full', url: 'https://192.0.2.1/', topics: ['incident'] }))
    .json
  await attemptAgain(id, 3_600_000)
  await queue(
    id,
    Array.from({ length: 999 }, (_, number) => `x${number}`),
  )
  const more = [1, 2, 3].map(() => item.incident({ ...incident, id: newId() }))
  await sendBatch(agent, batchOf(agent, 4, more))
  expect(await listed(id)).toMatchObject({ waiting: 1000, dropped: 2 })

  await inTenant((tx) => tx.deleteFrom('notifications').where('webhook_id', '=', id).execute())
  await queue(id, [incident.id], new Date(Date.now() - 2 * 86_400_000))
  await attemptAgain(id)
  const given = await until(async () => {
    const one = await listed(id)
    return one.dropped === 3 ? one : undefined
  })
  expect(given).toMatchObject({
    waiting: 0,
    lastFailure: expect.stringMatching(/an address inside of this network/),
  })
  expect((await api(`/webhooks/${id}/test`, 'POST')).json).toMatchObject({
    delivered: false,
    problem: expect.stringContaining('YAGURA_WEBHOOK_PRIVATE_HOSTS'),
  })
  expect((await api(`/webhooks/${id}`, 'DELETE')).status).toBe(204)
}, 30_000)

test('an incident that grew bad enough is told, once', async () => {
  const { id } = (
    await api('/webhooks', 'POST', { name: 'worst', url: 'https://192.0.2.1/', leastSeverity: 'critical' })
  ).json
  await attemptAgain(id, 3_600_000)
  const slight = { ...incident, id: newId(), severity: 'medium' as const }
  const waiting = async () => (await listed(id)).waiting
  for (const [revision, severity, wanted] of [
    [1, 'medium', 0],
    [2, 'high', 0],
    [3, 'critical', 1],
    [4, 'critical', 1],
  ] as const) {
    await sendBatch(agent, batchOf(agent, 4 + revision, [item.incident({ ...slight, revision, severity })]))
    expect(await waiting()).toBe(wanted)
  }
  expect((await api(`/webhooks/${id}`, 'DELETE')).status).toBe(204)
})

test.each(['http://example.org/', 'ftp://example.org/', 'no address', 'https://name:word@example.org/'])(
  '%s is refused',
  async (address) => {
    expect((await api('/webhooks', 'POST', { name: 'x', url: address })).status).toBe(400)
  },
)

test('what is sealed opens for what it belongs to, with the same key', async () => {
  const sealing = await openSealing(join(directory, 'one'))
  const sealed = sealing.seal('the text', 'webhook a')
  expect((await openSealing(join(directory, 'one'))).open(sealed, 'webhook a')).toBe('the text')
  expect(() => sealing.open(sealed, 'webhook b')).toThrow(/another key/)
  const other = await openSealing(join(directory, 'two'))
  expect(() => other.open(sealed, 'webhook a')).toThrow(/another key/)
  expect((await readFile(join(directory, 'one/sealing.key'))).length).toBe(32)
})
