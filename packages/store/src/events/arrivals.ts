// Events in the order of arrival, for live views. A reader remembers the database snapshot it has seen: what that snapshot
// did not see and the present one does is new, however transactions overlapped. So none is missed, none comes twice, and
// no long transaction of somebody else holds the view up.
// https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT
import type { StoredEvent } from '@yagura/schema'
import { sql } from 'kysely'
import { allOf } from '../lists/page.ts'
import type { Tx } from '../store.ts'
import { EVENT_COLUMNS, EVENT_TABLES, type EventRow, type EventScope, eventConditions, toEvent } from './events.ts'

/** Seen: all of `since`; and of what `until` added, all up to and with `position`. Snapshots as PostgreSQL writes them. */
export interface ArrivalCursor {
  readonly since: string
  readonly until: string | null
  readonly position: { readonly arrival: string; readonly agentId: string; readonly eventId: string } | null
}

export interface Arrivals {
  readonly events: { readonly cursor: ArrivalCursor; readonly event: StoredEvent }[]
  /** Where to go on, also when nothing matched. */
  readonly cursor: ArrivalCursor
  /** False when there is more to read at once. */
  readonly caughtUp: boolean
}

/** The cursor of "from now on". */
export async function arrivalsFromNow(tx: Tx): Promise<ArrivalCursor> {
  return { since: await currentSnapshot(tx), until: null, position: null }
}

export async function eventsArrived(
  tx: Tx,
  cursor: ArrivalCursor,
  scope: EventScope,
  limit: number,
): Promise<Arrivals> {
  const present = await currentSnapshot(tx)
  const until = cursor.until ?? present
  // A restored database counts transactions anew: what an old cursor has seen means nothing there.
  if (xmax(cursor.since) > xmax(present) || xmax(until) > xmax(present))
    return { events: [], cursor: { since: present, until: null, position: null }, caughtUp: true }
  const { position } = cursor
  const { rows } = await sql<EventRow & { arrival: string; event_id: string }>`
    select ${EVENT_COLUMNS}, e.arrival::text as arrival, e.event_id from ${EVENT_TABLES}
    where e.arrival >= pg_snapshot_xmin(${cursor.since}::pg_snapshot) and e.arrival < pg_snapshot_xmax(${until}::pg_snapshot)
      and not pg_visible_in_snapshot(e.arrival, ${cursor.since}::pg_snapshot)
      and pg_visible_in_snapshot(e.arrival, ${until}::pg_snapshot)
      and ${
        position
          ? sql`(e.arrival, e.agent_id, e.event_id) > (${position.arrival}::xid8, ${position.agentId}::text, ${position.eventId}::text)`
          : sql`true`
      }
      and ${allOf(await eventConditions(tx, scope))}
    order by e.arrival, e.agent_id, e.event_id limit ${sql.lit(limit)}`.execute(tx)
  const events = rows.map((row) => ({
    event: toEvent(row),
    cursor: {
      since: cursor.since,
      until,
      position: { arrival: row.arrival, agentId: row.agent_id, eventId: row.event_id },
    },
  }))
  const last = events.at(-1)
  if (events.length === limit && last) return { events, cursor: last.cursor, caughtUp: false }
  return { events, cursor: { since: until, until: null, position: null }, caughtUp: until === present }
}

const SNAPSHOT = String.raw`\d{1,20}:\d{1,20}:(?:\d{1,20}(?:,\d{1,20})*)?`
const CURSOR = new RegExp(`^(${SNAPSHOT})(?:/(${SNAPSHOT})/(\\d{1,20})/([0-7][0-9A-HJKMNP-TV-Z]{25})/([^/]{1,192}))?$`)

/** One line of text that cannot end a line, whatever an agent chose as the id of its event. */
export function printArrivalCursor({ since, until, position }: ArrivalCursor): string {
  if (until === null || position === null) return since
  return [since, until, position.arrival, position.agentId, encodeURIComponent(position.eventId)].join('/')
}

/** The cursor as a client sends it back; undefined for anything else. */
export function parseArrivalCursor(text: string): ArrivalCursor | undefined {
  const [, since, until, arrival, agentId, eventId] = CURSOR.exec(text) ?? []
  if (since === undefined) return undefined
  if (until === undefined || arrival === undefined || agentId === undefined || eventId === undefined)
    return { since, until: null, position: null }
  try {
    return { since, until, position: { arrival, agentId, eventId: decodeURIComponent(eventId) } }
  } catch {
    return undefined
  }
}

async function currentSnapshot(tx: Tx): Promise<string> {
  const { rows } = await sql<{ now: string }>`select pg_current_snapshot()::text as now`.execute(tx)
  return rows[0]?.now ?? '0:0:'
}

function xmax(snapshot: string): bigint {
  return BigInt(snapshot.split(':')[1] ?? '0')
}
