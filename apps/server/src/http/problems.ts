// Every error of every listener as problem details (RFC 9457): our code, one sentence, a hint. Causes go to the log only.
import { ERROR_CODES, type ErrorCode, type Logger, YaguraError } from '@yagura/kernel'
import type { Problem } from '@yagura/schema'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

const TITLES: Partial<Record<ErrorCode, string>> = {
  UNAUTHENTICATED: 'Not signed in',
  FORBIDDEN: 'Not allowed',
  NOT_FOUND: 'Not found',
  CONFLICT: 'Conflict',
  RATE_LIMITED: 'Too many requests',
  UNAVAILABLE: 'Not available now',
  DATABASE: 'Database not available',
  LIMIT_EXCEEDED: 'Too large',
  INTERNAL: 'Internal error',
}

/** Seconds after which coming back makes sense, spread so that many clients do not come at once. */
function retryAfter(status: number): string | undefined {
  // a database that died is back within two seconds, and events must flow again within ten
  if (status === 503) return String(1 + Math.floor(Math.random() * 3))
  return status === 429 ? '30' : undefined
}

export function problemOf(error: YaguraError): Problem {
  const { status } = ERROR_CODES[error.code]
  const isInternal = error.code === 'INTERNAL'
  return {
    type: `urn:yagura:problem:${error.code.toLowerCase().replaceAll('_', '-')}`,
    title: TITLES[error.code] ?? 'Request refused',
    status,
    detail: isInternal ? 'The server made a mistake; its log says more.' : error.message,
    code: error.code,
    ...(error.hint === undefined || isInternal ? {} : { hint: error.hint }),
  }
}

export function sendProblem(reply: FastifyReply, error: YaguraError): FastifyReply {
  const problem = problemOf(error)
  const after = retryAfter(problem.status)
  if (after !== undefined) reply.header('retry-after', after)
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify(problem))
}

/** Errors of fastify itself (body too large, wrong media type, no route) in the same form. */
export function toCoded(thrown: unknown): YaguraError {
  if (thrown instanceof YaguraError) return thrown
  const { statusCode, code } = thrown as Partial<FastifyError>
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new YaguraError('LIMIT_EXCEEDED', 'The request is too large.')
  if (statusCode === 415) return new YaguraError('INPUT_UNSUPPORTED', 'The body must be JSON.')
  if (statusCode === 429) return new YaguraError('RATE_LIMITED', 'Too many requests from this address.')
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new YaguraError('INPUT_INVALID', 'The request is not well-formed.', { cause: thrown })
  return new YaguraError('INTERNAL', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown })
}

export function handleProblems(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler((thrown, request: FastifyRequest, reply) => {
    const error = toCoded(thrown)
    const { status } = ERROR_CODES[error.code]
    if (status >= 500)
      logger.error(
        { code: error.code, err: error.cause ?? error, method: request.method, route: request.routeOptions.url },
        error.message,
      )
    return sendProblem(reply, error)
  })
}

/** JSON bodies; an empty one with the media type of JSON is no body, as many programs send it. */
export function readJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else parse(request, String(body), done)
  })
}

export function answerNothingElse(app: FastifyInstance): void {
  app.setNotFoundHandler((_request, reply) =>
    sendProblem(reply, new YaguraError('NOT_FOUND', 'There is nothing here.')),
  )
}
