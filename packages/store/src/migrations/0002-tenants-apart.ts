// Row-level security: every table shows and takes rows of the transaction's tenant only, for the owner of the tables too.
// Without `yagura.tenant` there is no row at all. The list of tenants alone can be read by background work that says so.
import type { Migration } from './migration.ts'

const TABLES = [
  'users',
  'sign_in_tokens',
  'sessions',
  'api_tokens',
  'enrolment_tokens',
  'audit_log',
  'agents',
  'agent_batches',
  'assets',
  'sightings',
  'images',
  'image_layers',
  'packages',
  'findings',
  'coverage_gaps',
  'events',
  'event_minutes',
]

/** The same statements fit a partition, which PostgreSQL does not protect by its parent's policies when read by name. */
export function tenantPolicy(table: string): string[] {
  return [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy tenant_only on ${table}
      using (tenant_id = (select nullif(current_setting('yagura.tenant', true), '')))
      with check (tenant_id = (select nullif(current_setting('yagura.tenant', true), '')))`,
  ]
}

export const tenantsApart: Migration = {
  name: '0002-tenants-apart',
  statements: [
    ...TABLES.flatMap(tenantPolicy),
    `alter table tenants enable row level security`,
    `alter table tenants force row level security`,
    `create policy tenant_only on tenants
      using (id = (select nullif(current_setting('yagura.tenant', true), '')) or (select current_setting('yagura.system', true)) = 'on')`,
  ],
}
