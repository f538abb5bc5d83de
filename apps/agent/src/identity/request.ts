// One JSON request to the server's agent listener, with a bounded answer, and the server's refusals in plain words.
import { type ErrorCode, err, ok, type Result, YaguraError } from '@yagura/kernel'
import { problem } from '@yagura/schema'
import { reasonOf, unreachable } from './first-contact.ts'
import type { Transport } from './transport.ts'

export interface Answer {
  readonly status: number
  readonly body: unknown
  /** Seconds or a date, as the server wrote it (RFC 9110, 10.2.3). */
  readonly retryAfter: string | null
}

export interface Post {
  readonly path: string
  readonly body: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

/** The answer, whatever its status; an error only when there was none. */
export async function post(client: Transport, url: string, request: Post): Promise<Result<Answer, YaguraError>> {
  try {
    const response = await client.request({
      method: 'POST',
      path: request.path,
      headers: { 'content-type': 'application/json', accept: 'application/json', ...request.headers },
      body: request.body,
      signal: request.signal,
    })
    const retryAfter = response.headers['retry-after']
    return ok({
      status: response.status,
      body: parseJson(response.text),
      retryAfter: typeof retryAfter === 'string' ? retryAfter : null,
    })
  } catch (error) {
    return err(unreachable(url, reasonOf(error), error))
  }
}

/** What the server refused and why: its own sentence where it gave one. */
export function refusal(answer: Answer, fallback: string): YaguraError {
  const said = problem.safeParse(answer.body).data
  const code: ErrorCode =
    answer.status === 401 ? 'UNAUTHENTICATED' : answer.status === 403 ? 'FORBIDDEN' : 'UNAVAILABLE'
  const sentence = said?.detail || said?.title
  return new YaguraError(code, sentence ? `${fallback}: ${sentence}` : `${fallback} (status ${answer.status}).`, {
    ...(said?.hint ? { hint: said.hint } : {}),
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
