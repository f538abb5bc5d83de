// Bytes → a checked document of an image.
import { err, type Limits, ok, type Result, YaguraError } from '@yagura/kernel'
import { parseJson } from '@yagura/safe-io'
import type { z } from 'zod'

/** Errors: INPUT_INVALID, LIMIT_EXCEEDED. `what` is named in the sentence. */
export function parseDocument<T>(
  schema: z.ZodType<T>,
  bytes: Uint8Array,
  limits: Limits,
  what: string,
): Result<T, YaguraError> {
  const json = parseJson(bytes, limits, what)
  if (!json.ok) return json
  const parsed = schema.safeParse(json.value)
  if (parsed.success) return ok(parsed.data)
  const issue = parsed.error.issues[0]
  const at = issue && issue.path.length > 0 ? ` (${issue.path.join('.')}: ${issue.message})` : ''
  return err(new YaguraError('INPUT_INVALID', `${what} does not have the form of its kind${at}.`))
}
