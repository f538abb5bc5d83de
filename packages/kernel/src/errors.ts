// The one catalogue of coded errors. A code is stable and documented; the sentence tells the reader what to do next.

/** code → HTTP status it maps to at the API, and process exit code of the CLI. */
export const ERROR_CODES = {
  // input the user named
  INPUT_NOT_FOUND: { status: 404, exit: 2 },
  INPUT_INVALID: { status: 400, exit: 2 },
  INPUT_TRUNCATED: { status: 400, exit: 2 },
  INPUT_UNSUPPORTED: { status: 400, exit: 2 },
  LIMIT_EXCEEDED: { status: 413, exit: 2 },
  INTEGRITY: { status: 422, exit: 2 },
  // advisory database
  ADVISORY_DB_MISSING: { status: 503, exit: 2 },
  ADVISORY_DB_INVALID: { status: 422, exit: 2 },
  ADVISORY_DB_VERSION: { status: 422, exit: 2 },
  // server and API
  UNAUTHENTICATED: { status: 401, exit: 2 },
  FORBIDDEN: { status: 403, exit: 2 },
  NOT_FOUND: { status: 404, exit: 2 },
  CONFLICT: { status: 409, exit: 2 },
  RATE_LIMITED: { status: 429, exit: 2 },
  UNAVAILABLE: { status: 503, exit: 2 },
  INTERNAL: { status: 500, exit: 2 },
  // this machine
  PORT_IN_USE: { status: 500, exit: 2 },
  PERMISSION: { status: 500, exit: 2 },
  SERVER_UNREACHABLE: { status: 502, exit: 2 },
  DATABASE: { status: 503, exit: 2 },
  SENSOR: { status: 500, exit: 2 },
  USAGE: { status: 400, exit: 2 },
} as const

export type ErrorCode = keyof typeof ERROR_CODES

export interface YaguraErrorOptions {
  readonly cause?: unknown
  /** What to do next, as one sentence. Shown after the message. */
  readonly hint?: string
}

/** An error with a stable code and a sentence a user can act on. The cause is kept for logs and never shown to strangers. */
export class YaguraError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, options: YaguraErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'YaguraError'
    this.code = code
    this.hint = options.hint
  }
}

/** Any thrown value as a YaguraError; unknown ones become INTERNAL with the original kept as cause. */
export function toYaguraError(thrown: unknown): YaguraError {
  if (thrown instanceof YaguraError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new YaguraError('INTERNAL', message, { cause: thrown })
}
