// API tokens: for programs, with a role and an end.
import type { ApiToken, TokenRole } from '@yagura/schema'
import { sql } from 'kysely'
import { readFilter } from '../lists/filter.ts'
import { listPage, type Page } from '../lists/page.ts'
import type { ListRequest } from '../lists/request.ts'
import type { Tx } from '../store.ts'
import { isoTime } from '../time.ts'

interface ApiTokenRow {
  id: string
  name: string
  role: string
  created_at: Date
  created_by: string
  last_used_at: Date | null
  expires_at: Date
}

function toApiToken(row: ApiTokenRow): ApiToken {
  return {
    id: row.id,
    name: row.name,
    role: row.role as TokenRole,
    createdAt: isoTime(row.created_at),
    createdBy: row.created_by,
    lastUsedAt: row.last_used_at && isoTime(row.last_used_at),
    expiresAt: isoTime(row.expires_at),
  }
}

const COLUMNS = { name: sql`t.name`, role: sql`t.role` }

export async function listApiTokens(tx: Tx, request: ListRequest): Promise<Page<ApiToken>> {
  const filter = readFilter('apiTokens', COLUMNS, request.filter)
  const page = await listPage<ApiTokenRow>(
    tx,
    {
      columns: sql`t.id, t.name, t.role, t.created_at, t.created_by, t.last_used_at, t.expires_at`,
      from: sql`api_tokens t`,
      id: [sql`t.id`],
      sorts: {
        name: { expression: sql`t.name`, type: 'text' },
        createdAt: { expression: sql`t.created_at`, type: 'timestamptz' },
        expiresAt: { expression: sql`t.expires_at`, type: 'timestamptz' },
      },
      defaultSort: '-createdAt',
    },
    filter ? [filter.sql] : [],
    request,
  )
  return { ...page, items: page.items.map(toApiToken) }
}

export async function createApiToken(
  tx: Tx,
  token: {
    id: string
    hash: Buffer
    name: string
    role: TokenRole
    createdAt: Date
    createdBy: string
    expiresAt: Date
  },
): Promise<ApiToken> {
  const row = await tx
    .insertInto('api_tokens')
    .values({
      id: token.id,
      hash: token.hash,
      name: token.name,
      role: token.role,
      created_at: token.createdAt,
      created_by: token.createdBy,
      expires_at: token.expiresAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toApiToken(row)
}

export interface StoredApiToken {
  readonly id: string
  readonly name: string
  readonly role: TokenRole
  readonly hash: Buffer
}

/** A valid token by its hash. `last_used_at` is written at most once a minute. */
export async function findApiToken(tx: Tx, hash: Buffer, now: Date): Promise<StoredApiToken | undefined> {
  const row = await tx
    .selectFrom('api_tokens')
    .select(['id', 'name', 'role', 'hash', 'last_used_at'])
    .where('hash', '=', hash)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  if (!row) return undefined
  if (!row.last_used_at || now.getTime() - row.last_used_at.getTime() > 60_000)
    await tx.updateTable('api_tokens').set({ last_used_at: now }).where('id', '=', row.id).execute()
  return { id: row.id, name: row.name, role: row.role as TokenRole, hash: row.hash }
}

export async function deleteApiToken(tx: Tx, id: string): Promise<string | undefined> {
  const row = await tx.deleteFrom('api_tokens').where('id', '=', id).returning('name').executeTakeFirst()
  return row?.name
}
