// The type of a handler follows from its route: a missing handler, or one of another shape, does not compile.
import type { OperationId, Routes } from '@yagura/schema'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Context } from '../context.ts'
import type { Caller } from '../sign-in/authenticate.ts'

type Out<R, K extends string> = R extends Record<K, infer S extends z.ZodType> ? z.output<S> : undefined

export interface Call<Id extends OperationId> {
  readonly context: Context
  /** Null for public operations only. */
  readonly caller: Routes[Id]['role'] extends 'public' ? null : Caller
  readonly params: Out<Routes[Id], 'params'>
  readonly query: Out<Routes[Id], 'query'>
  readonly body: Out<Routes[Id], 'body'>
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** Operations that stream write the reply themselves and answer null, as those with status 204 do. */
type Answer<Id extends OperationId> = Routes[Id] extends { kind: 'stream' } ? null : z.input<Routes[Id]['response']>

export type Handler<Id extends OperationId> = (call: Call<Id>) => Promise<Answer<Id>>
export type Handlers = { readonly [Id in OperationId]: Handler<Id> }
