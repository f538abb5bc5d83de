// JSON that strangers wrote: bounded in size and depth, and without keys that can change what other objects are.
import { err, ok, type Result, YaguraError } from '@yagura/kernel'

export interface JsonLimits {
  readonly jsonBytes: number
  readonly jsonDepth: number
}

/** Errors: INPUT_INVALID (not JSON), LIMIT_EXCEEDED (too large, too deep). `what` is named in the sentence. */
export function parseJson(bytes: Uint8Array, limits: JsonLimits, what: string): Result<unknown, YaguraError> {
  if (bytes.length > limits.jsonBytes)
    return err(new YaguraError('LIMIT_EXCEEDED', `${what} is larger than ${limits.jsonBytes} bytes.`))
  if (depthOf(bytes, limits.jsonDepth) > limits.jsonDepth)
    return err(new YaguraError('LIMIT_EXCEEDED', `${what} is nested deeper than ${limits.jsonDepth} levels.`))
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
  try {
    return ok(text.includes('__proto__') || text.includes('\\u') ? JSON.parse(text, withoutProto) : JSON.parse(text))
  } catch (error) {
    return err(new YaguraError('INPUT_INVALID', `${what} is not JSON.`, { cause: error }))
  }
}

/** JSON.parse makes `__proto__` an own key, which a later spread or assignment would turn into a prototype. */
function withoutProto(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value
}

/** Greatest nesting, or any number above `stopAt`; looks at bytes only, so that nothing is built before it is known to be small. */
function depthOf(bytes: Uint8Array, stopAt: number): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (inString) {
      if (byte === 0x5c) at++
      else if (byte === 0x22) inString = false
    } else if (byte === 0x22) inString = true
    else if (byte === 0x7b || byte === 0x5b) {
      depth++
      if (depth > deepest) deepest = depth
      if (deepest > stopAt) return deepest
    } else if (byte === 0x7d || byte === 0x5d) depth--
  }
  return deepest
}
