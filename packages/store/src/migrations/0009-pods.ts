// A request to the Kubernetes API names a pod: the node that it runs on is found without reading every container.
import type { Migration } from './migration.ts'

export const pods: Migration = {
  name: '0009-pods',
  statements: [
    `create index assets_pod_uid on assets (tenant_id, (facts->'pod'->>'uid')) where kind = 'container'`,
    `create index assets_pod_name on assets (tenant_id, (facts->'pod'->>'name')) where kind = 'container'`,
  ],
}
