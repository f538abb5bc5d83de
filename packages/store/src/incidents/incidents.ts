// Incidents as people see and change them.
import { newId } from '@yagura/kernel'
import type {
  Facet,
  IncidentChange,
  IncidentDetail,
  IncidentNote,
  IncidentReport,
  IncidentSummary,
  ResponseAction,
  StoredEvent,
} from '@yagura/schema'
import { type RawBuilder, sql } from 'kysely'
import { EVENT_COLUMNS, EVENT_TABLES, type EventRow, toEvent } from '../events/events.ts'
import { assetsByKey, type NamedAsset } from '../inventory/assets-by-key.ts'
import { countFacets } from '../lists/facets.ts'
import { type FilterColumns, readFilter } from '../lists/filter.ts'
import { type ListSource, listPage, type Page } from '../lists/page.ts'
import type { ListRequest } from '../lists/request.ts'
import { severityWord } from '../lists/severity.ts'
import type { Tx } from '../store.ts'
import { isoTime } from '../time.ts'

const COLUMNS: FilterColumns<'incidents'> = {
  severity: sql`i.severity`,
  state: sql`i.state`,
  verdict: sql`i.verdict`,
  owner: sql`i.owner`,
  title: sql`i.title`,
  score: sql`i.score`,
  steps: sql`i.steps`,
  tactic: sql`array_to_string(i.tactics, ' ')`,
  asset: sql`(select string_agg(a.name, ' ') from assets a where a.key = any(i.asset_keys))`,
  containable: sql`i.containable`,
  openedAt: sql`i.opened_at`,
  updatedAt: sql`i.updated_at`,
}

const FROM = sql`incidents i`
const SOURCE: ListSource = {
  columns: sql`i.*, (select count(*) from response_actions r where r.incident_id = i.id) as action_count`,
  from: FROM,
  id: [sql`i.id`],
  sorts: {
    severity: { expression: sql`i.severity`, type: 'integer' },
    updatedAt: { expression: sql`i.updated_at`, type: 'timestamptz' },
    openedAt: { expression: sql`i.opened_at`, type: 'timestamptz' },
    score: { expression: sql`i.score`, type: 'double precision' },
  },
  defaultSort: '-severity',
}

interface IncidentRow {
  id: string
  agent_id: string
  report: IncidentReport
  state: IncidentSummary['state']
  verdict: IncidentSummary['verdict']
  owner: string | null
  opened_at: Date
  updated_at: Date
  action_count: number
}

export interface IncidentListRequest extends ListRequest {
  readonly state: 'open' | 'all'
  readonly asset?: string | undefined
}

/** Those that are not closed, unless asked for all or by state. */
function conditionsOf({ filter: text, state }: Pick<IncidentListRequest, 'filter' | 'state'>): RawBuilder<unknown>[] {
  const filter = readFilter('incidents', COLUMNS, text)
  return [
    ...(state === 'open' && !filter?.fields.has('state') ? [sql`i.state <> 'closed'`] : []),
    ...(filter ? [filter.sql] : []),
  ]
}

export function incidentFacets(tx: Tx, request: Pick<IncidentListRequest, 'filter' | 'state'>): Promise<Facet[]> {
  return countFacets(tx, FROM, conditionsOf(request), {
    severity: severityWord(sql`i.severity`),
    state: COLUMNS.state,
    verdict: COLUMNS.verdict,
    owner: COLUMNS.owner,
    containable: COLUMNS.containable,
  })
}

export async function listIncidents(tx: Tx, request: IncidentListRequest): Promise<Page<IncidentSummary>> {
  const page = await listPage<IncidentRow>(
    tx,
    SOURCE,
    [
      ...conditionsOf(request),
      ...(request.asset
        ? [
            sql`i.asset_keys && (select coalesce(array_agg(key), '{}') from assets
              where id = ${request.asset} or parent_id = ${request.asset})`,
          ]
        : []),
    ],
    request,
  )
  const assets = await assetsByKey(
    tx,
    page.items.flatMap((row) => row.report.assetKeys),
  )
  return { ...page, items: page.items.map((row) => toSummary(row, assets)) }
}

