// What detection says: signals, incidents with what people made of them, actions, and what agents are asked to do.
import { tenantPolicy } from './0002-tenants-apart.ts'
import type { Migration } from './migration.ts'

const TENANT = `tenant_id text not null default current_setting('yagura.tenant')`

export const incidents: Migration = {
  name: '0005-incidents',
  statements: [
    `create table signals (
      ${TENANT}, id text collate "C" primary key,
      agent_id text collate "C" not null,
      asset_id text collate "C",
      at timestamptz not null,
      rule text not null,
      grade text not null,
      severity smallint not null,
      technique text,
      tactic text,
      source text not null,
      exe text,
      chain_id text collate "C",
      body jsonb not null
    )`,
    `create index signals_at on signals (tenant_id, at, id)`,
    `create index signals_asset on signals (tenant_id, asset_id, at)`,
    `create index signals_chain on signals (tenant_id, chain_id) where chain_id is not null`,

    // The agent's report and the people's part are apart: a new revision never undoes what somebody decided.
    `create table incidents (
      ${TENANT}, id text collate "C" primary key,
      agent_id text collate "C" not null,
      revision bigint not null,
      report jsonb not null,
      title text not null,
      severity smallint not null,
      score double precision not null,
      steps integer not null,
      tactics text[] not null,
      asset_keys text[] not null,
      containable boolean not null,
      merged_into text collate "C",
      state text not null,
      verdict text,
      owner text,
      opened_at timestamptz not null,
      updated_at timestamptz not null,
      closed_at timestamptz
    )`,
    `create index incidents_queue on incidents (tenant_id, state, severity, id)`,
    `create index incidents_updated on incidents (tenant_id, updated_at, id)`,
    `create index incidents_assets on incidents using gin (asset_keys)`,
    `create table incident_notes (
      ${TENANT}, id text collate "C" primary key,
      incident_id text collate "C" not null references incidents on delete cascade,
      at timestamptz not null,
      author text not null,
      text text not null
    )`,
    `create index incident_notes_incident on incident_notes (incident_id, at)`,

    `create table response_actions (
      ${TENANT}, id text collate "C" primary key,
      agent_id text collate "C" not null,
      incident_id text collate "C",
      container_id text collate "C" not null,
      kind text not null,
      state text not null,
      decided_by text not null,
      requested_at timestamptz not null,
      body jsonb not null
    )`,
    `create index response_actions_at on response_actions (tenant_id, requested_at, id)`,
    `create index response_actions_incident on response_actions (tenant_id, incident_id) where incident_id is not null`,

    // Asked again and again until the agent says that it has it; commands for an agent that is away wait.
    `create table agent_commands (
      ${TENANT}, id text collate "C" primary key,
      agent_id text collate "C" not null,
      made_at timestamptz not null,
      expires_at timestamptz not null,
      command jsonb not null,
      taken_at timestamptz
    )`,
    `create index agent_commands_waiting on agent_commands (tenant_id, agent_id, id) where taken_at is null`,

    ...['signals', 'incidents', 'incident_notes', 'response_actions', 'agent_commands'].flatMap(tenantPolicy),
  ],
}
