// Secrets and mistakes of images are findings with their evidence; vulnerabilities carry what is known of attacks, and who settles
// them where the maker of the software says that they do not count.
import type { Migration } from './migration.ts'

export const findingsOfImages: Migration = {
  name: '0004-findings-of-images',
  statements: [
    `alter table findings
      add column evidence jsonb,
      add column check_name text,
      add column path text,
      add column suppression jsonb,
      add column kev_added_at timestamptz,
      add column epss double precision,
      add column epss_percentile double precision,
      add column exploitation text,
      add column automatable boolean`,
    // Whether anybody looked: no rows must mean "looked, and found none".
    `alter table images
      add column is_searched_for_secrets boolean not null default false,
      add column is_searched_for_mistakes boolean not null default false`,
    `create index findings_epss on findings (tenant_id, status, (coalesce(epss, -1)), id)`,
    `create index findings_kev on findings (tenant_id, status, (coalesce(kev_added_at, '-infinity'::timestamptz)), id)`,
    `create index findings_check on findings (tenant_id, check_name) where check_name is not null`,
  ],
}
