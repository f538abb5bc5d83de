// The administrator's socket of a server: HTTP over a unix socket.
import { request } from 'node:http'

export interface ServerStatus {
  readonly version: string
  readonly consoleUrl: string
  readonly agentUrl: string
  readonly pid: number
  readonly ready: boolean
}

export async function adminStatus(socketPath: string): Promise<ServerStatus> {
  return (await call(socketPath, 'GET', '/status')) as ServerStatus
}

export async function signInLink(socketPath: string): Promise<string> {
  return ((await call(socketPath, 'POST', '/sign-in-links', {})) as { url: string }).url
}

export async function enrolmentToken(socketPath: string): Promise<string> {
  return ((await call(socketPath, 'POST', '/enrolment-tokens', {})) as { token: string }).token
}

function call(socketPath: string, method: string, path: string, body?: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' }
    const sent = request({ socketPath, method, path, headers, timeout: 5_000 }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('error', reject)
      response.on('end', () => {
        const status = response.statusCode ?? 0
        if (status < 300) resolve(JSON.parse(text))
        else reject(new Error(`${method} ${path} on the administrator's socket answered ${status}: ${text}`))
      })
    })
    sent.on('timeout', () => sent.destroy(new Error(`${method} ${path} took longer than 5 s`)))
    sent.on('error', reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
