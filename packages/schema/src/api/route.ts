// One route of the API as data: OpenAPI, the console's client and the server's checks all come from it.
import { z } from 'zod'

export const ROLES = ['viewer', 'analyst', 'admin'] as const
export const role = z.enum(ROLES)
/** Programs may have less than any person: an API server sends its audit log, and reads nothing. */
export const TOKEN_ROLES = ['audit-sender', ...ROLES] as const
export const tokenRole = z.enum(TOKEN_ROLES)
export type TokenRole = z.infer<typeof tokenRole>
export type Role = z.infer<typeof role>

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  /** Lowest role that may call it; `public` needs no sign-in. */
  readonly role: Role | 'public'
  readonly summary: string
  readonly tag: string
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  readonly response: z.ZodType
  readonly status?: 200 | 201 | 204
  /** `stream`: server-sent events whose data has the response's shape. */
  readonly kind?: 'json' | 'stream'
}

/** Keyset page: `next` goes into `?after=`; null on the last page. `total` is exact when `totalIsExact`. */
export function page<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable(),
    total: z.int().nonnegative(),
    totalIsExact: z.boolean(),
  })
}

export const listQuery = z.object({
  filter: z
    .string()
    .max(2048)
    .optional()
    .meta({ description: 'condition language, e.g. severity in (high, critical) and asset contains web' }),
  sort: z.string().max(64).optional().meta({ description: 'field, with - in front for descending' }),
  after: z.string().max(512).optional().meta({ description: 'cursor: next of the page before' }),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})

/** RFC 9457 problem details, with our code. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  hint: z.string().optional(),
})
export type Problem = z.infer<typeof problem>
