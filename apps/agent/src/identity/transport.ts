// HTTPS to the server: its certificate is checked against the stored authority only, never against the machine's own list. Node's own
// client: what others give beyond it is not needed here, and costs ten megabytes.
import type { IncomingMessage } from 'node:http'
import { Agent, request as send } from 'node:https'
import type { TLSSocket } from 'node:tls'
import type { Identity } from './identity.ts'

const CONNECT_TIMEOUT_MS = 10_000
const ANSWER_TIMEOUT_MS = 60_000
const KEEP_ALIVE_MS = 30_000
const ANSWER_BYTES_MAX = 1024 * 1024

type Trust = Pick<Identity, 'url' | 'ca'> & Partial<Pick<Identity, 'certificate' | 'privateKey'>>

export interface TransportRequest {
  readonly method: 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly signal?: AbortSignal | undefined
}

export interface TransportAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

export interface Transport {
  /** Throws when there is no whole answer. */
  request(request: TransportRequest): Promise<TransportAnswer>
  /** Also ends what is under way. */
  destroy(): void
}

/** One kept-alive connection, opened again as needed; with mutual TLS once there is a certificate. */
export function openTransport(trust: Trust): Transport {
  const { origin, hostname, port } = new URL(trust.url)
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 1,
    timeout: KEEP_ALIVE_MS,
    ca: trust.ca,
    minVersion: 'TLSv1.2',
    ...(trust.certificate && trust.privateKey ? { cert: trust.certificate, key: trust.privateKey } : {}),
  })
  const ended = new AbortController()
  return {
    request({ method, path, headers, body, signal }) {
      const whole = AbortSignal.any([ended.signal, ...(signal ? [signal] : [])])
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
      return new Promise((resolve, reject) => {
        const asked = send({
          ...{ agent, method, path, signal: whole, host: hostname.replace(/^\[|\]$/g, ''), port: port || 443 },
          headers: { host: new URL(origin).host, ...headers, ...length },
        })
        const late = (what: string) => () => asked.destroy(new Error(what))
        const answering = setTimeout(late('it does not answer'), ANSWER_TIMEOUT_MS)
        asked.once('socket', (socket) => {
          if (!socket.connecting) return
          const connecting = setTimeout(late('it does not answer'), CONNECT_TIMEOUT_MS)
          ;(socket as TLSSocket).once('secureConnect', () => clearTimeout(connecting))
          socket.once('close', () => clearTimeout(connecting))
        })
        asked.once('error', reject)
        asked.once('close', () => clearTimeout(answering))
        asked.once('response', (response) => {
          boundedText(response).then((text) => {
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
          }, reject)
        })
        asked.end(body)
      })
    },
    destroy() {
      ended.abort()
      agent.destroy()
    },
  }
}

async function boundedText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let total = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    total += chunk.length
    if (total > ANSWER_BYTES_MAX) throw new Error('its answer is larger than 1 MiB')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, total).toString('utf8')
}
