// A server on loopback that behaves as badly as real ones do.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent } from 'undici'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DownloadOptions, download } from './download.ts'

const CONTENT = Buffer.from(Array.from({ length: 50_000 }, (_, i) => i % 251))
const REVERSED = Buffer.from(CONTENT.toReversed())
type Handler = (request: IncomingMessage, response: ServerResponse) => void

let directory = ''
let server: Server
let dispatcher: Agent
/** Answers, one for each request in turn; the last one stays. */
let handlers: Handler[] = []
let requests: IncomingMessage[] = []

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'yg-download-'))
  dispatcher = new Agent({ headersTimeout: 5000, bodyTimeout: 5000 })
  requests = []
  server = createServer((request, response) => {
    requests.push(request)
    const handler = handlers.length > 1 ? handlers.shift() : handlers[0]
    handler?.(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  await dispatcher.destroy()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(directory, { recursive: true })
})

const path = () => join(directory, 'Debian', 'all.zip')

function start(options: Partial<DownloadOptions> = {}) {
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/Debian/all.zip`
  return download({ url, path: path(), dispatcher, maxBytes: 1_000_000, pauseMs: 1, attempts: 4, ...options })
}

/** Serves CONTENT as storage buckets do: ETag, Range with If-Range, If-None-Match. */
function bucket(etag = '"v1"', content = CONTENT): Handler {
  return ({ headers }, response) => {
    if (headers['if-none-match'] === etag) return void response.writeHead(304).end()
    const from = headers['if-range'] === etag ? Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0) : 0
    const part = content.subarray(from)
    const range = from > 0 ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } : {}
    response.writeHead(from > 0 ? 206 : 200, { etag, 'content-length': part.length, ...range }).end(part)
  }
}

/** Promises everything and hangs up in the middle. */
function hangUp(bytes: number, etag = '"v1"'): Handler {
  return (_request, response) => {
    response.writeHead(200, { etag, 'content-length': CONTENT.length })
    response.write(CONTENT.subarray(0, bytes), () => setTimeout(() => response.destroy(), 20))
  }
}

const status =
  (code: number, headers: Record<string, string> = {}): Handler =>
  (_request, response) =>
    void response.writeHead(code, headers).end('no')

describe('a download', () => {
  it('brings the file, and asks only for news the next time', async () => {
    handlers = [bucket()]
    expect(await start()).toBe('new')
    expect(readFileSync(path()).equals(CONTENT)).toBe(true)
    expect(await start()).toBe('unchanged')
    handlers = [bucket('"v2"', CONTENT.subarray(0, 100))]
    expect(await start()).toBe('new')
    expect(readFileSync(path())).toHaveLength(100)
  })

  it('goes on where the line broke', async () => {
    handlers = [hangUp(20_000), bucket()]
    expect(await start()).toBe('new')
    expect(readFileSync(path()).equals(CONTENT)).toBe(true)
    expect(requests.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=20000-'])
    expect(existsSync(`${path()}.part`)).toBe(false)
  })

  it('begins again when the file has changed meanwhile', async () => {
    handlers = [hangUp(20_000), bucket('"v2"', REVERSED)]
    expect(await start()).toBe('new')
    expect(readFileSync(path()).equals(REVERSED)).toBe(true)
  })

  it('begins again when the server has nothing behind what is there, or sends another part', async () => {
    handlers = [hangUp(20_000), status(416), bucket()]
    await start()
    expect(readFileSync(path()).equals(CONTENT)).toBe(true)
    rmSync(path())
    handlers = [hangUp(20_000), status(206, { 'content-range': 'bytes 5-9/50000' }), bucket()]
    await start()
    expect(readFileSync(path()).equals(CONTENT)).toBe(true)
  })

  it('comes back after 429 and 503, and gives up after some attempts', async () => {
    handlers = [status(503), status(429, { 'retry-after': '0' }), bucket()]
    expect(await start()).toBe('new')
    requests = []
    handlers = [status(500)]
    await expect(start({ path: `${path()}2` })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/could not be downloaded, tried 4 times \(.*status 500\)\.$/),
    })
    expect(requests).toHaveLength(4)
  })

  it('does not come back after 404, 403 or a redirect', async () => {
    for (const [code, expected] of [
      [404, 'INPUT_NOT_FOUND'],
      [403, 'UNAVAILABLE'],
      [302, 'UNAVAILABLE'],
    ] as const) {
      requests = []
      handlers = [status(code, { location: 'http://127.0.0.1:1/' })]
      await expect(start()).rejects.toMatchObject({ code: expected })
      expect(requests).toHaveLength(1)
    }
  })

  it('stops at its budget, announced or not', async () => {
    handlers = [bucket()]
    await expect(start({ maxBytes: 1000 })).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
    handlers = [(_request, response) => void response.writeHead(200).end(CONTENT)]
    await expect(start({ maxBytes: 1000 })).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
    expect(existsSync(path())).toBe(false)
  })

  it('says that a server which is not there cannot be reached', async () => {
    const url = 'http://127.0.0.1:1/all.zip'
    await expect(start({ url, attempts: 2 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })

  it('does not trust what is left of another program', async () => {
    handlers = [bucket()]
    await start()
    rmSync(path())
    writeFileSync(`${path()}.part`, 'left over without a tag')
    expect(await start()).toBe('new')
    expect(readFileSync(path()).equals(CONTENT)).toBe(true)
  })
})
