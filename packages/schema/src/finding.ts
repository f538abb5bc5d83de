// Finding: a fact about an asset that someone may have to fix or judge. Listed; does not page.
import { z } from 'zod'
import { longText, severity, shortText, timestamp, ulid } from './common.ts'

export const FINDING_KINDS = ['vulnerability', 'runtime', 'compliance', 'secret', 'mistake', 'deviation'] as const
export const findingKind = z.enum(FINDING_KINDS)

export const VULNERABILITY_STATUSES = [
  'affected',
  'fixed',
  'not-affected',
  'not-covered',
  'undetermined',
  'end-of-life',
] as const
export const vulnerabilityStatus = z.enum(VULNERABILITY_STATUSES)
export type VulnerabilityStatus = z.infer<typeof vulnerabilityStatus>

/** What matching says of one package and one advisory: `yagura scan --format json` prints these as findings[]. */
export const vulnerabilityFinding = z.object({
  id: shortText.meta({ description: 'CVE where there is one, else the id of the advisory' }),
  aliases: z.array(shortText),
  package: shortText,
  version: shortText,
  purl: z.string().max(2048),
  severity,
  status: vulnerabilityStatus,
  fixedIn: z.array(shortText),
  reason: longText.meta({ description: 'one sentence: why this status' }),
})

export const finding = z.object({
  id: ulid,
  kind: findingKind,
  assetId: ulid,
  assetName: shortText,
  title: longText,
  severity,
  status: z.enum(['open', 'resolved']),
  vulnerability: vulnerabilityFinding.nullable(),
  summary: longText.nullable(),
  references: z.array(z.string().max(2048)),
  locations: z.array(z.object({ path: z.string(), layer: z.string().nullable() })),
  layerCommand: longText.nullable(),
  runningContainers: z.int().nonnegative().meta({ description: 'containers that run this image now' }),
  firstSeenAt: timestamp,
  lastSeenAt: timestamp,
  resolvedAt: timestamp.nullable(),
})

export type FindingKind = z.infer<typeof findingKind>
export type VulnerabilityFinding = z.infer<typeof vulnerabilityFinding>
export type Finding = z.infer<typeof finding>
