// Orders of the list of results that were slow with those of a large fleet.
import type { Migration } from './migration.ts'

export const largeLists: Migration = {
  name: '0011-large-lists',
  statements: [
    `create index check_results_urgency on check_results (tenant_id, (case seen_verdict when 'fail' then 40 when 'error' then 30
      when 'manual' then 20 when 'pass' then 10 else 0 end + seen_severity), id) where seen_verdict is not null`,
    `create index check_results_severity on check_results (tenant_id, seen_severity, id) where seen_verdict is not null`,
  ],
}
