import type { AssetReport } from '@yagura/schema'
import { sampleContainer } from '@yagura/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { batchOf, enrolTestAgent, post, sendBatch, type TestAgent } from '../testing/agent.ts'
import { startTestServer, type TestServer } from '../testing/server.ts'
import { AUDIT_PATH, createAuditWebhook } from './audit-webhook.ts'
import { createEnrolmentToken } from './enrolment-token.ts'

let server: TestServer
let near: TestAgent
let far: TestAgent
let token: string
beforeAll(async () => {
  server = await startTestServer()
  near = await agentWithPod('near', 'web-1', 'uid-1')
  far = await agentWithPod('far', 'db-1', 'uid-2')
  const webhook = await createAuditWebhook(server.context, 'cluster', 'test')
  token = webhook.token
  expect(webhook.url).toBe(`${server.agentUrl}${AUDIT_PATH}`)
  expect(webhook.ca).toBe(server.context.authority.caPem)
}, 60_000)
afterAll(() => server?.stop())

async function agentWithPod(machineId: string, name: string, uid: string): Promise<TestAgent> {
  const enrolment = await createEnrolmentToken(server.context, server.context.tenantId, 'test', null)
  const agent = await enrolTestAgent(enrolment.token, machineId)
  const container = sampleContainer(machineId, name)
  const pod = { namespace: 'shop', name, uid, container: 'main' }
  const asset = { ...container, facts: { ...container.facts, pod } } as AssetReport
  const answer = await sendBatch(agent, batchOf(agent, 1, [{ item: 'asset', asset }]))
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return agent
}

function send(body: unknown, authorization = `Bearer ${token}`) {
  return post({ url: server.agentUrl, path: AUDIT_PATH, body: JSON.stringify(body), headers: { authorization } })
}
async function waiting(agent: TestAgent): Promise<{ events: { auditId: string }[] }[]> {
  const { url, certificate, keyPem } = agent
  const ask = (taken: string[]) =>
    post({ url, path: '/agent/v1/commands', body: JSON.stringify({ taken }), certificate, keyPem })
  const { commands } = (await ask([])).body
  await ask(commands.map(({ id }: { id: string }) => id))
  return commands
}
const told = async (agent: TestAgent) =>
  (await waiting(agent)).flatMap(({ events }) => events.map(({ auditId }) => auditId))

let count = 0
function request(verb: string, objectRef: object, more: object = {}) {
  count += 1
  return {
    auditID: `a${count}`,
    stage: 'ResponseComplete',
    stageTimestamp: new Date().toISOString(),
    verb,
    user: { username: 'alice' },
    objectRef,
    responseStatus: { code: 200 },
    ...more,
  }
}
const list = (...items: unknown[]) => ({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items })
const session = (name: string) =>
  request('create', { resource: 'pods', subresource: 'exec', namespace: 'shop', name }, { stage: 'ResponseStarted' })
const byPod = (uid: string) =>
  request(
    'list',
    { resource: 'secrets', namespace: 'shop' },
    {
      user: { username: 'system:serviceaccount:shop:web', extra: { 'authentication.kubernetes.io/pod-uid': [uid] } },
    },
  )

test('a request reaches the agent of the node where its pod runs, and one about no pod reaches one agent', async () => {
  const [toNear, toFar, ofFar, ofNobody] = [
    session('web-1'),
    session('db-1'),
    byPod('uid-2'),
    request('create', { resource: 'clusterrolebindings', name: 'x' }),
  ]
  const answer = await send(list(toNear, toFar, ofFar, ofNobody, request('list', { resource: 'pods' })))
  expect([answer.status, answer.body]).toEqual([200, { unread: 0 }])
  const [nears, fars] = [await told(near), await told(far)]
  const home = near.agentId < far.agentId ? nears : fars
  expect(home).toContain(ofNobody.auditID)
  expect(nears.filter((id) => id !== ofNobody.auditID)).toEqual([toNear.auditID])
  expect(fars.filter((id) => id !== ofNobody.auditID)).toEqual([toFar.auditID, ofFar.auditID])
  expect([await told(near), await told(far)]).toEqual([[], []])
})

test('what is no event is counted, and the rest goes on', async () => {
  const good = session('web-1')
  const huge = request(
    'create',
    { resource: 'pods', namespace: 'shop', name: 'web-1' },
    {
      requestObject: { spec: 'x'.repeat(100_000) },
    },
  )
  const { body } = await send(list(null, 7, 'x', {}, good, huge))
  expect(body).toEqual({ unread: 4 })
  const commands = [...(await waiting(near)), ...(await waiting(far))]
  expect(commands.flatMap(({ events }) => events)).toHaveLength(2)
  expect(JSON.stringify(commands).length).toBeLessThan(10_000)
})

test('only an audit webhook may send, and it may do nothing else', async () => {
  const body = list(session('web-1'))
  expect((await send(body, 'Bearer nothing')).status).toBe(401)
  expect((await send(body, (await server.program('admin')).authorization)).status).toBe(403)
  expect((await send({ items: 1 })).body.code).toBe('INPUT_INVALID')
  const { certificate, keyPem } = near
  const path = AUDIT_PATH
  expect((await post({ url: server.agentUrl, path, body: '{}', certificate, keyPem })).status).toBe(401)
  for (const place of ['/api/v1/assets', '/api/v1/overview', '/api/v1/incidents']) {
    const answer = await fetch(`${server.url}${place}`, { headers: { authorization: `Bearer ${token}` } })
    expect(answer.status, place).toBe(403)
  }
  expect(await told(near)).toEqual([])
})
