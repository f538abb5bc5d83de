// People, API tokens and the audit log: for admins.
import { newId, YaguraError } from '@yagura/kernel'
import {
  countAdmins,
  createUser,
  deleteApiToken,
  deleteUser,
  findUser,
  listApiTokens,
  listAuditLog,
  listUsers,
} from '@yagura/store'
import { nowOf } from '../context.ts'
import { issueApiToken } from '../sign-in/api-token.ts'
import { audit } from '../sign-in/audit.ts'
import { createLink } from '../sign-in/links.ts'
import type { Handlers } from './handler.ts'
import { read } from './inventory.ts'

type Access =
  | 'listApiTokens'
  | 'createApiToken'
  | 'revokeApiToken'
  | 'listUsers'
  | 'createUser'
  | 'deleteUser'
  | 'createSignInLink'
  | 'listAuditLog'

export const accessHandlers: Pick<Handlers, Access> = {
  listApiTokens: (call) => read(call, (tx) => listApiTokens(tx, call.query)),
  createApiToken: ({ context, caller, body, request }) =>
    issueApiToken(context, {
      tenantId: caller.tenantId,
      name: body.name,
      role: body.role,
      validDays: body.expiresInDays,
      entry: {
        actor: caller.actor,
        action: 'createApiToken',
        address: request.ip,
        detail: `role ${body.role}, ${body.expiresInDays} days`,
      },
    }),
  revokeApiToken: async ({ context, caller, params, request }) => {
    await context.database.store.inTenant(caller.tenantId, async (tx) => {
      const name = await deleteApiToken(tx, params.id)
      if (name === undefined) throw new YaguraError('NOT_FOUND', 'There is no API token with this id.')
      await audit(context, tx, {
        actor: caller.actor,
        action: 'revokeApiToken',
        target: name,
        outcome: 'allowed',
        address: request.ip,
      })
    })
    return null
  },
  listUsers: (call) => read(call, (tx) => listUsers(tx, call.query)),
  createUser: ({ context, caller, body, request }) =>
    context.database.store.inTenant(caller.tenantId, async (tx) => {
      const now = nowOf(context)
      const user = await createUser(tx, { id: newId(now.getTime()), name: body.name, role: body.role, createdAt: now })
      if (!user) throw new YaguraError('CONFLICT', `There is somebody named ${body.name} already.`)
      await audit(context, tx, {
        actor: caller.actor,
        action: 'createUser',
        target: user.name,
        outcome: 'allowed',
        address: request.ip,
        detail: `role ${user.role}`,
      })
      return user
    }),
  deleteUser: async ({ context, caller, params, request }) => {
    await context.database.store.inTenant(caller.tenantId, async (tx) => {
      const user = await findUser(tx, { id: params.id })
      if (!user) throw new YaguraError('NOT_FOUND', 'There is nobody with this id.')
      if (user.id === caller.session?.stored.userId)
        throw new YaguraError('CONFLICT', 'Nobody can take themselves out.', { hint: 'Another administrator can.' })
      if (user.role === 'admin' && (await countAdmins(tx)) < 2)
        throw new YaguraError('CONFLICT', 'This is the last administrator.', { hint: 'Add another one first.' })
      await deleteUser(tx, user.id)
      await audit(context, tx, {
        actor: caller.actor,
        action: 'deleteUser',
        target: user.name,
        outcome: 'allowed',
        address: request.ip,
      })
    })
    return null
  },
  createSignInLink: ({ context, caller, params, request }) =>
    context.database.store.inTenant(caller.tenantId, async (tx) => {
      const user = await findUser(tx, { id: params.id })
      if (!user) throw new YaguraError('NOT_FOUND', 'There is nobody with this id.')
      await audit(context, tx, {
        actor: caller.actor,
        action: 'createSignInLink',
        target: user.name,
        outcome: 'allowed',
        address: request.ip,
      })
      return createLink(context, tx, caller.tenantId, user.id)
    }),
  listAuditLog: (call) => read(call, (tx) => listAuditLog(tx, call.query)),
}
