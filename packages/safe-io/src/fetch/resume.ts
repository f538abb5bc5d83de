// A large body of a size that is known, taken up where it broke off (RFC 9110, 14: Range). Servers that know no ranges send all
// again, and what was had is skipped.
import { YaguraError } from '@yagura/kernel'
import type { FetchClient, FetchResponse } from './client.ts'
import { isTransient } from './exchange.ts'
import { pauseBefore, sleep } from './pause.ts'

/** An attempt that brought this much was a good one: the count begins again. */
const PROGRESS_BYTES = 1024 * 1024

export interface Resumable {
  /** Named in errors. */
  readonly what: string
  readonly sizeBytes: number
  /** Asks for the bytes from there on; `range` is the header to send, if any. Status 200 or 206. */
  open(range: Readonly<Record<string, string>>): Promise<FetchResponse>
}

/** Exactly `sizeBytes` from `startBytes` on. Errors: INTEGRITY when there are more, UNAVAILABLE when they never come. */
export async function* resumingBody(
  source: Resumable,
  client: FetchClient,
  startBytes = 0,
): AsyncGenerator<Uint8Array> {
  const { sizeBytes, what } = source
  let at = startBytes
  let attempt = 1
  while (at < sizeBytes) {
    const before = at
    try {
      const response = await source.open(at === 0 ? {} : { range: `bytes=${at}-` })
      let skip = at - firstByte(response, at, what)
      for await (const chunk of response.body) {
        const part = chunk.subarray(Math.min(skip, chunk.length))
        skip -= chunk.length - part.length
        if (part.length === 0) continue
        at += part.length
        if (at > sizeBytes) throw new YaguraError('INTEGRITY', `${what} is larger than its manifest says.`)
        yield part
      }
      if (at < sizeBytes) throw new YaguraError('UNAVAILABLE', `${what} ends too early.`)
    } catch (error) {
      if (!isTransient(error)) throw error
      attempt = at - before >= PROGRESS_BYTES ? 1 : attempt + 1
      if (attempt > client.policy.attempts) throw error
      await sleep(pauseBefore(attempt - 1, undefined, client.policy), client.signal)
    }
  }
}

function firstByte(response: FetchResponse, wanted: number, what: string): number {
  if (response.status !== 206) return 0
  const first = /^bytes (\d{1,15})-/.exec(response.headers['content-range'] ?? '')?.[1]
  if (Number(first) === wanted) return wanted
  response.discard()
  throw new YaguraError('UNAVAILABLE', `${what} came with another part than was asked for.`)
}
