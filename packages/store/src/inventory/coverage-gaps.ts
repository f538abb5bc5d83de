// Coverage gaps: one row per identity (agent, origin, code, scope, subject), opened, counted and closed again.
import { createHash } from 'node:crypto'
import type { CoverageGap, CoverageGapCode, CoverageGapReport } from '@yagura/schema'
import { sql } from 'kysely'
import { type FilterColumns, readFilter } from '../lists/filter.ts'
import { listPage, type Page } from '../lists/page.ts'
import type { ListRequest } from '../lists/request.ts'
import type { Tx } from '../store.ts'
import { isoTime, notAfter } from '../time.ts'

/** Who says so: an agent, the report of one image, matching, or the server itself. Each closes only its own. */
export type GapOrigin = 'agent' | 'report' | 'match' | 'server'

export interface NewGap {
  readonly id: string
  readonly agentId: string
  readonly origin: GapOrigin
  readonly gap: CoverageGapReport
  readonly receivedAt: Date
}

/** Opens, refreshes or closes a gap. Reports older than what is known change nothing. */
export async function recordGap(tx: Tx, { id, agentId, origin, gap, receivedAt }: NewGap): Promise<void> {
  const at = notAfter(gap.observedAt, receivedAt)
  if (gap.resolved) {
    await sql`update coverage_gaps set resolved_at = ${at}, last_seen_at = ${at}
      where agent_id = ${agentId} and origin = ${origin} and identity = ${identityOf(gap)} and resolved_at is null and last_seen_at <= ${at}`.execute(
      tx,
    )
    return
  }
  await sql`insert into coverage_gaps as known
      (id, agent_id, origin, identity, code, scope, subject, reason, remedy, count, first_seen_at, last_seen_at)
    values (${id}, ${agentId}, ${origin}, ${identityOf(gap)}, ${gap.code}, ${gap.scope}, ${gap.subject}, ${gap.reason}, ${gap.remedy},
      ${gap.count}, ${at}, ${at})
    on conflict (tenant_id, agent_id, origin, identity) do update set
      reason = excluded.reason, remedy = excluded.remedy, count = excluded.count, last_seen_at = excluded.last_seen_at,
      first_seen_at = case when known.resolved_at is null then known.first_seen_at else excluded.first_seen_at end,
      resolved_at = null
    where known.last_seen_at <= excluded.last_seen_at`.execute(tx)
}

/** Scope and subject together can be longer than an index row may be. */
function identityOf({ code, scope, subject }: CoverageGapReport): Buffer {
  return createHash('sha256').update(`${code}\n${scope}\n${subject}`).digest()
}

/** Closes the gaps of one scope and origin that were not renewed since `before`. */
export async function closeGapsOfScope(
  tx: Tx,
  where: { scope: string; origin: GapOrigin; before: Date; now: Date },
): Promise<void> {
  await tx
    .updateTable('coverage_gaps')
    .set({ resolved_at: where.now })
    .where('scope', '=', where.scope)
    .where('origin', '=', where.origin)
    .where('resolved_at', 'is', null)
    .where('last_seen_at', '<', where.before)
    .execute()
}

export async function closeGap(
  tx: Tx,
  where: { origin: GapOrigin; code: CoverageGapCode; agentId?: string; now: Date },
): Promise<void> {
  let query = tx
    .updateTable('coverage_gaps')
    .set({ resolved_at: where.now })
    .where('origin', '=', where.origin)
    .where('code', '=', where.code)
    .where('resolved_at', 'is', null)
  if (where.agentId !== undefined) query = query.where('agent_id', '=', where.agentId)
  await query.execute()
}

const COLUMNS: FilterColumns<'coverageGaps'> = {
  code: sql`g.code`,
  scope: sql`g.scope`,
  subject: sql`g.subject`,
  reason: sql`g.reason`,
  count: sql`g.count`,
  firstSeenAt: sql`g.first_seen_at`,
  lastSeenAt: sql`g.last_seen_at`,
}

interface GapRow {
  id: string
  agent_id: string
  asset_id: string | null
  asset_name: string | null
  code: string
  scope: string
  subject: string
  reason: string
  remedy: string | null
  count: number
  first_seen_at: Date
  last_seen_at: Date
  resolved_at: Date | null
}

export async function listCoverageGaps(
  tx: Tx,
  request: ListRequest & { state: 'open' | 'all' },
): Promise<Page<CoverageGap>> {
  const filter = readFilter('coverageGaps', COLUMNS, request.filter)
  const page = await listPage<GapRow>(
    tx,
    {
      columns: sql`g.*, a.id as asset_id, a.name as asset_name`,
      from: sql`coverage_gaps g left join assets a on a.tenant_id = g.tenant_id and a.key = g.scope`,
      id: [sql`g.id`],
      sorts: {
        lastSeenAt: { expression: sql`g.last_seen_at`, type: 'timestamptz' },
        firstSeenAt: { expression: sql`g.first_seen_at`, type: 'timestamptz' },
        code: { expression: sql`g.code`, type: 'text' },
        scope: { expression: sql`g.scope`, type: 'text' },
      },
      defaultSort: '-lastSeenAt',
    },
    [...(request.state === 'open' ? [sql`g.resolved_at is null`] : []), ...(filter ? [filter.sql] : [])],
    request,
  )
  return {
    ...page,
    items: page.items.map((row) => ({
      id: row.id,
      code: row.code as CoverageGapCode,
      scope: row.scope,
      subject: row.subject,
      reason: row.reason,
      remedy: row.remedy,
      count: row.count,
      agentId: row.agent_id || null,
      assetId: row.asset_id,
      assetName: row.asset_name,
      firstSeenAt: isoTime(row.first_seen_at),
      lastSeenAt: isoTime(row.last_seen_at),
      resolvedAt: row.resolved_at && isoTime(row.resolved_at),
      detail: null,
    })),
  }
}
