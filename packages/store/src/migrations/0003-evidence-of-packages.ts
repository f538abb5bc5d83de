// What an extractor knows of a package beside its name: who owns its files, who built it, which module it belongs to.
// Without it the server would judge what the operating system's vendor judges. Images are matched again with what they report next.
import type { Migration } from './migration.ts'

export const evidenceOfPackages: Migration = {
  name: '0003-evidence-of-packages',
  statements: [
    `alter table packages add column owned_by jsonb, add column vendor text, add column module text`,
    `create index packages_source on packages (tenant_id, (source->>'name')) where source is not null`,
  ],
}
