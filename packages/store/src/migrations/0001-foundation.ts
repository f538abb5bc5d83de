// The first tables: who may come in, which agents there are, what they found, what happened.
//
// tenant_id fills itself from the transaction's tenant; row-level security (see 0002) keeps tenants apart.
// Times come from the program's clock in milliseconds, never from now(), so that keyset cursors are exact.
import type { Migration } from './migration.ts'

const TENANT = `tenant_id text not null default current_setting('yagura.tenant')`

export const foundation: Migration = {
  name: '0001-foundation',
  statements: [
    `create table tenants (
      id text collate "C" primary key,
      name text not null,
      created_at timestamptz not null
    )`,

    // access
    `create table users (
      ${TENANT}, id text collate "C" primary key,
      name text not null,
      role text not null,
      created_at timestamptz not null,
      last_sign_in_at timestamptz,
      unique (tenant_id, name)
    )`,
    `create table sign_in_tokens (
      ${TENANT}, hash bytea not null,
      user_id text not null references users on delete cascade,
      expires_at timestamptz not null,
      used_at timestamptz,
      primary key (tenant_id, hash)
    )`,
    `create table sessions (
      ${TENANT}, hash bytea not null,
      user_id text not null references users on delete cascade,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      primary key (tenant_id, hash)
    )`,
    `create table api_tokens (
      ${TENANT}, id text collate "C" primary key,
      hash bytea not null,
      name text not null,
      role text not null,
      created_at timestamptz not null,
      created_by text not null,
      last_used_at timestamptz,
      expires_at timestamptz not null,
      unique (tenant_id, hash)
    )`,
    `create table enrolment_tokens (
      ${TENANT}, hash bytea not null,
      created_at timestamptz not null,
      created_by text not null,
      expires_at timestamptz not null,
      used_at timestamptz,
      agent_id text,
      primary key (tenant_id, hash)
    )`,
    `create table audit_log (
      ${TENANT}, id text collate "C" primary key,
      at timestamptz not null,
      actor text not null,
      action text not null,
      target text not null,
      outcome text not null,
      address text,
      detail text
    )`,
    `create index audit_log_at on audit_log (tenant_id, at, id)`,

    // agents
    `create table agents (
      ${TENANT}, id text collate "C" primary key,
      machine_id text not null,
      hostname text not null,
      state text not null,
      enrolled_at timestamptz not null,
      last_seen_at timestamptz,
      certificate_serial text not null,
      previous_serial text,
      certificate_expires_at timestamptz not null,
      clock_skew_ms bigint,
      health jsonb,
      health_at timestamptz
    )`,
    `create unique index agents_machine on agents (tenant_id, machine_id) where state <> 'revoked'`,
    `create index agents_hostname on agents (tenant_id, hostname, id)`,
    `create table agent_batches (
      ${TENANT}, agent_id text collate "C" not null,
      boot text collate "C" not null,
      seq bigint not null,
      received_at timestamptz not null,
      items integer not null,
      primary key (tenant_id, agent_id, boot, seq)
    )`,
    `create index agent_batches_received on agent_batches (received_at)`,

    // inventory
    `create table assets (
      ${TENANT}, id text collate "C" primary key,
      key text collate "C" not null,
      kind text not null,
      name text not null,
      parent_id text collate "C",
      parent_key text collate "C",
      image_key text collate "C",
      container_id text collate "C",
      agent_id text collate "C",
      state text not null,
      facts jsonb not null,
      first_seen_at timestamptz not null,
      last_seen_at timestamptz not null,
      observed_at timestamptz not null,
      finding_counts jsonb not null default '{}',
      fixable_findings integer not null default 0,
      worst_severity smallint,
      unique (tenant_id, key)
    )`,
    `create index assets_name on assets (tenant_id, name, id)`,
    `create index assets_kind on assets (tenant_id, kind, state)`,
    `create index assets_parent on assets (tenant_id, parent_id) where parent_id is not null`,
    `create index assets_orphan on assets (tenant_id, parent_key) where parent_id is null and parent_key is not null`,
    `create index assets_image on assets (tenant_id, image_key) where image_key is not null`,
    `create index assets_container on assets (tenant_id, container_id) where container_id is not null`,
    // Which agents have which container or image now: an image is gone when the last node that had it says so.
    `create table sightings (
      ${TENANT}, agent_id text collate "C" not null,
      asset_id text collate "C" not null references assets on delete cascade,
      observed_at timestamptz not null,
      primary key (tenant_id, agent_id, asset_id)
    )`,
    `create index sightings_asset on sightings (tenant_id, asset_id)`,

    `create table images (
      ${TENANT}, asset_id text collate "C" primary key references assets on delete cascade,
      digest text collate "C" not null,
      image jsonb not null,
      operating_system jsonb,
      scanned_at timestamptz not null,
      extractor_version integer not null,
      package_count integer not null,
      gap_count integer not null,
      matched_with text,
      unique (tenant_id, digest)
    )`,
    `create index images_matched on images (tenant_id, matched_with)`,
    `create table image_layers (
      ${TENANT}, asset_id text collate "C" not null references images on delete cascade,
      position integer not null,
      diff_id text not null,
      layer jsonb not null,
      primary key (asset_id, position)
    )`,
    `create table packages (
      ${TENANT}, id text collate "C" primary key,
      image_id text collate "C" not null references images on delete cascade,
      name text not null,
      version text not null,
      type text not null,
      purl text not null,
      architecture text,
      source jsonb,
      licenses jsonb not null,
      locations jsonb not null,
      layer text,
      worst_severity smallint,
      findings integer not null default 0
    )`,
    `create index packages_image on packages (image_id)`,
    `create index packages_name on packages (tenant_id, name, id)`,
    `create index packages_worst on packages (tenant_id, (coalesce(worst_severity, -1)), id)`,

    `create table findings (
      ${TENANT}, id text collate "C" primary key,
      identity text collate "C" not null,
      kind text not null,
      asset_id text collate "C" not null references assets on delete cascade,
      package_id text collate "C",
      title text not null,
      severity smallint not null,
      status text not null,
      vulnerability_id text,
      verdict text,
      package_name text,
      package_version text,
      package_type text,
      fixable boolean not null,
      vulnerability jsonb,
      summary text,
      reference_urls jsonb not null,
      locations jsonb not null,
      layer_command text,
      first_seen_at timestamptz not null,
      last_seen_at timestamptz not null,
      resolved_at timestamptz,
      unique (asset_id, identity)
    )`,
    `create index findings_severity on findings (tenant_id, status, severity, id)`,
    `create index findings_first_seen on findings (tenant_id, status, first_seen_at, id)`,
    `create index findings_vulnerability on findings (tenant_id, vulnerability_id)`,
    `create index findings_package_name on findings (tenant_id, package_name)`,
    `create index findings_package on findings (package_id) where package_id is not null`,

    `create table coverage_gaps (
      ${TENANT}, id text collate "C" primary key,
      agent_id text collate "C" not null default '',
      origin text not null,
      identity bytea not null,
      code text not null,
      scope text not null,
      subject text not null,
      reason text not null,
      remedy text,
      count bigint not null,
      first_seen_at timestamptz not null,
      last_seen_at timestamptz not null,
      resolved_at timestamptz
    )`,
    `create unique index coverage_gaps_identity on coverage_gaps (tenant_id, agent_id, origin, identity)`,
    `create index coverage_gaps_open on coverage_gaps (tenant_id, last_seen_at, id) where resolved_at is null`,
    `create index coverage_gaps_scope on coverage_gaps (tenant_id, scope)`,

    // events
    //
    // `at` is the time of the event, or of its arrival when the event's own cannot be true; `body` keeps what was said.
    // `arrival` is the transaction that stored it; events/arrivals.ts says how live views read by it.
    `create table events (
      ${TENANT}, at timestamptz not null,
      agent_id text collate "C" not null,
      event_id text collate "C" not null,
      arrival xid8 not null default pg_current_xact_id(),
      type text not null,
      asset_id text collate "C",
      container_id text collate "C",
      command text not null,
      exe text not null,
      body jsonb not null,
      primary key (tenant_id, at, agent_id, event_id)
    ) partition by range (at)`,
    // How many events a minute, so that a picture of the last hour does not read the events.
    `create table event_minutes (
      ${TENANT}, minute timestamptz not null,
      agent_id text collate "C" not null,
      events bigint not null,
      primary key (tenant_id, minute, agent_id)
    )`,
    `create index events_arrival on events (tenant_id, arrival, agent_id, event_id)`,
    `create index events_asset on events (tenant_id, asset_id, at)`,
    `create index events_unplaced on events (tenant_id, container_id) where asset_id is null and container_id is not null`,
  ],
}
