// The body of an answer, given up when almost nothing arrives. Only time spent waiting for the server counts, not time that the
// reader takes for what it has.
import type { IncomingMessage } from 'node:http'
import { YaguraError } from '@yagura/kernel'
import { connectionError } from './exchange.ts'
import type { FetchPolicy } from './policy.ts'

/** Errors: UNAVAILABLE. */
export async function* pacedBody(response: IncomingMessage, url: URL, policy: FetchPolicy): AsyncGenerator<Uint8Array> {
  const { paceWindowMs, minBytesPerSecond } = policy
  const least = (minBytesPerSecond * paceWindowMs) / 1000
  const chunks = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let windowBytes = 0
  let waitedMs = 0
  let timer: NodeJS.Timeout | undefined

  function endWindow(): void {
    if (windowBytes < least)
      return void response.destroy(
        new YaguraError('UNAVAILABLE', `${url.host} sends less than ${minBytesPerSecond} bytes a second.`),
      )
    windowBytes = 0
    waitedMs = 0
    timer = setTimeout(endWindow, paceWindowMs)
  }

  try {
    while (true) {
      const startedMs = performance.now()
      timer = setTimeout(endWindow, Math.max(1, paceWindowMs - waitedMs))
      const next = await chunks.next()
      clearTimeout(timer)
      if (next.done) return
      waitedMs += performance.now() - startedMs
      windowBytes += next.value.length
      yield next.value
    }
  } catch (error) {
    throw connectionError(error, url, policy)
  } finally {
    clearTimeout(timer)
    response.destroy()
  }
}
