// Asks the server of this machine over its admin socket, which only its administrator can open.
import { request } from 'node:http'
import { YaguraError } from '@yagura/kernel'

const TIMEOUT_MS = 10_000
const MAX_ANSWER_BYTES = 64 * 1024

/** Errors: SERVER_UNREACHABLE, PERMISSION, and UNAVAILABLE or what the server says for an answer that is not one. */
export async function postToServer(socketPath: string, path: string, body: object): Promise<Record<string, unknown>> {
  const { status, text } = await post(socketPath, path, JSON.stringify(body))
  const answer = parse(text)
  if (status >= 200 && status < 300 && answer) return answer
  const detail = typeof answer?.detail === 'string' ? answer.detail : `The server answered with status ${status}.`
  throw new YaguraError(status === 404 ? 'NOT_FOUND' : 'UNAVAILABLE', detail)
}

function post(socketPath: string, path: string, body: string): Promise<{ status: number; text: string }> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  return new Promise((resolve, reject) => {
    const sent = request(
      { socketPath, path, method: 'POST', headers, agent: false, timeout: TIMEOUT_MS },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
          if (text.length > MAX_ANSWER_BYTES) sent.destroy(new Error('The answer is too long.'))
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
        response.on('error', (error) => reject(unreachable(error, socketPath)))
      },
    )
    sent.on('timeout', () => sent.destroy(new Error('No answer in time.')))
    sent.on('error', (error) => reject(unreachable(error, socketPath)))
    sent.end(body)
  })
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function unreachable(error: NodeJS.ErrnoException, socketPath: string): YaguraError {
  if (error.code === 'EACCES' || error.code === 'EPERM')
    return new YaguraError('PERMISSION', `${socketPath} may not be used by this user.`, {
      cause: error,
      hint: 'Run the command as root or as the user of the server.',
    })
  return new YaguraError('SERVER_UNREACHABLE', `The server does not answer at ${socketPath}.`, {
    cause: error,
    hint: 'Start it with `yagura up`, or set YAGURA_DATA_DIR to the folder it uses.',
  })
}
