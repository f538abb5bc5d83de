// A server asked over HTTP with an operator's credentials. They go over TLS where the server speaks it, and then only to the server that the
// operator means: one with a certificate of a known authority (his, or the system's) for its name, or with the very certificate he pinned.
import { Agent, request as plain, type RequestOptions } from 'node:http'
import { request as secured, Agent as TlsAgent } from 'node:https'
import { isIP } from 'node:net'
import { checkServerIdentity, connect } from 'node:tls'
import type { Credentials, TlsTrust } from './runtime.ts'

const TIMEOUT_MS = 1500
const HELLO_MS = 400
const MAX_BYTES = 1024 * 1024

export interface HttpAnswer {
  readonly status: number
  readonly text: string
}

export interface HttpClient {
  ask(path: string, body?: string): Promise<HttpAnswer>
  close(): void
}

export function openHttpClient(credentials: Credentials): HttpClient {
  const { address, port, user, password, tls } = credentials
  const ways = {
    plain: { send: plain, agent: new Agent({ keepAlive: true, maxSockets: 1 }) },
    secured: { send: secured, agent: trustingAgent(address, port, tls ?? {}) },
  }
  let way: Promise<keyof typeof ways> | undefined
  return {
    async ask(path, body) {
      way ??= tls ? Promise.resolve('secured') : speaksTls(address, port).then((yes) => (yes ? 'secured' : 'plain'))
      const { send, agent } = ways[await way]
      const headers = {
        ...(user === '' ? {} : { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      }
      const method = body === undefined ? 'GET' : 'POST'
      return exchange(send, { host: address, port, path, method, headers, agent }, body)
    },
    close() {
      for (const { agent } of Object.values(ways)) agent.destroy()
    },
  }
}

/** Connects to the server that is meant, and to no other. */
function trustingAgent(host: string, port: number, tls: TlsTrust): TlsAgent {
  const { ca, fingerprint256, serverName = host, certificate, key } = tls
  const own = { ...(certificate !== undefined && { cert: certificate }), ...(key !== undefined && { key }) }
  const named = isIP(serverName) === 0 ? { servername: serverName } : {}
  const agent = new TlsAgent({
    ...{ keepAlive: true, maxSockets: 1 },
    ...{ ...own, ...named, ...(ca !== undefined && { ca }) },
    checkServerIdentity: (_, peer) => checkServerIdentity(serverName, peer),
  })
  if (fingerprint256 === undefined) return agent
  const pin = fingerprint256.replaceAll(':', '').toLowerCase()
  // who signed a pinned certificate does not matter; nothing is sent before it was seen
  agent.createConnection = (_, callback) => {
    const socket = connect({ host, port, rejectUnauthorized: false, ...own, ...named })
    socket.once('error', (error) => callback?.(error, socket))
    socket.once('secureConnect', () => {
      const seen = socket.getPeerCertificate().fingerprint256?.replaceAll(':', '').toLowerCase()
      if (seen === pin) return callback?.(null, socket)
      socket.destroy(new Error('its certificate is not the one that was pinned'))
    })
    return undefined
  }
  return agent
}

function exchange(
  send: typeof plain | typeof secured,
  options: RequestOptions,
  body: string | undefined,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const request = send({ ...options, signal: AbortSignal.timeout(TIMEOUT_MS) }, (response) => {
      const parts: Buffer[] = []
      let size = 0
      response.on('data', (part: Buffer) => {
        size += part.length
        if (size > MAX_BYTES) request.destroy(new Error('the answer is too long'))
        else parts.push(part)
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }),
      )
      response.on('error', reject)
    })
    request.on('error', (error) => reject(sentence(error)))
    request.end(body)
  })
}

const UNTRUSTED = /^(?:CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|HOSTNAME_MISMATCH)/

function sentence(error: Error): Error {
  const code = 'code' in error ? String(error.code) : ''
  if (UNTRUSTED.test(code))
    return new Error(`its certificate is not trusted (${code}); name caFile, serverName or fingerprint256`)
  if (error.name === 'TimeoutError' || code === 'ABORT_ERR') return new Error('the server is silent')
  return error
}

/** Before anything is sent that only the server may know. */
function speaksTls(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, rejectUnauthorized: false })
    const end = (isTls: boolean) => {
      socket.destroy()
      resolve(isTls)
    }
    socket.setTimeout(HELLO_MS, () => end(false))
    socket.once('secureConnect', () => end(true))
    socket.once('error', (error) => {
      const code = 'code' in error ? String(error.code) : ''
      if (code === 'ECONNREFUSED') reject(error)
      // whoever wants a certificate of ours, or another version, speaks TLS too
      else end(/alert|UNSUPPORTED_PROTOCOL/i.test(`${code} ${error.message}`))
    })
  })
}