export async function findIncident(tx: Tx, id: string): Promise<IncidentDetail | undefined> {
  const { rows } = await sql<IncidentRow & { hostname: string | null }>`select ${SOURCE.columns},
    (select hostname from agents where agents.id = i.agent_id) as hostname from ${FROM} where i.id = ${id}`.execute(tx)
  const [row] = rows
  if (!row) return undefined
  const assets = await assetsByKey(tx, row.report.assetKeys)
  const actions = await sql<{ body: ResponseAction }>`
    select body from response_actions where incident_id = ${id} order by requested_at, id limit 256`.execute(tx)
  const notes = await sql<{ id: string; at: Date; author: string; text: string }>`
    select id, at, author, text from incident_notes where incident_id = ${id} order by at, id limit 1000`.execute(tx)
  return {
    ...row.report,
    ...peoplesPart(row),
    agentName: (row.hostname ?? '').slice(0, 512),
    assets: namedAssets(row.report, assets),
    actions: actions.rows.map(({ body }) => body),
    notes: notes.rows.map((note): IncidentNote => ({ ...note, at: isoTime(note.at) })),
  }
}

/** False: there is no such incident. */
export async function changeIncident(
  tx: Tx,
  id: string,
  change: IncidentChange,
  by: { readonly author: string; readonly now: Date },
): Promise<boolean> {
  const state = change.state ?? (change.verdict ? 'closed' : undefined)
  const updated = await tx
    .updateTable('incidents')
    .set({
      ...(state === undefined ? {} : { state, closed_at: state === 'closed' ? by.now : null }),
      ...(change.owner === undefined ? {} : { owner: change.owner }),
      ...(change.verdict === undefined ? {} : { verdict: change.verdict }),
      updated_at: by.now,
    })
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  if (!updated) return false
  if (change.note)
    await tx
      .insertInto('incident_notes')
      .values({ id: newId(), incident_id: id, at: by.now, author: by.author, text: change.note })
      .execute()
  return true
}

/** What the steps cite, oldest first; bulk events may have stayed on the node. */
export async function listIncidentEvents(tx: Tx, id: string): Promise<Page<StoredEvent> | undefined> {
  const incident = await tx
    .selectFrom('incidents')
    .select(['agent_id', 'report'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!incident) return undefined
  const report = incident.report as unknown as IncidentReport
  const cited = [...new Set(report.steps.flatMap((step) => step.eventIds))].slice(0, 1000)
  if (cited.length === 0) return { items: [], next: null, total: 0, totalIsExact: true }
  const from = new Date(Date.parse(report.openedAt) - 86_400_000)
  const { rows } = await sql<EventRow>`select ${EVENT_COLUMNS} from ${EVENT_TABLES}
    where e.agent_id = ${incident.agent_id} and e.event_id = any(${cited}::text[]) and e.at >= ${from}
    order by e.at, e.event_id limit 1000`.execute(tx)
  return { items: rows.map(toEvent), next: null, total: rows.length, totalIsExact: true }
}

function peoplesPart(row: IncidentRow) {
  return {
    agentId: row.agent_id,
    state: row.state,
    verdict: row.verdict,
    owner: row.owner,
    openedAt: isoTime(row.opened_at),
    updatedAt: isoTime(row.updated_at),
  }
}

function toSummary(row: IncidentRow, assets: ReadonlyMap<string, NamedAsset>): IncidentSummary {
  const { steps, stepsLeftOut, nodes: _nodes, edges: _edges, root: _root, assetKeys: _keys, ...report } = row.report
  return {
    ...report,
    ...peoplesPart(row),
    stepCount: steps.length + stepsLeftOut,
    tactics: [...new Set(steps.map((step) => step.tactic))],
    assets: namedAssets(row.report, assets),
    actionCount: row.action_count,
  }
}

function namedAssets(report: IncidentReport, assets: ReadonlyMap<string, NamedAsset>) {
  return report.assetKeys.map((key) => {
    const known = assets.get(key)
    return known ? { id: known.id, key, name: known.name } : { id: null, key, name: key.slice(0, 512) }
  })
}
