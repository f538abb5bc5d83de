// For tests: an agent listener with real TLS whose answers the test decides. Batches are kept as the server would keep them.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { zstdDecompressSync } from 'node:zlib'
import { newId } from '@yagura/kernel'
import { type Batch, batch, encodeEnrolmentToken, enrolRequest, renewRequest } from '@yagura/schema'
import { fingerprint } from '../identity/identity.ts'
import type { TestAuthority } from './authority.ts'

export interface ScriptedAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export interface TestServer {
  readonly url: string
  readonly agentId: string
  /** First copy of every batch by `boot/seq`, and how often each came. */
  readonly batches: ReadonlyMap<string, { readonly batch: Batch; readonly bytes: Buffer; times: number }>
  /** Batches that came again with other bytes. */
  readonly conflicts: readonly string[]
  token(overrides?: { url?: string; caFingerprint?: string }): string
  /** Answers to come before the ordinary ones; `drop` closes the connection after the batch was kept. */
  script(...answers: (ScriptedAnswer | 'drop')[]): void
  /** Scripted answers that are still to come. */
  scripted(): number
  wantImages: string[]
  enrolAnswer: ScriptedAnswer | undefined
  close(): Promise<void>
}

const SECRET = 'a-secret-of-at-least-thirty-two-characters'

export async function startTestServer(
  authority: TestAuthority,
  options: { port?: number; lifeMs?: number } = {},
): Promise<TestServer> {
  const agentId = newId()
  const batches = new Map<string, { batch: Batch; bytes: Buffer; times: number }>()
  const conflicts: string[] = []
  const scripted: (ScriptedAnswer | 'drop')[] = []
  const lifeMs = options.lifeMs ?? 3_600_000

  async function certificateFor(csr: string): Promise<ScriptedAnswer> {
    const certificate = await authority.issue(csr, lifeMs)
    const expiresAt = new Date(Date.now() + lifeMs).toISOString()
    return { status: 200, body: { agentId, certificate, ca: authority.caPem, expiresAt } }
  }

  async function answer(path: string, bytes: Buffer, isAuthorized: boolean): Promise<ScriptedAnswer | 'drop'> {
    if (path === '/agent/v1/enrol') {
      const request = enrolRequest.parse(JSON.parse(bytes.toString()))
      if (test.enrolAnswer) return test.enrolAnswer
      return request.secret === SECRET ? certificateFor(request.csr) : { status: 401 }
    }
    if (!isAuthorized) return { status: 401 }
    if (path === '/agent/v1/renew') return certificateFor(renewRequest.parse(JSON.parse(bytes.toString())).csr)
    const next = scripted.shift()
    if (next && next !== 'drop') return next
    const parsed = batch.parse(JSON.parse(zstdDecompressSync(bytes).toString()))
    const key = `${parsed.boot}/${parsed.seq}`
    const known = batches.get(key)
    if (known) {
      known.times += 1
      if (!known.bytes.equals(bytes)) conflicts.push(key)
    } else batches.set(key, { batch: parsed, bytes, times: 1 })
    if (next) return next
    const { boot, seq } = parsed
    const serverTime = new Date().toISOString()
    return { status: 200, body: { boot, seq, duplicate: known !== undefined, serverTime, wantImages: test.wantImages } }
  }

  const server: Server = createServer(
    { ...authority.server, ca: authority.caPem, requestCert: true, rejectUnauthorized: false },
    (request: IncomingMessage, response: ServerResponse) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        answer(request.url ?? '', Buffer.concat(chunks), (request.socket as TLSSocket).authorized).then(
          (result) => {
            if (result === 'drop') return request.socket.destroy()
            response.writeHead(result.status, { 'content-type': 'application/json', ...result.headers })
            response.end(JSON.stringify(result.body ?? {}))
          },
          (error: unknown) => {
            response.writeHead(400)
            response.end(JSON.stringify({ detail: String(error) }))
          },
        )
      })
    },
  )
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`

  const test: TestServer = {
    url,
    agentId,
    batches,
    conflicts,
    token: (overrides = {}) =>
      encodeEnrolmentToken({ url, caFingerprint: fingerprint(authority.caPem), secret: SECRET, ...overrides }),
    script: (...answers) => scripted.push(...answers),
    scripted: () => scripted.length,
    wantImages: [],
    enrolAnswer: undefined,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return test
}
