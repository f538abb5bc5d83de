// Walks every route of the table, so that a route added tomorrow is covered tomorrow.
import { newId } from '@yagura/kernel'
import { type OperationId, type Route, routes } from '@yagura/schema'
import { lockImageToMatch, recordMatch } from '@yagura/store'
import {
  item,
  sampleAction,
  sampleCheck,
  sampleCheckRun,
  sampleContainer,
  sampleEvent,
  sampleHost,
  sampleImageReport,
  sampleIncident,
  sampleMistake,
  samplePackage,
  sampleSecret,
  sampleSignal,
} from '@yagura/store/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEnrolmentToken } from '../agents/enrolment-token.ts'
import { batchOf, enrolTestAgent, sendBatch } from '../testing/agent.ts'
import { startTestServer, type TestServer } from '../testing/server.ts'

const table = Object.entries(routes) as [OperationId, Route][]
const bodies: Partial<Record<OperationId, () => object>> = {
  signIn: () => ({ token: 'x'.repeat(73) }),
  createApiToken: () => ({ name: 'ci', role: 'viewer' }),
  createWebhook: () => ({ name: 'pager', url: 'https://192.0.2.1/hook' }),
  adoptBaseline: () => baseline,
  changeIncident: () => ({ owner: 'ann', note: 'seen' }),
  createAction: () => ({ kind: 'freeze', containerId: 'c1', reason: 'attack', dryRun: true }),
  createUser: () => ({ name: `person ${newId()}`, role: 'analyst' }),
}

const queries: Partial<Record<OperationId, () => string>> = {
  getImageDiff: () => `?with=${ids.getImage ?? newId()}`,
}

interface Named {
  readonly id: string
  readonly name: string
}

const incident = sampleIncident(sampleContainer('m1', 'c1').key)
const action = sampleAction(incident.id)
const baseline = {
  name: 'company',
  version: 1,
  extends: [],
  layer: 'company',
  selector: null,
  checks: ['PG-*'],
  expected: {},
  overrides: [],
}

let server: TestServer
/** Operation with {id} → an id that is there, in the first tenant. */
const ids: Partial<Record<OperationId, string>> = {}

beforeAll(async () => {
  server = await startTestServer()
  const { token } = await createEnrolmentToken(server.context, server.context.tenantId, 'test', null)
  const agent = await enrolTestAgent(token, 'm1')
  await sendBatch(
    agent,
    batchOf(agent, 1, [
      item.asset(sampleHost('m1')),
      item.asset(sampleContainer('m1', 'c1', { image: 'app' })),
      item.image({
        ...sampleImageReport('app', [samplePackage('openssl')]),
        secrets: [sampleSecret],
        mistakes: [sampleMistake],
      }),
      item.event(sampleEvent('1', { containerId: 'c1' })),
      item.signal(sampleSignal(sampleContainer('m1', 'c1').key)),
      item.incident(incident),
      item.action(action),
      item.checkRun(sampleCheckRun([sampleCheck('PG-01', 'pass')], new Date(Date.now() - 60_000).toISOString())),
      item.checkRun(sampleCheckRun([sampleCheck('PG-01', 'fail')])),
    ]),
  )
  await server.context.database.store.inTenant(server.context.tenantId, async (tx) => {
    const image = await lockImageToMatch(tx, 'test')
    const [installed] = image?.packages ?? []
    if (!image || !installed) throw new Error('no image to match')
    const finding = {
      id: 'CVE-2026-1',
      aliases: [],
      package: installed.name,
      version: installed.version,
      purl: installed.purl,
      severity: 'high' as const,
      status: 'affected' as const,
      fixedIn: ['2.0'],
      reason: 'because',
    }
    const found = { finding, package: installed, summary: 'bad', references: ['https://example.org'] }
    await recordMatch(tx, image, { findings: [found], coverageGaps: [] }, 'test', new Date())
  })
  const headers = await server.signedIn('admin')
  const first = async (path: string, name?: string) => {
    const page = (await (await fetch(`${server.url}${path}`, { headers })).json()) as { items: Named[] }
    const found = page.items.find((one) => name === undefined || one.name === name)
    if (!found) throw new Error(`nothing at ${path}`)
    return found.id
  }
  ids.getAsset = await first('/api/v1/assets', 'c1')
  ids.getImage =
    ids.getImageDiff =
    ids.listImageSecrets =
    ids.listImageMistakes =
      await first('/api/v1/assets?kind=image')
  ids.getPackage = await first('/api/v1/packages')
  ids.getFinding = await first('/api/v1/findings')
  ids.getIncident = ids.changeIncident = ids.listIncidentEvents = ids.createAction = incident.id
  ids.undoAction = action.id
  ids.getCheckResult = await first('/api/v1/check-results')
  const adopted = await fetch(`${server.url}/api/v1/baselines`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(baseline),
  })
  ids.getBaseline = ((await adopted.json()) as Named).id
  ids.getAgent = ids.revokeAgent = agent.agentId
  ids.createSignInLink = await first('/api/v1/users', 'admin')
  ids.deleteUser = await addPerson(headers)
  await fetch(`${server.url}/api/v1/api-tokens`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'old', role: 'viewer' }),
  })
  ids.revokeApiToken = await first('/api/v1/api-tokens')
  await fetch(`${server.url}/api/v1/webhooks`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'pager', url: 'https://192.0.2.1/hook' }),
  })
  ids.testWebhook = ids.deleteWebhook = await first('/api/v1/webhooks')
}, 60_000)

