// What `up` asks the server of this machine over its admin socket.
import { request } from 'node:http'
import { YaguraError } from '@yagura/kernel'
import { postToServer } from '../../admin/request.ts'

const ANSWER_BYTES_MAX = 64 * 1024
const TIMEOUT_MS = 5000

export interface ServerStatus {
  readonly version: string
  readonly consoleUrl: string
  readonly agentUrl: string
  readonly ready: boolean
  readonly firstSignInUrl: string | null
}

/** undefined while the server does not answer, or not like a server. */
export function serverStatus(socketPath: string): Promise<ServerStatus | undefined> {
  return new Promise((resolve) => {
    const sent = request({ socketPath, path: '/status', agent: false, timeout: TIMEOUT_MS }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
        if (text.length > ANSWER_BYTES_MAX) sent.destroy()
      })
      response.on('error', () => resolve(undefined))
      response.on('close', () => resolve(response.complete ? readStatus(text) : undefined))
    })
    sent.on('timeout', () => sent.destroy())
    sent.on('error', () => resolve(undefined))
    sent.end()
  })
}

function readStatus(text: string): ServerStatus | undefined {
  try {
    const value = JSON.parse(text) as Partial<ServerStatus> | null
    const isStatus = typeof value?.ready === 'boolean' && typeof value.consoleUrl === 'string'
    return isStatus ? (value as ServerStatus) : undefined
  } catch {
    return undefined
  }
}

export async function newEnrolmentToken(socketPath: string): Promise<string> {
  const { token } = await postToServer(socketPath, '/enrolment-tokens', {})
  if (typeof token !== 'string') throw new YaguraError('UNAVAILABLE', 'The server gave no enrolment token.')
  return token
}
