// Finding: a fact about an asset that someone may have to fix or judge. Listed; does not page.
import { z } from 'zod'
import { longText, severity, shortText, timestamp, ulid } from './common.ts'
import { runtimeFinding } from './incident.ts'
import { mistakeFinding } from './mistake.ts'
import { secretFinding } from './secret.ts'

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

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)

/** What is known of attacks with a vulnerability. Each is left out where its feed says nothing of it. */
export const exploitation = z.object({
  kev: z
    .object({
      addedOn: day,
      dueOn: day.nullable().meta({ description: 'by when agencies of the United States must act' }),
      isUsedByRansomware: z.boolean(),
    })
    .optional()
    .meta({ description: 'in the catalogue of known exploited vulnerabilities: attacks were seen' }),
  epss: z
    .object({
      score01: z.number().min(0).max(1).meta({ description: 'probability of attacks within 30 days' }),
      percentile01: z
        .number()
        .min(0)
        .max(1)
        .meta({ description: 'share of all vulnerabilities that score as high or lower' }),
      scoredAt: timestamp.nullable(),
    })
    .optional()
    .meta({ description: 'estimated, which is no evidence of attacks' }),
  ssvc: z
    .object({
      exploitation: z.enum(['none', 'poc', 'active']).nullable(),
      automatable: z.enum(['yes', 'no']).nullable(),
      technicalImpact: z.enum(['partial', 'total']).nullable(),
    })
    .optional()
    .meta({ description: 'decision points of CISA (vulnrichment)' }),
})

/** What matching says of one package and one advisory: `yagura scan --format json` prints these as findings[]. */
export const vulnerabilityFinding = exploitation.extend({
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

/** Why a finding does not count: an exception of the own team, or a statement of the maker. */
export const suppression = z.object({
  kind: z.enum(['exception', 'vex']),
  source: z.string().max(4096).meta({ description: 'file, document or feed that says so' }),
  line: z.int().positive().nullable(),
  reason: longText,
  expires: shortText.nullable().meta({ description: 'last day it holds, YYYY-MM-DD' }),
})

export const FINDING_STATUSES = ['open', 'suppressed', 'resolved'] as const

export const finding = z.object({
  id: ulid,
  kind: findingKind,
  assetId: ulid,
  assetName: shortText,
  title: longText,
  severity,
  status: z
    .enum(FINDING_STATUSES)
    .meta({ description: 'suppressed: a statement of the maker, or an exception, settles it' }),
  vulnerability: vulnerabilityFinding.nullable(),
  secret: secretFinding.nullable().meta({ description: 'evidence of a finding of this kind' }),
  mistake: mistakeFinding.nullable().meta({ description: 'evidence of a finding of this kind' }),
  runtime: runtimeFinding.nullable().meta({ description: 'evidence of a finding of this kind' }),
  suppression: suppression.nullable().meta({ description: 'who settles it, where it is suppressed' }),
  summary: longText.nullable(),
  references: z.array(z.string().max(2048)),
  locations: z.array(z.object({ path: z.string(), layer: z.string().nullable() })),
  layerCommand: longText.nullable(),
  runningContainers: z.int().nonnegative().meta({ description: 'containers that run this image now' }),
  firstSeenAt: timestamp,
  lastSeenAt: timestamp,
  resolvedAt: timestamp.nullable(),
})

export type Exploitation = z.infer<typeof exploitation>
export type Suppression = z.infer<typeof suppression>
export type FindingStatus = (typeof FINDING_STATUSES)[number]
export type FindingKind = z.infer<typeof findingKind>
export type VulnerabilityFinding = z.infer<typeof vulnerabilityFinding>
export type Finding = z.infer<typeof finding>
