// The API client: types from the route table, requests from the generated list of operations. Works in a browser and in Node.
import type { z } from 'zod'
import { operations } from '../generated/operations.ts'
import type { Problem } from './api/route.ts'
import type { OperationId, Routes } from './api/routes.ts'

type InputOf<R, K extends string> = R extends Record<K, infer S extends z.ZodType> ? z.input<S> : undefined
type Defined<T> = { [K in keyof T as undefined extends T[K] ? (T[K] extends undefined ? never : K) : K]: T[K] }

/** What an operation takes: params and body where it has them, query always optional. */
export type RequestOf<Id extends OperationId> = Defined<{
  params: InputOf<Routes[Id], 'params'>
  body: InputOf<Routes[Id], 'body'>
}> & {
  query?: InputOf<Routes[Id], 'query'>
  signal?: AbortSignal
}
export type ResponseOf<Id extends OperationId> = z.output<Routes[Id]['response']>

/** The server said no: its problem details. */
export class ApiError extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail)
    this.name = 'ApiError'
    this.problem = problem
  }
}

export interface ClientOptions {
  /** Origin of the server, without a slash at the end; empty in the browser. */
  readonly baseUrl: string
  /** Headers of every request: CSRF token or bearer token. */
  readonly headers?: () => Record<string, string>
  readonly fetch?: typeof fetch
}

/** Path with its parameters filled in and the query behind it. */
export function operationUrl<Id extends OperationId>(
  baseUrl: string,
  id: Id,
  request: { params?: object; query?: object },
): string {
  const path = operations[id].path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String((request.params as Record<string, unknown> | undefined)?.[name])),
  )
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(request.query ?? {}))
    if (value !== undefined && value !== '') search.set(name, String(value))
  const text = search.toString()
  return `${baseUrl}${path}${text ? `?${text}` : ''}`
}

export type Client = <Id extends OperationId>(
  id: Id,
  ...request: object extends RequestOf<Id> ? [request?: RequestOf<Id>] : [request: RequestOf<Id>]
) => Promise<ResponseOf<Id>>

/** A client for every operation. Throws ApiError for what the server refuses, and the fetch error where it cannot be reached. */
export function createClient(options: ClientOptions): Client {
  const send = options.fetch ?? fetch
  return async (id, ...rest) => {
    const request = (rest[0] ?? {}) as { params?: object; query?: object; body?: unknown; signal?: AbortSignal }
    const response = await send(operationUrl(options.baseUrl, id, request), {
      method: operations[id].method,
      headers: {
        accept: 'application/json',
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers?.(),
      },
      credentials: 'same-origin',
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      ...(request.signal ? { signal: request.signal } : {}),
    })
    if (response.status === 204) return null as never
    const text = await response.text()
    if (response.ok) return JSON.parse(text)
    throw new ApiError(problemOf(response.status, text))
  }
}

function problemOf(status: number, text: string): Problem {
  try {
    const parsed = JSON.parse(text) as Problem
    if (typeof parsed.code === 'string') return parsed
  } catch {}
  return {
    type: 'about:blank',
    title: 'Error',
    status,
    detail: `The server answered with status ${status}.`,
    code: 'INTERNAL',
  }
}
