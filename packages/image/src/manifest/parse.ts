// Bytes → a checked document of an image.
import { err, type Limits, ok, type Result, toYaguraError, YaguraError } from '@yagura/kernel'
import { parseJson } from '@yagura/safe-io/json'
import type { Shape } from './shape.ts'

/** Errors: INPUT_INVALID, LIMIT_EXCEEDED. `what` is named in the sentence. */
export function parseDocument<T>(
  shape: Shape<T>,
  bytes: Uint8Array,
  limits: Limits,
  what: string,
): Result<T, YaguraError> {
  const json = parseJson(bytes, limits, what)
  if (!json.ok) return json
  try {
    return ok(shape(json.value, ''))
  } catch (error) {
    const { message } = toYaguraError(error)
    return err(new YaguraError('INPUT_INVALID', `${what} does not have the form of its kind: ${message}.`))
  }
}
