// Coverage gap: what could not be seen. "No findings" must mean "looked, and found none".
import { z } from 'zod'
import { longText, shortText, timestamp, ulid } from './common.ts'

export const COVERAGE_GAP_CODES = [
  'ADVISORIES_MISSING',
  'ADVISORIES_NOT_COVERED',
  'ADVISORIES_STALE',
  'END_OF_LIFE',
  'VERSION_UNDETERMINED',
  'FILE_UNREADABLE',
  'FILE_INVALID',
  'LIMIT_REACHED',
  'LAYER_MISSING',
  'IMAGE_UNREADABLE',
  'RUNTIME_UNREADABLE',
  'SENSOR_UNAVAILABLE',
  'SENSOR_HOOK_MISSING',
  'SENSOR_EVENTS_LOST',
  'SENSOR_RESTARTED',
  'CONTAINER_UNIDENTIFIED',
  'SPOOL_DROPPED',
  'AGENT_SILENT',
] as const
export const coverageGapCode = z.enum(COVERAGE_GAP_CODES)
export type CoverageGapCode = z.infer<typeof coverageGapCode>

/** `scope` says what is affected, as an asset key (`host:…`, `image:…`), a path in an image, or `fleet`. (code, scope, subject) is the identity. */
export const coverageGapReport = z.object({
  code: coverageGapCode,
  scope: z.string().min(1).max(1024),
  subject: z
    .string()
    .max(4096)
    .meta({ description: 'the file, hook, ring or package that was not seen; may be empty' }),
  reason: longText.meta({ description: 'one sentence: why' }),
  remedy: longText.nullable().meta({ description: 'one sentence: what closes the gap' }),
  count: z.int().nonnegative().meta({ description: 'things lost, where they can be counted; else 1' }),
  observedAt: timestamp,
  resolved: z.boolean().default(false).meta({ description: 'true closes an earlier gap of the same identity' }),
})

export const coverageGap = coverageGapReport.omit({ observedAt: true, resolved: true }).extend({
  id: ulid,
  agentId: ulid.nullable(),
  assetId: ulid.nullable(),
  assetName: shortText.nullable().meta({ description: 'name of the asset the scope speaks of' }),
  firstSeenAt: timestamp,
  lastSeenAt: timestamp,
  resolvedAt: timestamp.nullable(),
  detail: shortText.nullable(),
})

export type CoverageGapReport = z.infer<typeof coverageGapReport>
export type CoverageGap = z.infer<typeof coverageGap>
