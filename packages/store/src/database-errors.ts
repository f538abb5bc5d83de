// What a database error means for the caller: try again, come back later, or a fault of ours.
// Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
import { YaguraError } from '@yagura/kernel'

const TRY_AGAIN = new Set(['40001', '40P01', '55P03'])
const CONNECTION = /^(08|57P0[1-5])/
const RESOURCES = /^53/
/** A cursor or filter with a value that its column cannot have. */
const MALFORMED = new Set(['22003', '22007', '22008', '22P02', '22021'])
const SOCKET = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND'])

function codeOf(thrown: unknown): string {
  const code = (thrown as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}

export function isConnectionLoss(thrown: unknown): boolean {
  const code = codeOf(thrown)
  if (CONNECTION.test(code) || SOCKET.has(code)) return true
  return thrown instanceof Error && /Connection terminated|connection timeout|not queryable/i.test(thrown.message)
}

export function isRetryable(thrown: unknown): boolean {
  return !(thrown instanceof YaguraError) && (TRY_AGAIN.has(codeOf(thrown)) || isConnectionLoss(thrown))
}

/** Any thrown value as an error of the catalogue. Disk and connection trouble passes; the caller should come back. */
export function databaseProblem(thrown: unknown): unknown {
  if (thrown instanceof YaguraError) return thrown
  const code = codeOf(thrown)
  if (code === '53100')
    return new YaguraError('UNAVAILABLE', 'The disk of the database is full.', {
      cause: thrown,
      hint: 'Free disk space; what agents send meanwhile waits in their spools.',
    })
  if (RESOURCES.test(code))
    return new YaguraError('UNAVAILABLE', 'The database has no resources left for this.', { cause: thrown })
  if (isConnectionLoss(thrown))
    return new YaguraError('DATABASE', 'The database cannot be reached.', { cause: thrown, hint: 'Try again shortly.' })
  if (code === '28000' || code === '28P01' || code === '3D000')
    return new YaguraError('DATABASE', `The database refused the connection: ${(thrown as Error).message}.`, {
      cause: thrown,
      hint: 'Check YAGURA_DATABASE_URL.',
    })
  if (code === '57014')
    return new YaguraError('UNAVAILABLE', 'The query took too long.', {
      cause: thrown,
      hint: 'Narrow the filter or the time range.',
    })
  if (MALFORMED.has(code))
    return new YaguraError('INPUT_INVALID', 'A value of the request is not of the form that is expected.', {
      cause: thrown,
    })
  return thrown
}
