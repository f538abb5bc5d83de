// Commands that talk to other programs: the admin socket of the server, and the place where advisories are published.
import { mkdirSync, readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { dirname } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createWorkspace, expectFailure, LOW, osvFolder, type Workspace } from './yagura.ts'

let workspace: Workspace
let server: Server | undefined
const bodies: string[] = []

beforeEach(() => {
  workspace = createWorkspace()
  bodies.length = 0
})
afterEach(async () => {
  server?.closeAllConnections()
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
  server = undefined
  workspace[Symbol.dispose]()
})

async function listen(handler: RequestListener, socketPath?: string): Promise<void> {
  server = createServer(handler)
  if (socketPath) mkdirSync(dirname(socketPath), { recursive: true })
  await new Promise<void>((resolve) => {
    if (socketPath) server?.listen(socketPath, resolve)
    else server?.listen(0, '127.0.0.1', resolve)
  })
}

function port(): number {
  const address = server?.address()
  if (typeof address !== 'object' || !address) throw new Error('The server does not listen.')
  return address.port
}

/** A server that answers each path of the admin socket with a status and a text. */
function admin(answers: Record<string, readonly [status: number, text: string]>): Promise<void> {
  return listen(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    bodies.push(`${request.method} ${request.url} ${body}`)
    const [status, text] = answers[request.url ?? ''] ?? [404, '{"detail":"There is no such thing."}']
    response.writeHead(status, { 'content-type': 'application/json' }).end(text)
  }, workspace.path('data/server/run/admin.sock'))
}

describe('the admin socket', () => {
  it('gives a sign-in link, alone on standard output', async () => {
    await admin({
      '/sign-in-links': [200, '{"url":"http://127.0.0.1:7440/signin#abc","expiresAt":"2026-01-01T00:00:00Z"}'],
    })
    const link = { code: 0, stdout: 'http://127.0.0.1:7440/signin#abc\n', stderr: '' }
    expect(await workspace.run(['signin'])).toEqual(link)
    expect(await workspace.run(['signin', '--user', 'mika'])).toEqual(link)
    expect(bodies).toEqual(['POST /sign-in-links {"user":"admin"}', 'POST /sign-in-links {"user":"mika"}'])
  })

  it('gives an enrolment token, alone on standard output', async () => {
    await admin({ '/enrolment-tokens': [201, '{"token":"yge_abc","expiresAt":"2026-01-01T00:00:00Z"}'] })
    expect(await workspace.run(['agent', 'token'])).toEqual({ code: 0, stdout: 'yge_abc\n', stderr: '' })
  })

  it('may refuse, in its own words', async () => {
    await admin({ '/sign-in-links': [404, '{"detail":"There is no user nobody."}'] })
    expectFailure(await workspace.run(['signin', '--user', 'nobody']), /There is no user nobody\./)
  })

  it('may answer nonsense', async () => {
    await admin({ '/sign-in-links': [200, '<html>'], '/enrolment-tokens': [200, '{}'] })
    expectFailure(await workspace.run(['signin']), /server answered with/)
    expectFailure(await workspace.run(['agent', 'token']), /gave no token/)
  })
})

describe('yagura db update', () => {
  it('downloads from a mirror and builds; the second time nothing is sent', async () => {
    osvFolder(workspace, [['CVE-2020-2000', 'musl', '1.1.24-r1', LOW]])
    const archive = readFileSync(workspace.path('osv/Alpine/all.zip'))
    const statuses: number[] = []
    await listen((request, response) => {
      const isKnown = request.headers['if-none-match'] === '"1"'
      const status = request.url !== '/osv/Alpine/all.zip' ? 404 : isKnown ? 304 : 200
      if (request.url?.endsWith('/all.zip')) statuses.push(status)
      response.writeHead(status, { etag: '"1"' }).end(status === 200 ? archive : '')
    })
    const mirror = `http://127.0.0.1:${port()}/osv/`
    const update = () => workspace.run(['db', 'update', '--mirror', mirror, '--ecosystem', 'Alpine'])
    expect(await update()).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('1 advisories') })
    expect((await update()).code).toBe(0)
    expect(statuses).toEqual([200, 304])
    const info = await workspace.run(['db', 'info', '--json'])
    expect(JSON.parse(info.stdout)).toMatchObject({ formatVersion: 3, sources: [{ name: 'Alpine', advisories: 1 }] })
    expect(await workspace.run(['db', 'verify'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('is whole'),
    })

    const missing = await workspace.run(['db', 'update', '--mirror', mirror, '--ecosystem', 'Nowhere'])
    expectFailure(missing, /There is nothing at .*Nowhere\/all\.zip/)
  })

  it('takes the other feeds from a mirror that has them', async () => {
    osvFolder(workspace, [['CVE-2020-2000', 'musl', '1.1.24-r1', LOW]])
    const files: Record<string, Buffer | string> = {
      '/Alpine/all.zip': readFileSync(workspace.path('osv/Alpine/all.zip')),
      '/vulnrichment.jsonl.gz': gzipSync('{"id":"CVE-2020-2000","cwe":["CWE-1"]}'),
      '/epss/epss_scores-current.csv.gz': gzipSync('#score_date:2026-01-01T00:00:00Z\ncve,epss,percentile\n'),
    }
    await listen((request, response) => {
      const file = files[request.url ?? '']
      response.writeHead(file === undefined ? 404 : 200).end(file)
    })
    const mirror = `http://127.0.0.1:${port()}`
    const update = await workspace.run([
      'db',
      'update',
      '--mirror',
      mirror,
      '--ecosystem',
      'Alpine',
      '--format',
      'json',
    ])
    expect(update).toMatchObject({ code: 0, stderr: '' })
    const found = JSON.parse(update.stdout).feeds.filter((feed: { isFound: boolean }) => feed.isFound)
    expect(found.map((feed: { name: string }) => feed.name)).toEqual(['epss', 'osv', 'vulnrichment'])
  })
})
