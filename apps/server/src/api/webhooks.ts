// Webhooks: for admins. The address is checked again at every sending; what it is, and the secret, is told to nobody afterwards.
import { randomBytes } from 'node:crypto'
import { newId, YaguraError } from '@yagura/kernel'
import { createWebhookClient } from '@yagura/notify'
import { createWebhook, deleteWebhook, findWebhook, listWebhooks } from '@yagura/store'
import { nowOf } from '../context.ts'
import { postTo } from '../notifications/delivery.ts'
import { openTarget, sealTarget } from '../notifications/target.ts'
import { audit } from '../sign-in/audit.ts'
import type { Handlers } from './handler.ts'

type Webhooks = 'listWebhooks' | 'createWebhook' | 'testWebhook' | 'deleteWebhook'

const SECRET_PREFIX = 'ygw_'

export const webhookHandlers: Pick<Handlers, Webhooks> = {
  listWebhooks: ({ context, caller }) => context.database.store.inTenant(caller.tenantId, listWebhooks),
  createWebhook: ({ context, caller, body, request }) =>
    context.database.store.inTenant(caller.tenantId, async (tx) => {
      const now = nowOf(context)
      const id = newId(now.getTime())
      const { host, username, password } = new URL(body.url)
      if (username !== '' || password !== '')
        throw new YaguraError('INPUT_INVALID', 'The address must not hold a name and a password.')
      const secret = `${SECRET_PREFIX}${randomBytes(32).toString('base64url')}`
      const webhook = await createWebhook(tx, {
        id,
        name: body.name,
        host,
        sealed: sealTarget(context, id, { url: body.url, secret }),
        topics: [...new Set(body.topics)],
        leastSeverity: body.leastSeverity,
        createdAt: now,
        createdBy: caller.actor,
      })
      await audit(context, tx, {
        actor: caller.actor,
        action: 'createWebhook',
        target: body.name,
        outcome: 'allowed',
        address: request.ip,
        detail: `${host}: ${webhook.topics.join(', ')}`,
      })
      return { ...webhook, secret }
    }),
  testWebhook: async ({ context, caller, params, request }) => {
    const { store } = context.database
    const webhook = await store.inTenant(caller.tenantId, (tx) => findWebhook(tx, params.id))
    if (!webhook) throw noWebhook()
    const client = createWebhookClient(context.settings.webhooks, context.stopping, context.clock)
    const now = nowOf(context)
    const title = { en: 'A test of Yagura', ja: 'Yagura からのテスト', zh: '来自 Yagura 的测试' }
    const notification = {
      id: newId(now.getTime()),
      topic: 'test',
      at: now.toISOString(),
      severity: 'unknown',
    } as const
    const problem = await postTo(context, client, openTarget(context, webhook), [
      { ...notification, title, subject: webhook.name, url: context.settings.publicUrl },
    ])
      .then(() => null)
      .catch((thrown) => {
        if (thrown instanceof YaguraError) return [thrown.message, thrown.hint].filter(Boolean).join(' ')
        throw thrown
      })
      .finally(() => client.close())
    await store.inTenant(caller.tenantId, (tx) =>
      audit(context, tx, {
        actor: caller.actor,
        action: 'testWebhook',
        target: webhook.name,
        outcome: problem === null ? 'allowed' : 'failed',
        address: request.ip,
        detail: problem,
      }),
    )
    return { delivered: problem === null, problem }
  },
  deleteWebhook: async ({ context, caller, params, request }) => {
    await context.database.store.inTenant(caller.tenantId, async (tx) => {
      const name = await deleteWebhook(tx, params.id)
      if (name === undefined) throw noWebhook()
      await audit(context, tx, {
        actor: caller.actor,
        action: 'deleteWebhook',
        target: name,
        outcome: 'allowed',
        address: request.ip,
      })
    })
    return null
  },
}

function noWebhook(): YaguraError {
  return new YaguraError('NOT_FOUND', 'There is no webhook with this id.')
}
