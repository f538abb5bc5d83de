// Every route of the table: who may call it, what it takes, what it answers. Handlers see parsed input only.
import { YaguraError } from '@yagura/kernel'
import { type OperationId, type Route, routes } from '@yagura/schema'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Context } from '../context.ts'
import { audit } from '../sign-in/audit.ts'
import { type Authenticator, type Caller, hasCsrfToken, hasRole } from '../sign-in/authenticate.ts'
import { handlers } from './handlers.ts'

export interface ApiOptions {
  readonly validateResponses?: boolean
}

type AnyHandler = (call: Record<string, unknown>) => Promise<unknown>

export function registerApi(
  app: FastifyInstance,
  context: Context,
  authenticator: Authenticator,
  options: ApiOptions,
): void {
  for (const [id, route] of Object.entries(routes) as [OperationId, Route][]) {
    const handler = handlers(authenticator)[id] as unknown as AnyHandler
    app.route({
      method: route.method,
      url: route.path.replace(/\{(\w+)\}/g, ':$1'),
      handler: async (request, reply) => {
        const caller = route.role === 'public' ? null : await authenticator.authenticate(request)
        if (caller) await refuseForbidden(context, route, id, caller, request)
        const answer = await handler({
          context,
          caller,
          params: parse(route.params, request.params, 'path'),
          query: parse(route.query, request.query, 'query'),
          body: parse(route.body, request.body, 'body'),
          request,
          reply,
        })
        if (route.kind === 'stream') return reply
        reply.header('cache-control', 'no-store').code(route.status ?? 200)
        if (route.status === 204) return reply.send()
        return reply.send(options.validateResponses ? route.response.parse(answer) : answer)
      },
    })
  }
}

async function refuseForbidden(
  context: Context,
  route: Route,
  id: OperationId,
  caller: Caller,
  request: FastifyRequest,
): Promise<void> {
  const refusal = refusalOf(route, caller, request)
  if (!refusal) return
  if (route.method !== 'GET')
    await context.database.store.inTenant(caller.tenantId, (tx) =>
      audit(context, tx, {
        actor: caller.actor,
        action: id,
        target: request.url.slice(0, 512),
        outcome: 'denied',
        address: request.ip,
        detail: refusal.message,
      }),
    )
  throw refusal
}

function refusalOf(route: Route, caller: Caller, request: FastifyRequest): YaguraError | undefined {
  if (route.role !== 'public' && !hasRole(caller, route.role))
    return new YaguraError('FORBIDDEN', `This needs the role ${route.role}; yours is ${caller.role}.`)
  if (!hasCsrfToken(caller, request))
    return new YaguraError('FORBIDDEN', 'The request does not carry the CSRF token of the session.', {
      hint: 'Send csrfToken of GET /api/v1/session in the header x-yagura-csrf.',
    })
  return undefined
}

function parse(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (!schema) return undefined
  const parsed = schema.safeParse(value ?? {})
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const path = [where, ...(issue?.path ?? [])].join('.')
  if (where === 'path') throw new YaguraError('NOT_FOUND', 'There is nothing with this id.')
  throw new YaguraError('INPUT_INVALID', `${path}: ${issue?.message ?? 'not as expected'}.`)
}
