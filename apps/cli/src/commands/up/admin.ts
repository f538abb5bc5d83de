// Talks to the server of this machine over its admin socket.
import { request } from 'node:http'
import { YaguraError } from '@yagura/kernel'

const ANSWER_BYTES_MAX = 64 * 1024
const TIMEOUT_MS = 5000

export interface ServerStatus {
  readonly version: string
  readonly consoleUrl: string
  readonly agentUrl: string
  readonly ready: boolean
  readonly firstSignInUrl: string | null
}

/** undefined while the server does not answer. */
export async function serverStatus(socket: string): Promise<ServerStatus | undefined> {
  try {
    return (await ask(socket, 'GET', '/status')) as unknown as ServerStatus
  } catch {
    return undefined
  }
}

export async function newEnrolmentToken(socket: string): Promise<string> {
  const { token } = await ask(socket, 'POST', '/enrolment-tokens')
  if (typeof token !== 'string') throw new YaguraError('UNAVAILABLE', 'The server gave no enrolment token.')
  return token
}

function ask(socketPath: string, method: 'GET' | 'POST', path: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const headers = method === 'POST' ? { 'content-type': 'application/json', 'content-length': 2 } : {}
    const req = request({ socketPath, method, path, headers, timeout: TIMEOUT_MS, agent: false }, (res) => {
      let text = ''
      res.setEncoding('utf8')
      res.on('data', (chunk: string) => {
        text += chunk
        if (text.length > ANSWER_BYTES_MAX) req.destroy(new Error('answer too long'))
      })
      res.on('end', () => {
        const status = res.statusCode ?? 0
        if (status >= 300) return reject(new YaguraError('UNAVAILABLE', `The server answered ${status} to ${path}.`))
        try {
          resolve(JSON.parse(text))
        } catch (cause) {
          reject(new YaguraError('UNAVAILABLE', 'The server gave an answer that is not JSON.', { cause }))
        }
      })
    })
    req.on('timeout', () => req.destroy(new Error('no answer')))
    req.on('error', (cause) => reject(new YaguraError('SERVER_UNREACHABLE', 'The server does not answer.', { cause })))
    req.end(method === 'POST' ? '{}' : undefined)
  })
}
