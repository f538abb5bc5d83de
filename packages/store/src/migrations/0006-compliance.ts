// Compliance: the last result of every check on everything, what turned, how it went over time, and the baselines in their versions.
import { tenantPolicy } from './0002-tenants-apart.ts'
import type { Migration } from './migration.ts'

const TENANT = `tenant_id text not null default current_setting('yagura.tenant')`

export const compliance: Migration = {
  name: '0006-compliance',
  statements: [
    `create table check_results (
      ${TENANT}, id text collate "C" primary key,
      agent_id text collate "C" not null,
      asset_id text collate "C",
      check_name text not null,
      resource text not null,
      target text not null,
      product text,
      title text not null,
      severity smallint not null,
      verdict text not null,
      controls text not null,
      observed_at timestamptz not null,
      changed_at timestamptz not null,
      /* the last verdict that was one: what could not be judged turns nothing */
      judged text,
      body jsonb not null,
      unique (tenant_id, agent_id, target, check_name, resource)
    )`,
    `create index check_results_verdict on check_results (tenant_id, verdict, severity, id)`,
    `create index check_results_asset on check_results (tenant_id, asset_id)`,
    `create index check_results_changed on check_results (tenant_id, changed_at, id)`,
    `create table compliance_transitions (
      ${TENANT}, id text collate "C" primary key,
      agent_id text collate "C" not null,
      asset_id text collate "C",
      check_name text not null,
      resource text not null,
      title jsonb not null,
      was text,
      became text not null,
      baseline text,
      at timestamptz not null
    )`,
    `create index compliance_transitions_at on compliance_transitions (tenant_id, at, id)`,
    // One row an hour: counts of all verdicts, so that a trend of a year is a few thousand rows.
    `create table compliance_hours (
      ${TENANT}, hour timestamptz not null,
      pass integer not null, fail integer not null, manual integer not null, error integer not null,
      primary key (tenant_id, hour)
    )`,
    `create table baselines (
      ${TENANT}, id text collate "C" primary key,
      name text not null,
      version integer not null,
      layer text not null,
      in_force boolean not null,
      body jsonb not null,
      created_at timestamptz not null,
      unique (tenant_id, name, version)
    )`,
    ...['check_results', 'compliance_transitions', 'compliance_hours', 'baselines'].flatMap(tenantPolicy),
  ],
}
