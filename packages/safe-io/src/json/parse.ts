// JSON that strangers wrote: bounded in size and depth, and without keys that can change what other objects are.
import { err, ok, type Result, YaguraError } from '@yagura/kernel'

export interface JsonLimits {
  readonly jsonBytes: number
  readonly jsonDepth: number
  /** Left out: any number that fits into jsonBytes. */
  readonly jsonValues?: number
}

/** Errors: INPUT_INVALID (not JSON), LIMIT_EXCEEDED (too large, too deep, too many values). `what` is named in the sentence. */
export function parseJson(bytes: Uint8Array, limits: JsonLimits, what: string): Result<unknown, YaguraError> {
  if (bytes.length > limits.jsonBytes)
    return err(new YaguraError('LIMIT_EXCEEDED', `${what} is larger than ${limits.jsonBytes} bytes.`))
  const { jsonDepth, jsonValues = Number.POSITIVE_INFINITY } = limits
  const { depth, values } = measure(bytes, jsonDepth, jsonValues)
  if (depth > jsonDepth)
    return err(new YaguraError('LIMIT_EXCEEDED', `${what} is nested deeper than ${jsonDepth} levels.`))
  if (values > jsonValues)
    return err(new YaguraError('LIMIT_EXCEEDED', `${what} holds more than ${jsonValues} values.`))
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

/** Greatest nesting and number of values, or as far as either is too much. Looks at bytes only: nothing is built before it is known to be small. */
function measure(bytes: Uint8Array, mostDepth: number, mostValues: number): { depth: number; values: number } {
  let depth = 0
  let deepest = 0
  let values = 1
  let inString = false
  for (let at = 0; at < bytes.length && deepest <= mostDepth && values <= mostValues; at++) {
    const byte = bytes[at]
    if (inString) {
      if (byte === 0x5c) at++
      else if (byte === 0x22) inString = false
    } else if (byte === 0x22) inString = true
    else if (byte === 0x2c) values++
    else if (byte === 0x7b || byte === 0x5b) {
      if (!closesNext(bytes, at)) values++
      depth++
      if (depth > deepest) deepest = depth
    } else if (byte === 0x7d || byte === 0x5d) depth--
  }
  return { depth: deepest, values }
}

function closesNext(bytes: Uint8Array, at: number): boolean {
  let next = at + 1
  while (bytes[next] === 0x20 || bytes[next] === 0x0a || bytes[next] === 0x0d || bytes[next] === 0x09) next++
  return bytes[next] === 0x7d || bytes[next] === 0x5d
}
