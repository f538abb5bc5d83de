// Results through the baselines in force. What they make of a result is kept beside it; it is made anew when a baseline is adopted and
// when the day changes, because overrides end by themselves.
import { newId } from '@yagura/kernel'
import type { CheckResult } from '@yagura/schema'
import { severityRank } from '@yagura/schema/severities'
import { sql } from 'kysely'
import type { Tx } from '../store.ts'
import { baselinesInForce, type KeptBaseline } from './baselines.ts'

/** A result and the name of the baseline that speaks of it; undefined: none in force does. */
export type SeenAs = (
  result: CheckResult,
  labels: Readonly<Record<string, string>>,
) => { readonly result: CheckResult; readonly baseline: string } | undefined

/** How the server reads baselines; null: there is none, and every check counts as it stands. */
export type ViewOf = (baselines: readonly KeptBaseline[], today: string) => SeenAs | null

export interface SeenColumns {
  readonly seen_verdict: string | null
  readonly seen_severity: number | null
  readonly seen_message: CheckResult['message'] | null
  readonly seen_in: string | null
}

export function seenColumns(
  result: CheckResult,
  labels: Readonly<Record<string, string>>,
  seenAs: SeenAs | null,
): SeenColumns {
  const seen = seenAs === null ? { result, baseline: null } : seenAs(result, labels)
  if (!seen) return { seen_verdict: null, seen_severity: null, seen_message: null, seen_in: null }
  const { verdict, severity, message } = seen.result
  return {
    seen_verdict: verdict,
    seen_severity: severityRank(severity),
    seen_message: message === result.message ? null : message,
    seen_in: seen.baseline,
  }
}

/** The view in force now, with every result seen through it. Cheap when nothing changed. */
export async function refreshView(tx: Tx, now: Date, viewOf: ViewOf): Promise<SeenAs | null> {
  const today = now.toISOString().slice(0, 10)
  const baselines = await baselinesInForce(tx)
  const ids = baselines.map(({ id }) => id).join(' ')
  const seenAs = viewOf(baselines, today)
  if (await isSeen(tx, ids, today)) return seenAs
  // one at a time: the next one finds it done
  await sql`select pg_advisory_xact_lock(hashtext('compliance_views'), hashtext(current_setting('yagura.tenant')))`.execute(
    tx,
  )
  const before = await keptView(tx)
  if (before?.baselines === ids && before.day === today) return seenAs
  await seeAll(tx, seenAs, before?.baselines === ids ? now : null)
  await sql`insert into compliance_views (baselines, day) values (${ids}, ${today}::date)
    on conflict (tenant_id) do update set baselines = excluded.baselines, day = excluded.day`.execute(tx)
  return seenAs
}

async function isSeen(tx: Tx, ids: string, today: string): Promise<boolean> {
  const kept = await keptView(tx)
  return kept?.baselines === ids && kept.day === today
}

async function keptView(tx: Tx): Promise<{ baselines: string; day: string } | undefined> {
  const { rows } = await sql<{
    baselines: string
    day: string
  }>`select baselines, to_char(day, 'YYYY-MM-DD') as day from compliance_views`.execute(tx)
  return rows[0]
}

const CHUNK = 2000

interface Row {
  id: string
  body: CheckResult
  labels: Record<string, string> | null
}

/**
 * A baseline that a person changed turns nothing: he knows. An exception that ended by itself does (`endedAt`): what it covered fails
 * from now on.
 */
async function seeAll(tx: Tx, seenAs: SeenAs | null, endedAt: Date | null): Promise<void> {
  for (let after = ''; ; ) {
    const { rows } = await sql<Row>`select c.id, c.body - 'remediation' as body,
        coalesce(p.facts->'labels', '{}') || coalesce(a.facts->'labels', '{}') as labels
      from check_results c left join assets a on a.id = c.asset_id left join assets p on p.id = a.parent_id
      where c.id > ${after} order by c.id limit ${sql.lit(CHUNK)}`.execute(tx)
    const last = rows.at(-1)
    if (!last) return
    after = last.id
    const seen = rows.map(({ id, body, labels }) => ({
      id,
      transition_id: newId(),
      ...seenColumns(body, labels ?? {}, seenAs),
    }))
    await sql`
      with given as (
        select * from jsonb_to_recordset(${JSON.stringify(seen)}::jsonb) as r(id text, transition_id text, seen_verdict text,
          seen_severity smallint, seen_message jsonb, seen_in text)
      ), ended as (
        insert into compliance_transitions (id, agent_id, asset_id, check_name, resource, title, was, became, baseline, at)
        select g.transition_id, k.agent_id, k.asset_id, k.check_name, k.resource,
          coalesce(k.body->'title', jsonb_build_object('en', k.check_name)), k.seen_verdict, 'fail', g.seen_in, ${endedAt}
        from given g join check_results k using (id)
        where ${endedAt}::timestamptz is not null and g.seen_verdict = 'fail' and k.seen_verdict = 'not-applicable'
      )
      update check_results k set seen_verdict = g.seen_verdict, seen_severity = g.seen_severity, seen_message = g.seen_message,
        seen_in = g.seen_in,
        judged = case when g.seen_verdict = 'error' then k.judged else g.seen_verdict end
      from given g where k.id = g.id`.execute(tx)
  }
}
