import { newId } from '@yagura/kernel'
import type { ResponseAction } from '@yagura/schema'
import { findAgent, tellAgent } from '@yagura/store'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { batchOf, enrolTestAgent, post, sendBatch, type TestAgent } from '../testing/agent.ts'
import { startTestServer, type TestServer } from '../testing/server.ts'
import { createEnrolmentToken } from './enrolment-token.ts'

let server: TestServer
let agent: TestAgent
beforeAll(async () => {
  server = await startTestServer()
  const { token } = await createEnrolmentToken(server.context, server.context.tenantId, 'test', null)
  agent = await enrolTestAgent(token, 'commanded')
}, 60_000)
afterAll(() => server?.stop())

function ask(body: { taken: string[]; goodbye?: boolean }) {
  const { url, certificate, keyPem } = agent
  return post({ url, path: '/agent/v1/commands', body: JSON.stringify(body), certificate, keyPem })
}
const inTenant = <T>(work: Parameters<typeof server.context.database.store.inTenant<T>>[1]) =>
  server.context.database.store.inTenant(server.context.tenantId, work)

test('a command is given until it is taken; who says goodbye takes none along', async () => {
  const action = { id: newId(), kind: 'freeze' } as ResponseAction
  await inTenant((tx) => tellAgent(tx, agent.agentId, { command: 'act', action }, new Date()))
  const { body } = await ask({ taken: [] })
  expect(body.commands).toMatchObject([{ command: 'act', action }])
  expect((await ask({ taken: [], goodbye: true })).body).toEqual({ commands: [] })
  expect((await ask({ taken: [] })).body.commands).toHaveLength(1)
  expect((await ask({ taken: [body.commands[0].id] })).body).toEqual({ commands: [] })
})

test('a goodbye is remembered, and the agent is as before until it falls silent', async () => {
  expect((await sendBatch(agent, batchOf(agent, 1, []))).status).toBe(200)
  expect((await ask({ taken: [], goodbye: true })).status).toBe(200)
  const row = await inTenant((tx) =>
    tx.selectFrom('agents').select('goodbye_at').where('id', '=', agent.agentId).executeTakeFirstOrThrow(),
  )
  expect(row.goodbye_at).toBeInstanceOf(Date)
  expect((await inTenant((tx) => findAgent(tx, agent.agentId)))?.state).toBe('healthy')
})
