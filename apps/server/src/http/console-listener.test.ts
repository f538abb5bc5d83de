import { once } from 'node:events'
import { createServer } from 'node:http'
import { openApiDocument } from '@yagura/schema'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer } from '../server.ts'
import { startTestServer, type TestServer } from '../testing/server.ts'
import { contentSecurityPolicy } from './security-headers.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
}, 60_000)
afterAll(() => server?.stop())
const get = (path: string, headers: Record<string, string> = {}) => fetch(server.url + path, { headers })

describe('pages and machines', () => {
  test('the description of the API is served, with a page that needs no network', async () => {
    const openApi = await get('/api/openapi.json')
    expect(await openApi.json()).toEqual(openApiDocument())
    const page = await get('/api/docs')
    const html = await page.text()
    expect(html).not.toMatch(/https?:\/\//)
    expect(html).not.toMatch(/<script>|on\w+=/)
    for (const [, path] of html.matchAll(/(?:src|href)="([^"]+)"/g)) expect((await get(path ?? '')).status).toBe(200)
    const etag = openApi.headers.get('etag') ?? ''
    expect((await get('/api/openapi.json', { 'if-none-match': etag })).status).toBe(304)
  })

  test('every page of the console is index.html, with a policy that allows nothing from elsewhere', async () => {
    for (const path of ['/', '/assets', '/findings?filter=x', '/signin']) {
      const response = await get(path, { 'accept-encoding': 'br' })
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toContain('text/html')
      const policy = response.headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).not.toMatch(/script-src[^;]*'unsafe/)
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(await response.text()).toContain('<html')
    }
  })

  test.each(['/api', '/api/v1/nothing', '/agent/v1/enrol', '/../../etc/passwd.txt', '/%2e%2e/package.json', '/x.js'])(
    '%s is a problem, not a page',
    async (path) => {
      const response = await get(path)
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({ code: 'NOT_FOUND' })
    },
  )

  test('health and readiness', async () => {
    expect(await (await get('/healthz')).json()).toEqual({ status: 'ok' })
    expect((await get('/readyz')).status).toBe(200)
  })

  test('metrics are for this machine, or for a token', async () => {
    const open = await get('/metrics')
    expect(await open.text()).toMatch(/yagura_http_request_duration_seconds_bucket/)
    expect((await get('/metrics', { 'x-forwarded-for': '192.0.2.1' })).status).toBe(401)
    const headers = { 'x-forwarded-for': '192.0.2.1', ...(await server.program('viewer')) }
    expect((await get('/metrics', headers)).status).toBe(200)
  })

  test('a body that is too large, or not JSON, is a problem with one sentence', async () => {
    const send = (body: string, type = 'application/json') =>
      fetch(`${server.url}/api/v1/session`, { method: 'POST', headers: { 'content-type': type }, body })
    expect(await (await send(`{"token":"${'x'.repeat(2_000_000)}"}`)).json()).toMatchObject({ code: 'LIMIT_EXCEEDED' })
    expect(await (await send('{')).json()).toMatchObject({ code: 'INPUT_INVALID' })
    expect(await (await send('x', 'text/csv')).json()).toMatchObject({ code: 'INPUT_UNSUPPORTED' })
    expect(await (await send('{"__proto__":{"token":"x"}}')).json()).toMatchObject({ status: 400 })
  })

  test('a mistake of the server tells strangers nothing', async () => {
    const { store } = server.context.database
    const original = store.inTenant
    const headers = await server.program('viewer')
    await get('/api/v1/overview', headers)
    Object.assign(store, { inTenant: () => Promise.reject(new Error('password is hunter2 at /home/x.ts:12')) })
    try {
      const response = await get('/api/v1/overview', headers)
      const text = await response.text()
      expect(response.status).toBe(500)
      expect(text).not.toMatch(/hunter2|\.ts/)
      expect(JSON.parse(text)).toMatchObject({ code: 'INTERNAL' })
    } finally {
      Object.assign(store, { inTenant: original })
    }
  })
})

test('a port in use is one sentence with the setting to change', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  const { settings, logger } = server.context
  const paths = { ...settings.paths, server: { ...settings.paths.server } }
  paths.server.adminSocket = `${settings.paths.server.root}/other.sock`
  await expect(startServer({ ...settings, paths, port }, { logger })).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: `Port ${port} on 127.0.0.1 is in use by another program.`,
    hint: 'Set YAGURA_PORT to a free port.',
  })
  other.close()
})

test('a second server on the same data is refused', async () => {
  const { settings, logger } = server.context
  await expect(startServer(settings, { logger })).rejects.toMatchObject({ code: 'CONFLICT' })
})

test('scripts inside index.html are named by their hash', () => {
  expect(contentSecurityPolicy(['sha256-abc'])).toContain("script-src 'self' 'sha256-abc';")
})
