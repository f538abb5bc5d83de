// What waits for webhooks: taken by one server at a time, and gone when it was delivered, or when nobody took it for a day.
import type { LocalisedText, Notification } from '@yagura/schema'
import { sql } from 'kysely'
import { severityName } from '../lists/severity.ts'
import type { Tx } from '../store.ts'
import { isoTime } from '../time.ts'

const BATCH = 50
/** A server that took a delivery and died leaves it to others after this. */
const LEASE = sql`interval '2 minutes'`
const GIVEN_UP_AFTER = sql`interval '1 day'`
const FIRST_PAUSE_SECONDS = 15
const LONGEST_PAUSE_SECONDS = 3600

export interface Delivery {
  readonly webhook: { readonly id: string; readonly name: string; readonly sealed: Buffer; readonly failures: number }
  /** Rows that it stands for, those too whose subject is there no more. */
  readonly ids: readonly number[]
  readonly notifications: readonly Omit<Notification, 'url'>[]
}

/** The next delivery that is due, leased to the caller. */
export async function takeDelivery(tx: Tx): Promise<Delivery | undefined> {
  const { rows } = await sql<Delivery['webhook']>`update webhooks set next_attempt_at = now() + ${LEASE} where id = (
      select w.id from webhooks w where w.next_attempt_at <= now()
        and exists (select from notifications n where n.webhook_id = w.id)
      order by w.next_attempt_at, w.id limit 1 for update skip locked)
    returning id, name, sealed, failures`.execute(tx)
  const [webhook] = rows
  if (!webhook) return undefined
  const { rows: waiting } = await sql<Waiting>`
    with batch as (select * from notifications where webhook_id = ${webhook.id} order by id limit ${sql.lit(BATCH)})
    select b.id, b.topic, b.subject_id, i.title as incident, i.severity as incident_severity, i.report->'title' as incident_titles,
      i.report->'assetKeys' as asset_keys, i.opened_at, t.title as drift_titles, t.resource, t.at as turned_at, k.id as result_id,
      k.seen_severity as drift_severity
    from batch b
    left join incidents i on b.topic = 'incident' and i.id = b.subject_id
    left join compliance_transitions t on b.topic = 'drift' and t.id = b.subject_id
    left join lateral (select id, seen_severity from check_results c where c.agent_id = t.agent_id
      and c.check_name = t.check_name and c.resource = t.resource order by c.observed_at desc limit 1) k on true
    order by b.id`.execute(tx)
  return {
    webhook,
    ids: waiting.map(({ id }) => id),
    notifications: waiting.flatMap((row) => notificationOf(row) ?? []),
  }
}

interface Waiting {
  id: number
  topic: string
  subject_id: string
  incident: string | null
  incident_severity: number | null
  incident_titles: LocalisedText | null
  asset_keys: string[] | null
  opened_at: Date | null
  drift_titles: LocalisedText | null
  resource: string | null
  turned_at: Date | null
  result_id: string | null
  drift_severity: number | null
}

function notificationOf(row: Waiting): Omit<Notification, 'url'> | undefined {
  if (row.incident !== null && row.opened_at !== null)
    return {
      id: row.subject_id,
      topic: 'incident',
      at: isoTime(row.opened_at),
      severity: severityName(row.incident_severity ?? 0),
      title: row.incident_titles ?? { en: row.incident },
      subject: (row.asset_keys ?? []).join(', ').slice(0, 512),
    }
  if (row.drift_titles === null || row.turned_at === null) return undefined
  return {
    id: row.result_id ?? row.subject_id,
    topic: 'drift',
    at: isoTime(row.turned_at),
    severity: severityName(row.drift_severity ?? 0),
    title: row.drift_titles,
    subject: (row.resource ?? '').slice(0, 512),
  }
}

export async function noteDelivered(tx: Tx, { webhook, ids }: Delivery): Promise<void> {
  if (ids.length > 0)
    await tx
      .deleteFrom('notifications')
      .where('id', 'in', [...ids])
      .execute()
  await sql`update webhooks set failures = 0, last_failure = null, last_delivered_at = now(), next_attempt_at = now()
    where id = ${webhook.id}`.execute(tx)
}

/** How many were given up. The pause doubles with every failure; `jitter` from 0 to 1 draws it between half of that and the whole. */
export async function noteFailed(tx: Tx, { webhook }: Delivery, problem: string, jitter: number): Promise<number> {
  const bound = Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** Math.min(webhook.failures, 20))
  const { rows } = await sql<{ count: number }>`with gone as (
      delete from notifications where webhook_id = ${webhook.id} and queued_at < now() - ${GIVEN_UP_AFTER} returning id)
    select count(*) as count from gone`.execute(tx)
  const givenUp = Number(rows[0]?.count ?? 0)
  await sql`update webhooks set failures = failures + 1, last_failure = ${problem.slice(0, 1000)}, dropped = dropped + ${givenUp},
    next_attempt_at = now() + make_interval(secs => ${bound * (0.5 + jitter / 2)}) where id = ${webhook.id}`.execute(tx)
  return givenUp
}
