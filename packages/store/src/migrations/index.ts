// All migrations, oldest first. A published one is never edited: add the next.
import { foundation } from './0001-foundation.ts'
import { tenantsApart } from './0002-tenants-apart.ts'
import { evidenceOfPackages } from './0003-evidence-of-packages.ts'
import { findingsOfImages } from './0004-findings-of-images.ts'
import { incidents } from './0005-incidents.ts'
import { compliance } from './0006-compliance.ts'
import { silence } from './0007-silence.ts'
import { seenVerdicts } from './0008-seen-verdicts.ts'
import { pods } from './0009-pods.ts'
import { webhooks } from './0010-webhooks.ts'
import { largeLists } from './0011-large-lists.ts'
import type { Migration } from './migration.ts'

export const migrations: readonly Migration[] = [
  foundation,
  tenantsApart,
  evidenceOfPackages,
  findingsOfImages,
  incidents,
  compliance,
  silence,
  seenVerdicts,
  pods,
  webhooks,
  largeLists,
]
