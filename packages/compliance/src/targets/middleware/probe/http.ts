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
        const status = response.statusCode ?? 0
        // A server that asks to come later has said nothing of the page.
        if (request === plain && status === 400) reject(new Error('it speaks TLS'))
        else if (status === 429 || status >= 502) reject(new Error(`the server answered ${status}`))
        else resolve(what === 'status' ? status : String(response.headers[header.toLowerCase()] ?? ''))
      },
    )
    sent.on('timeout', () => sent.destroy(new Error('the server is silent')))
    sent.on('error', reject)
    sent.end()
  })
}
