// A small body, whole.
import { YaguraError } from '@yagura/kernel'
import type { FetchResponse } from './client.ts'

/** Errors: LIMIT_EXCEEDED, UNAVAILABLE. */
export async function wholeBody(response: FetchResponse, maxBytes: number, what: string): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let total = 0
  for await (const chunk of response.body) {
    total += chunk.length
    if (total > maxBytes) throw new YaguraError('LIMIT_EXCEEDED', `${what} is larger than ${maxBytes} bytes.`)
    parts.push(chunk)
  }
  return Buffer.concat(parts, total)
}
