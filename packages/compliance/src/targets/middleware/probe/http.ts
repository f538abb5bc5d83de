// `GET /path status`, `TRACE / status`, `GET / header Server`: one request, redirects are not followed, the body is not read.
import { request as plain } from 'node:http'
import { request as secured } from 'node:https'

const TIMEOUT_MS = 400

export async function httpProbe(address: string, port: number, words: readonly string[]): Promise<string | number> {
  const [method = 'GET', path = '/', what = 'status', header = ''] = words
  try {
    return await ask(plain, address, port, method, path, what, header)
  } catch {
    return await ask(secured, address, port, method, path, what, header)
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
        const isMisdirected =
          request === plain && response.statusCode === 400 && response.headers.location === undefined
        if (isMisdirected) reject(new Error('it speaks TLS'))
        else
          resolve(what === 'status' ? (response.statusCode ?? 0) : String(response.headers[header.toLowerCase()] ?? ''))
      },
    )
    sent.on('timeout', () => sent.destroy(new Error('the server is silent')))
    sent.on('error', reject)
    sent.end()
  })
}
