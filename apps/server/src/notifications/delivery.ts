// Sends what waits for webhooks. A failure is told once in the audit log, and once more when it ends; between them attempts grow rare.
import { newId, YaguraError } from '@yagura/kernel'
import { createWebhookClient, postWebhook, type WebhookTarget } from '@yagura/notify'
import type { Notification } from '@yagura/schema'
import { type Delivery, noteDelivered, noteFailed, takeDelivery } from '@yagura/store'
import { type Context, nowOf } from '../context.ts'
import { audit } from '../sign-in/audit.ts'
import { createLoop, type Loop } from '../upkeep/loop.ts'
import { openTarget } from './target.ts'

const EVERY_MS = 1000
const ACTOR = 'yagura'

export function startDelivery(context: Context): Loop {
  const client = createWebhookClient(context.settings.webhooks, context.stopping, context.clock)
  const loop = createLoop('notifications', EVERY_MS, context.logger, async (signal) => {
    for (const tenant of await context.database.store.tenants())
      while (!signal.aborted && (await deliverNext(context, client, tenant.id)));
  })
  return {
    wake: () => loop.wake(),
    async stop() {
      await loop.stop()
      client.close()
    },
  }
}

type Client = ReturnType<typeof createWebhookClient>

/** false: nothing was due. */
async function deliverNext(context: Context, client: Client, tenantId: string): Promise<boolean> {
  const { store } = context.database
  const delivery = await store.inTenant(tenantId, takeDelivery)
  if (!delivery) return false
  const problem = await send(context, client, delivery)
  if (context.stopping.aborted && problem !== undefined) return false
  await store.inTenant(tenantId, async (tx) => {
    const { webhook } = delivery
    if (problem === undefined) {
      await noteDelivered(tx, delivery)
      if (webhook.failures > 0) await tell(context, tx, webhook.name, 'allowed', 'messages arrive again')
      return
    }
    const givenUp = await noteFailed(tx, delivery, problem, Math.random())
    if (webhook.failures === 0) await tell(context, tx, webhook.name, 'failed', problem)
    if (givenUp > 0) await tell(context, tx, webhook.name, 'failed', `${givenUp} messages were given up after a day`)
  })
  return true
}

type Tx = Parameters<typeof audit>[1]

function tell(context: Context, tx: Tx, target: string, outcome: 'allowed' | 'failed', detail: string): Promise<void> {
  return audit(context, tx, { actor: ACTOR, action: 'deliverNotifications', target, outcome, detail })
}

/** What went wrong, in a sentence. */
async function send(
  context: Context,
  client: Client,
  { webhook, notifications }: Delivery,
): Promise<string | undefined> {
  if (notifications.length === 0) return undefined
  try {
    const placed = notifications.map((one) => ({ ...one, url: pageOf(context, one) }))
    await postTo(context, client, openTarget(context, webhook), placed)
    return undefined
  } catch (thrown) {
    if (thrown instanceof YaguraError) return thrown.message
    context.logger.warn({ err: thrown, webhook: webhook.name }, 'a message could not be sent')
    return 'The message could not be sent.'
  }
}

function pageOf({ settings }: Context, { topic, id }: Pick<Notification, 'topic' | 'id'>): string {
  return `${settings.publicUrl}${topic === 'incident' ? '/incidents/' : '/compliance/results/'}${id}`
}

export function postTo(
  context: Context,
  client: Client,
  target: WebhookTarget,
  notifications: Notification[],
): Promise<number> {
  const now = nowOf(context)
  return postWebhook(
    client,
    target,
    { version: 1, delivery: newId(now.getTime()), sentAt: now.toISOString(), notifications },
    now.getTime(),
  )
}
