// `GET /path status`, `TRACE / status`, `GET / header Server`: one request, redirects are not followed, the body is not read.
import { request as plain } from 'node:http'
import { request as secured } from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'

const TIMEOUT_MS = 400
/** A server that limits requests a second is asked once more. */
const LATER_MS = 250
/** How many keys there are, and none of them (etcd.io/docs, api: RangeRequest). An empty question would be refused for being empty. */
const BODIES: Readonly<Record<string, string>> = {
  '/v3/kv/range': '{"key":"AA==","range_end":"AA==","count_only":true}',
}
/** RFC 8446, 6.2: a server that lets nobody in without a certificate says so, or merely that the one it did not get is bad. */
const CERTIFICATE_WANTED = /alert (bad certificate|certificate required|handshake failure)|CERTIFICATE_REQUIRED/i

export async function httpProbe(address: string, port: number, words: readonly string[]): Promise<string | number> {
  const [method = 'GET', path = '/', what = 'status', header = ''] = words
  let first: string | number | undefined
  try {
    first = await askTwice(plain, address, port, method, path, what, header)
    if (first !== MAYBE_TLS) return first
  } catch {
    // it may speak TLS
  }
  try {
    return await askTwice(secured, address, port, method, path, what, header)
  } catch (error) {
    if (error instanceof Error && what === 'status' && CERTIFICATE_WANTED.test(error.message))
      return 'certificate-required'
    // it speaks no TLS: then it was the answer
    if (first === MAYBE_TLS && what === 'status' && !(error instanceof Later)) return 400
    throw error
  }
}

const MAYBE_TLS = 'maybe TLS'

/** A server that asks to come later has said nothing of the page; one that is slow for once, as after its start, neither. */
class Later extends Error {}

async function askTwice(...asked: Parameters<typeof ask>): Promise<string | number> {
  try {
    return await ask(...asked)
  } catch (error) {
    if (!(error instanceof Later)) throw error
    await pause(LATER_MS)
    return ask(...asked)
  }
}

function ask(
  request: typeof secured,
  host: string,
  port: number,
  method: string,
  path: string,
  what: string,
  header: string,
): Promise<string | number> {
  return new Promise((resolve, reject) => {
    // Certificates are not judged here: what the server says to anybody is.
    const sent = request(
      { host, port, method, path, timeout: TIMEOUT_MS, agent: false, rejectUnauthorized: false },
      (response) => {
        response.destroy()
        const status = response.statusCode ?? 0
        if (request === plain && status === 400) resolve(MAYBE_TLS)
        else if (status === 429 || status >= 502) reject(new Later(`the server answered ${status}`))
        else resolve(what === 'status' ? status : String(response.headers[header.toLowerCase()] ?? ''))
      },
    )
    sent.on('timeout', () => sent.destroy(new Later('the server is silent')))
    sent.on('error', reject)
    sent.end(method === 'POST' ? BODIES[path] : undefined)
  })
}
