// What the baselines in force make of every result, kept beside it, so that lists, facets, matrix and trend count the same things.
import { tenantPolicy } from './0002-tenants-apart.ts'
import type { Migration } from './migration.ts'

export const seenVerdicts: Migration = {
  name: '0008-seen-verdicts',
  statements: [
    // Null until the first look; a verdict of null then: it does not belong to any baseline in force.
    `alter table check_results add column seen_verdict text, add column seen_severity smallint, add column seen_message jsonb,
      add column seen_in text`,
    `create index check_results_seen on check_results (tenant_id, seen_verdict, seen_severity, id)`,
    `drop index check_results_verdict`,
    /* of which baselines and which day the seen verdicts are: overrides end by themselves */
    `create table compliance_views (
      tenant_id text not null default current_setting('yagura.tenant') primary key,
      baselines text not null,
      day date not null
    )`,
    ...tenantPolicy('compliance_views'),
  ],
}
