// The alarms of compliance: what passed and does not any more. Each stands until it passes again, is accepted, or is too old to be news.
import type { LocalisedText, Overview } from '@yagura/schema'
import { sql } from 'kysely'
import { severityName } from '../lists/severity.ts'
import type { Tx } from '../store.ts'
import { isoTime } from '../time.ts'

const NEWS_MS = 14 * 86_400_000
const LINES = 20

interface Row {
  id: string
  seen_severity: number
  titles: LocalisedText
  resource: string
  at: Date
}

export async function readDrift(tx: Tx, now: Date): Promise<Overview['queue']> {
  const { rows } = await sql<Row>`
    with latest as (
      select distinct on (agent_id, check_name, resource) * from compliance_transitions
      where at > ${new Date(now.getTime() - NEWS_MS)} order by agent_id, check_name, resource, at desc, id desc
    )
    select r.id, r.seen_severity, coalesce(r.body->'title', jsonb_build_object('en', r.check_name)) as titles, r.resource, t.at
    from latest t join check_results r on r.agent_id = t.agent_id and r.check_name = t.check_name and r.resource = t.resource
    where t.was is not null and t.became = 'fail' and r.seen_verdict = 'fail'
    order by r.seen_severity desc, t.at desc, r.id limit ${sql.lit(LINES)}`.execute(tx)
  return rows.map((row) => ({
    kind: 'drift',
    id: row.id,
    severity: severityName(row.seen_severity),
    title: row.titles.en,
    titles: row.titles,
    subject: row.resource.slice(0, 512),
    why: ['turned'],
    count: 1,
    at: isoTime(row.at),
  }))
}
