// Agents as people see them.
import type { Agent, AgentHealth } from '@yagura/schema'
import { sql } from 'kysely'
import { type FilterColumns, readFilter } from '../lists/filter.ts'
import { listPage, type Page } from '../lists/page.ts'
import type { ListRequest } from '../lists/request.ts'
import type { Tx } from '../store.ts'
import { isoTime } from '../time.ts'

interface AgentRow {
  id: string
  hostname: string
  machine_id: string
  state: string
  enrolled_at: Date
  last_seen_at: Date | null
  certificate_expires_at: Date
  clock_skew_ms: number | null
  health: AgentHealth | null
}

function toAgent(row: AgentRow): Agent {
  return {
    id: row.id,
    hostname: row.hostname,
    machineId: row.machine_id,
    state: row.state as Agent['state'],
    enrolledAt: isoTime(row.enrolled_at),
    lastSeenAt: row.last_seen_at && isoTime(row.last_seen_at),
    certificateExpiresAt: isoTime(row.certificate_expires_at),
    clockSkewMs: row.clock_skew_ms,
    health: row.health,
  }
}

const COLUMNS: FilterColumns<'agents'> = {
  hostname: sql`a.hostname`,
  machineId: sql`a.machine_id`,
  state: sql`a.state`,
  sensor: sql`a.health->>'sensorMode'`,
  version: sql`a.health->>'agentVersion'`,
  lastSeenAt: sql`a.last_seen_at`,
}

export async function listAgents(tx: Tx, request: ListRequest): Promise<Page<Agent>> {
  const filter = readFilter('agents', COLUMNS, request.filter)
  const page = await listPage<AgentRow>(
    tx,
    {
      columns: sql`a.*`,
      from: sql`agents a`,
      id: [sql`a.id`],
      sorts: {
        hostname: { expression: sql`a.hostname`, type: 'text' },
        state: { expression: sql`a.state`, type: 'text' },
        enrolledAt: { expression: sql`a.enrolled_at`, type: 'timestamptz' },
        lastSeenAt: { expression: sql`coalesce(a.last_seen_at, a.enrolled_at)`, type: 'timestamptz' },
      },
      defaultSort: 'hostname',
    },
    filter ? [filter.sql] : [],
    request,
  )
  return { ...page, items: page.items.map(toAgent) }
}

export async function findAgent(tx: Tx, id: string): Promise<Agent | undefined> {
  const row = await tx.selectFrom('agents').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toAgent(row as AgentRow)
}