afterAll(() => server?.stop())

async function addPerson(headers: Record<string, string>): Promise<string> {
  const response = await fetch(`${server.url}/api/v1/users`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bob', role: 'viewer' }),
  })
  return ((await response.json()) as Named).id
}

async function call(
  id: OperationId,
  headers: Record<string, string>,
  idInPath = ids[id] ?? newId(),
): Promise<Response> {
  const route: Route = routes[id]
  const body = bodies[id]?.()
  return fetch(server.url + route.path.replace('{id}', idInPath) + (queries[id]?.() ?? ''), {
    method: route.method,
    headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
    signal: AbortSignal.timeout(10_000),
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
}

async function expectProblem(response: Response, status: number, code: string): Promise<void> {
  expect(response.headers.get('content-type')).toContain('application/problem+json')
  expect(await response.json()).toMatchObject({ status, code, detail: expect.stringMatching(/\.$/) })
  expect(response.status).toBe(status)
}

const guarded = table.filter(([, route]) => route.role !== 'public')
const writes = guarded.filter(([, route]) => route.method !== 'GET')

describe('every route', () => {
  test.each(guarded.map(([id]) => id))('%s without sign-in is 401', async (id) => {
    await expectProblem(await call(id, {}), 401, 'UNAUTHENTICATED')
  })

  test.each(guarded.filter(([, route]) => route.role === 'admin').map(([id]) => id))(
    '%s with a lower role is 403',
    async (id) => {
      await expectProblem(await call(id, await server.signedIn('analyst')), 403, 'FORBIDDEN')
      await expectProblem(await call(id, await server.program('viewer')), 403, 'FORBIDDEN')
    },
  )

  test.each(writes.map(([id]) => id))('%s without the CSRF token, or with another one, is 403', async (id) => {
    const { cookie } = await server.signedIn('admin')
    await expectProblem(await call(id, { cookie }), 403, 'FORBIDDEN')
    await expectProblem(await call(id, { cookie, 'x-yagura-csrf': 'x'.repeat(43) }), 403, 'FORBIDDEN')
  })

  test.each(
    Object.entries(routes)
      .filter(([, route]) => 'params' in route)
      .map(([id]) => id as OperationId),
  )('%s of another tenant is 404, like one that never was', async (id) => {
    const stranger = await server.signedIn('admin', await server.otherTenant())
    await expectProblem(await call(id, stranger), 404, 'NOT_FOUND')
    await expectProblem(await call(id, stranger, newId()), 404, 'NOT_FOUND')
    await expectProblem(await call(id, stranger, "1' or '1'='1"), 404, 'NOT_FOUND')
  })

  test.each(table.filter(([, route]) => route.query).map(([id]) => id))('%s refuses a wrong filter', async (id) => {
    const route: Route = routes[id]
    if (!Object.hasOwn(route.query?.shape ?? {}, 'filter')) return expect(route.query).toBeDefined()
    const path = route.path.replace('{id}', ids[id] ?? newId())
    const url = `${server.url}${path}?filter=${encodeURIComponent('nothing = like this')}`
    await expectProblem(await fetch(url, { headers: await server.signedIn('admin') }), 400, 'USAGE')
  })

  test('lists of another tenant are empty', async () => {
    const stranger = await server.signedIn('admin', await server.otherTenant())
    for (const [id, route] of table.filter(([, one]) =>
      one.path.match(/v1\/(assets|packages|findings|events|agents|incidents|signals|actions)$/),
    )) {
      const page = await (await call(id, stranger)).json()
      expect(page, route.path).toMatchObject({ items: [], total: 0 })
    }
  })

  // Writes come last: they end what the others look at.
  const ordered = [...table].sort(([, a], [, b]) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'))
  test.each(ordered.filter(([id, route]) => id !== 'signIn' && route.kind !== 'stream').map(([id]) => id))(
    '%s answers as its contract says',
    async (id) => {
      const route: Route = routes[id]
      const response = await call(id, await server.signedIn('admin'))
      expect(response.status, await response.clone().text()).toBe(route.status ?? 200)
      if (route.status === 204) return expect(await response.text()).toBe('')
      expect(response.headers.get('cache-control')).toBe('no-store')
      const answer = (await response.json()) as { items?: unknown[] }
      expect(route.response.parse(answer)).toEqual(answer)
      if (answer.items) expect(answer.items.length, id).toBeGreaterThan(0)
    },
  )
})
