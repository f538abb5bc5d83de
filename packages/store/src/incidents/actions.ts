// Response: what people ask for, what agents are told, what was done.
import { newId } from '@yagura/kernel'
import type { AgentCommand, Facet, ResponseAction, StoredAction } from '@yagura/schema'
import { sql } from 'kysely'
import { countFacets } from '../lists/facets.ts'
import { type FilterColumns, readFilter } from '../lists/filter.ts'
import { listPage, type Page } from '../lists/page.ts'
import type { ListRequest } from '../lists/request.ts'
import type { Tx } from '../store.ts'

const COLUMNS: FilterColumns<'actions'> = {
  kind: sql`r.kind`,
  state: sql`r.state`,
  decidedBy: sql`r.decided_by`,
  asset: sql`a.name`,
  containerId: sql`r.container_id`,
  requestedAt: sql`r.requested_at`,
}

/** An id of a container names at most one asset that is there; of those that were, the last seen. */
const FROM = sql`response_actions r left join lateral (
  select c.id, c.name from assets c where c.tenant_id = r.tenant_id and c.container_id = r.container_id
    and c.kind = 'container' order by c.last_seen_at desc limit 1) a on true`

interface ActionRow {
  body: ResponseAction
  agent_id: string
  asset_id: string | null
  asset_name: string | null
}

export function actionFacets(tx: Tx, request: Pick<ListRequest, 'filter'>): Promise<Facet[]> {
  const filter = readFilter('actions', COLUMNS, request.filter)
  return countFacets(tx, FROM, filter ? [filter.sql] : [], {
    state: COLUMNS.state,
    kind: COLUMNS.kind,
    decidedBy: COLUMNS.decidedBy,
    asset: COLUMNS.asset,
  })
}

export async function listActions(tx: Tx, request: ListRequest): Promise<Page<StoredAction>> {
  const filter = readFilter('actions', COLUMNS, request.filter)
  const page = await listPage<ActionRow>(
    tx,
    {
      columns: sql`r.body, r.agent_id, a.id as asset_id, a.name as asset_name`,
      from: FROM,
      id: [sql`r.id`],
      sorts: { requestedAt: { expression: sql`r.requested_at`, type: 'timestamptz' } },
      defaultSort: '-requestedAt',
    },
    filter ? [filter.sql] : [],
    request,
  )
  return {
    ...page,
    items: page.items.map((row) => ({
      ...row.body,
      agentId: row.agent_id,
      assetId: row.asset_id,
      assetName: row.asset_name ?? '',
    })),
  }
}

export async function findAction(tx: Tx, id: string): Promise<{ agentId: string; action: ResponseAction } | undefined> {
  const row = await tx
    .selectFrom('response_actions')
    .select(['agent_id', 'body'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row && { agentId: row.agent_id, action: row.body as unknown as ResponseAction }
}

/** Commands wait for an agent that is away, but an action that was asked for yesterday is not taken today. */
const COMMAND_VALID_MS = 60 * 60_000
/** Verdicts teach the model whenever it comes back. */
const VERDICT_VALID_MS = 30 * 24 * 60 * 60_000

/** Chains of the past are joined with nothing. */
const AUDIT_VALID_MS = 10 * 60_000
const VALID_MS: Record<AgentCommand['command'], number> = {
  act: COMMAND_VALID_MS,
  undo: COMMAND_VALID_MS,
  judge: VERDICT_VALID_MS,
  audit: AUDIT_VALID_MS,
}

type Draft = AgentCommand extends infer Command ? (Command extends AgentCommand ? Omit<Command, 'id'> : never) : never

export async function tellAgent(tx: Tx, agentId: string, draft: Draft, now: Date): Promise<void> {
  const id = newId(now.getTime())
  await tx
    .insertInto('agent_commands')
    .values({
      id,
      agent_id: agentId,
      made_at: now,
      expires_at: new Date(now.getTime() + VALID_MS[draft.command]),
      command: JSON.stringify({ ...draft, id }),
    })
    .execute()
}

/** What waits for the agent; those it says it has are taken off the list first. */
export async function commandsFor(
  tx: Tx,
  agentId: string,
  taken: readonly string[],
  now: Date,
): Promise<AgentCommand[]> {
  if (taken.length > 0)
    await tx
      .updateTable('agent_commands')
      .set({ taken_at: now })
      .where('agent_id', '=', agentId)
      .where('id', 'in', [...taken])
      .execute()
  const rows = await tx
    .selectFrom('agent_commands')
    .select('command')
    .where('agent_id', '=', agentId)
    .where('taken_at', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('id')
    .limit(100)
    .execute()
  return rows.map((row) => row.command as unknown as AgentCommand)
}

export async function forgetOldCommands(tx: Tx, before: Date): Promise<void> {
  await tx.deleteFrom('agent_commands').where('expires_at', '<', before).execute()
}
