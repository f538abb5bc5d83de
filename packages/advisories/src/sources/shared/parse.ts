// JSON of a feed by its schema, and what is wrong with it in one sentence.
import { defaultLimits, err, ok, type Result, toYaguraError, YaguraError } from '@yagura/kernel'
import { parseJson } from '@yagura/safe-io'
import { z } from 'zod'

/** `kind`: what it should be, with its article: `an OSV record`. */
export function parseAs<T>(
  schema: z.ZodType<T>,
  bytes: Uint8Array,
  file: string,
  kind: string,
): Result<T, YaguraError> {
  const json = parseJson(bytes, defaultLimits, file)
  return json.ok ? checkAs(schema, json.value, file, kind) : json
}

export function checkAs<T>(schema: z.ZodType<T>, value: unknown, file: string, kind: string): Result<T, YaguraError> {
  try {
    return ok(schema.parse(value))
  } catch (error) {
    if (!(error instanceof z.ZodError)) return err(toYaguraError(error))
    const issue = error.issues[0]
    const where = issue?.path.length ? `${issue.path.join('.')}: ` : ''
    return err(new YaguraError('INPUT_INVALID', `${file} is not ${kind}: ${where}${issue?.message ?? 'invalid'}.`))
  }
}
