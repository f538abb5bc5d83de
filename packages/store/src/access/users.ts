// People of a tenant, and the one-time tokens with which they come in.
import type { Role, User } from '@yagura/schema'
import { sql } from 'kysely'
import { readFilter } from '../lists/filter.ts'
import { listPage, type Page } from '../lists/page.ts'
import type { ListRequest } from '../lists/request.ts'
import type { Tx } from '../store.ts'
import { isoTime } from '../time.ts'

interface UserRow {
  id: string
  name: string
  role: string
  created_at: Date
  last_sign_in_at: Date | null
}

function toUser(row: UserRow): User {
  return {
    id: row.id,
    name: row.name,
    role: row.role as Role,
    createdAt: isoTime(row.created_at),
    lastSignInAt: row.last_sign_in_at && isoTime(row.last_sign_in_at),
  }
}

const COLUMNS = { name: sql`u.name`, role: sql`u.role` }

export async function listUsers(tx: Tx, request: ListRequest): Promise<Page<User>> {
  const filter = readFilter('users', COLUMNS, request.filter)
  const page = await listPage<UserRow>(
    tx,
    {
      columns: sql`u.*`,
      from: sql`users u`,
      id: [sql`u.id`],
      sorts: {
        name: { expression: sql`u.name`, type: 'text' },
        createdAt: { expression: sql`u.created_at`, type: 'timestamptz' },
      },
      defaultSort: 'name',
    },
    filter ? [filter.sql] : [],
    request,
  )
  return { ...page, items: page.items.map(toUser) }
}

export async function createUser(tx: Tx, user: { id: string; name: string; role: Role; createdAt: Date }) {
  const row = await tx
    .insertInto('users')
    .values({ id: user.id, name: user.name, role: user.role, created_at: user.createdAt })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
  return row && toUser(row)
}

export async function findUser(tx: Tx, by: { id: string } | { name: string }): Promise<User | undefined> {
  const query = tx.selectFrom('users').selectAll()
  const row = await ('id' in by ? query.where('id', '=', by.id) : query.where('name', '=', by.name)).executeTakeFirst()
  return row && toUser(row)
}

/** Sessions and links go with the person. False: there is nobody with this id. */
export async function deleteUser(tx: Tx, id: string): Promise<boolean> {
  const row = await tx.deleteFrom('users').where('id', '=', id).returning('id').executeTakeFirst()
  return row !== undefined
}

/** How many can still let others in. */
export async function countAdmins(tx: Tx): Promise<number> {
  // two admins who take each other out at once must not both succeed
  const rows = await tx.selectFrom('users').select('id').where('role', '=', 'admin').orderBy('id').forUpdate().execute()
  return rows.length
}

/** Whether anybody has ever signed in: until then the first sign-in link is printed at every start. */
export async function anyoneSignedIn(tx: Tx): Promise<boolean> {
  const row = await tx.selectFrom('users').select('id').where('last_sign_in_at', 'is not', null).limit(1).execute()
  return row.length > 0
}

export async function saveSignInToken(tx: Tx, token: { hash: Buffer; userId: string; expiresAt: Date }): Promise<void> {
  await tx
    .insertInto('sign_in_tokens')
    .values({ hash: token.hash, user_id: token.userId, expires_at: token.expiresAt })
    .execute()
}

/** Uses the token up; its user, once. */
export async function redeemSignInToken(tx: Tx, hash: Buffer, now: Date): Promise<User | undefined> {
  const used = await tx
    .updateTable('sign_in_tokens')
    .set({ used_at: now })
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('user_id')
    .executeTakeFirst()
  if (!used) return undefined
  const row = await tx
    .updateTable('users')
    .set({ last_sign_in_at: now })
    .where('id', '=', used.user_id)
    .returningAll()
    .executeTakeFirst()
  return row && toUser(row)
}
