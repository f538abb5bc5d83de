// Where alarms are sent to. Address and secret are kept as the server sealed them.
import { YaguraError } from '@yagura/kernel'
import type { Webhook } from '@yagura/schema'
import { severityRank } from '@yagura/schema/severities'
import { sql } from 'kysely'
import type { Page } from '../lists/page.ts'
import { severityName } from '../lists/severity.ts'
import type { Tx } from '../store.ts'
import { isoTime } from '../time.ts'

const MAX_WEBHOOKS = 20

interface Row {
  id: string
  name: string
  host: string
  topics: Webhook['topics']
  least_severity: number
  created_at: Date
  created_by: string
  last_delivered_at: Date | null
  last_failure: string | null
  waiting: number
  dropped: number
}

/** All of them: there are few. */
export async function listWebhooks(tx: Tx): Promise<Page<Webhook>> {
  const { rows } =
    await sql<Row>`select w.*, (select count(*) from notifications n where n.webhook_id = w.id) as waiting
    from webhooks w order by w.id limit ${sql.lit(MAX_WEBHOOKS)}`.execute(tx)
  return { items: rows.map(toWebhook), next: null, total: rows.length, totalIsExact: true }
}

export interface NewWebhookRow {
  readonly id: string
  readonly name: string
  readonly host: string
  readonly sealed: Buffer
  readonly topics: Webhook['topics']
  readonly leastSeverity: Webhook['leastSeverity']
  readonly createdAt: Date
  readonly createdBy: string
}

/** Errors: CONFLICT where there are too many. */
export async function createWebhook(tx: Tx, webhook: NewWebhookRow): Promise<Webhook> {
  const { items } = await listWebhooks(tx)
  if (items.length >= MAX_WEBHOOKS)
    throw new YaguraError('CONFLICT', `There are ${MAX_WEBHOOKS} webhooks already; that is all there can be.`)
  const row = await tx
    .insertInto('webhooks')
    .values({
      id: webhook.id,
      name: webhook.name,
      host: webhook.host,
      sealed: webhook.sealed,
      topics: [...webhook.topics],
      least_severity: severityRank(webhook.leastSeverity),
      created_at: webhook.createdAt,
      created_by: webhook.createdBy,
      next_attempt_at: webhook.createdAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toWebhook({ ...row, topics: row.topics as Webhook['topics'], waiting: 0 })
}

export async function findWebhook(
  tx: Tx,
  id: string,
): Promise<{ id: string; name: string; sealed: Buffer } | undefined> {
  return tx.selectFrom('webhooks').select(['id', 'name', 'sealed']).where('id', '=', id).executeTakeFirst()
}

/** What waited for it is gone with it. */
export async function deleteWebhook(tx: Tx, id: string): Promise<string | undefined> {
  const row = await tx.deleteFrom('webhooks').where('id', '=', id).returning('name').executeTakeFirst()
  return row?.name
}

function toWebhook(row: Row): Webhook {
  return {
    id: row.id,
    name: row.name,
    host: row.host,
    topics: row.topics,
    leastSeverity: severityName(row.least_severity),
    createdAt: isoTime(row.created_at),
    createdBy: row.created_by,
    lastDeliveredAt: row.last_delivered_at && isoTime(row.last_delivered_at),
    lastFailure: row.last_failure,
    waiting: Number(row.waiting),
    dropped: row.dropped,
  }
}
