// Asks servers that are not trusted: redirects are followed by hand, credentials stay with the host they are for, and a busy server
// is asked again later.
import { Agent, type IncomingHttpHeaders } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import { getCACertificates } from 'node:tls'
import { type Clock, YaguraError } from '@yagura/kernel'
import { pacedBody } from './body.ts'
import { exchange, isTransient } from './exchange.ts'
import { pauseBefore, retryAfter, sleep } from './pause.ts'
import type { FetchPolicy } from './policy.ts'

export interface FetchRequest {
  readonly headers?: Readonly<Record<string, string>>
  /** The value of the header; sent to the host of the URL only, never along a redirect to another. */
  readonly authorization?: string | undefined
  /** Makes it a POST of a form. */
  readonly form?: URLSearchParams | undefined
  /** Makes it a POST of this text. */
  readonly body?: { readonly type: string; readonly text: string } | undefined
}

export interface FetchResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Read it or discard it. Throws UNAVAILABLE when it breaks off or hardly moves. */
  readonly body: AsyncIterable<Uint8Array>
  discard(): void
}

export interface FetchClient {
  readonly policy: FetchPolicy
  readonly signal: AbortSignal | undefined
  /** Any status but 429 and 5xx, after redirects. Errors: FORBIDDEN, UNAVAILABLE, RATE_LIMITED. */
  fetch(url: URL, request?: FetchRequest): Promise<FetchResponse>
  close(): void
}

const MAX_REDIRECTS = 5
const REDIRECTS = new Set([301, 302, 303, 307, 308])
const BUSY = new Set([429, 500, 502, 503, 504])

export function createFetchClient(policy: FetchPolicy, clock: Clock, signal?: AbortSignal): FetchClient {
  const agents = {
    'http:': new Agent({ keepAlive: true, maxSockets: 4 }),
    'https:': new TlsAgent({
      keepAlive: true,
      maxSockets: 4,
      // whatever the environment says (NODE_TLS_REJECT_UNAUTHORIZED)
      rejectUnauthorized: true,
      ...(policy.extraCertificates && { ca: [...getCACertificates('default'), policy.extraCertificates] }),
    }),
  }

  async function follow(start: URL, request: FetchRequest): Promise<FetchResponse> {
    let url = withoutUser(start)
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      const response = await exchange(
        url,
        {
          method: request.form || request.body ? 'POST' : 'GET',
          headers: headersOf(request, url.origin === start.origin),
          body: request.form?.toString() ?? request.body?.text,
          agent: agents[url.protocol === 'http:' ? 'http:' : 'https:'],
          signal,
        },
        policy,
      )
      const status = response.statusCode ?? 0
      const { location } = response.headers
      if (!REDIRECTS.has(status) || location === undefined) {
        const from = url
        return {
          status,
          headers: response.headers,
          body: { [Symbol.asyncIterator]: () => pacedBody(response, from, policy) },
          discard: () => response.destroy(),
        }
      }
      response.destroy()
      if (request.form) throw new YaguraError('FORBIDDEN', `${url.host} sends credentials on to another place.`)
      if (request.body) throw new YaguraError('FORBIDDEN', `${url.host} sends what it is told on to another place.`)
      url = target(location, url)
    }
    throw new YaguraError('UNAVAILABLE', `${start.host} redirects more than ${MAX_REDIRECTS} times.`)
  }

  async function fetch(url: URL, request: FetchRequest = {}): Promise<FetchResponse> {
    for (let attempt = 1; ; attempt++) {
      const last = attempt >= policy.attempts
      let waitMs: number | undefined
      try {
        const response = await follow(url, request)
        if (!BUSY.has(response.status)) return response
        response.discard()
        waitMs = retryAfter(response.headers['retry-after'], clock.nowMs())
        if (last || (waitMs ?? 0) > policy.maxPauseMs) throw busy(url, response.status, waitMs)
      } catch (error) {
        if (last || !isTransient(error) || (waitMs ?? 0) > policy.maxPauseMs) throw error
      }
      await sleep(pauseBefore(attempt, waitMs, policy), signal)
    }
  }

  return {
    policy,
    signal,
    fetch,
    close() {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

function headersOf(request: FetchRequest, isFirstHost: boolean): Record<string, string> {
  return {
    'user-agent': 'yagura',
    // the digest is over the bytes as they are kept
    'accept-encoding': 'identity',
    ...request.headers,
    ...(request.form && { 'content-type': 'application/x-www-form-urlencoded' }),
    ...(request.body && { 'content-type': request.body.type }),
    ...(request.authorization !== undefined && isFirstHost && { authorization: request.authorization }),
  }
}

function target(location: string, from: URL): URL {
  try {
    return withoutUser(new URL(location, from))
  } catch (cause) {
    throw new YaguraError('UNAVAILABLE', `${from.host} redirects to something that is not an address.`, { cause })
  }
}

/** A name and password in an address would be sent as credentials. */
function withoutUser(url: URL): URL {
  const plain = new URL(url)
  plain.username = ''
  plain.password = ''
  return plain
}

function busy(url: URL, status: number, waitMs: number | undefined): YaguraError {
  const later = waitMs === undefined ? 'Try again later.' : `It asks to wait for ${Math.ceil(waitMs / 1000)} seconds.`
  return status === 429
    ? new YaguraError('RATE_LIMITED', `${url.host} has had too many requests.`, { hint: later })
    : new YaguraError('UNAVAILABLE', `${url.host} fails with status ${status}.`, { hint: later })
}
