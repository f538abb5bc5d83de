// Shapes that exist only at the API: summaries, sessions, tokens, people.
import { z } from 'zod'
import { asset } from '../asset.ts'
import { digest, localisedText, longText, severity, shortText, timestamp, ulid } from '../common.ts'
import { FINDING_STATUSES, findingKind } from '../finding.ts'
import { imageReport } from '../image.ts'
import { mistakeFinding } from '../mistake.ts'
import { softwarePackage } from '../package.ts'
import { secretFinding } from '../secret.ts'
import { role, tokenRole } from './route.ts'

export const session = z.object({
  user: z.object({ id: ulid, name: shortText, role }),
  tenant: z.object({ id: ulid, name: shortText }),
  csrfToken: z.string(),
  expiresAt: timestamp,
})
export const signInRequest = z.object({ token: z.string().min(16).max(256) })

export const apiToken = z.object({
  id: ulid,
  name: shortText,
  role: tokenRole,
  createdAt: timestamp,
  createdBy: shortText,
  lastUsedAt: timestamp.nullable(),
  expiresAt: timestamp,
})
/** The audit log tells people from programs by a colon: nobody is named so that they look like something else there. */
const ownName = z
  .string()
  .trim()
  .min(1)
  .max(128)
  .regex(/^[^:\p{C}]*$/u, 'must have no colon and no invisible characters')
export const newApiToken = z.object({
  name: ownName,
  role: tokenRole,
  expiresInDays: z.int().min(1).max(366).default(90),
})
/** The secret is shown once, here. */
export const createdApiToken = apiToken.extend({ secret: z.string() })

export const createdEnrolmentToken = z.object({ token: z.string(), expiresAt: timestamp })

export const user = z.object({
  id: ulid,
  name: shortText,
  role,
  createdAt: timestamp,
  lastSignInAt: timestamp.nullable(),
})
export const newUser = z.object({ name: ownName, role })
export const signInLink = z.object({ url: z.string(), expiresAt: timestamp })

export const auditEntry = z.object({
  id: ulid,
  at: timestamp,
  actor: shortText,
  action: shortText,
  target: shortText,
  outcome: z.enum(['allowed', 'denied', 'failed']),
  address: shortText.nullable(),
  detail: longText.nullable(),
})

export const bucket = z.object({ at: timestamp, count: z.int().nonnegative() })

export const QUEUE_REASONS = ['exploited', 'running', 'unowned', 'contained', 'turned'] as const

export const overview = z.object({
  assets: z.object({
    hosts: z.int(),
    containers: z.int(),
    runningContainers: z.int(),
    images: z.int(),
    packages: z.int(),
  }),
  findings: z.object({
    open: z.int(),
    bySeverity: z.record(severity, z.int()),
    fixable: z.int(),
    inRunningImages: z.int(),
  }),
  events: z.object({ lastHour: z.int(), perMinute: z.array(bucket).meta({ description: 'last 60 minutes' }) }),
  agents: z.object({
    healthy: z.int(),
    silent: z.int(),
    reduced: z.int().meta({ description: 'sensor runs with less than everything' }),
  }),
  coverageGaps: z.int().meta({ description: 'open' }),
  incidents: z.object({
    open: z.int().meta({ description: 'open or acknowledged' }),
    unowned: z.int().meta({ description: 'of these, nobody has them' }),
    bySeverity: z.record(severity, z.int()),
  }),
  queue: z
    .array(
      z.object({
        kind: z.enum(['incident', 'finding', 'coverage-gap', 'agent', 'drift']),
        id: ulid,
        severity,
        title: longText,
        titles: localisedText.optional().meta({ description: 'the title in the languages that it has' }),
        subject: shortText,
        code: shortText.optional().meta({ description: 'what sort of its kind: code of the gap, kind of the finding' }),
        check: shortText.optional().meta({ description: 'kind of the secret, or check that found the mistake' }),
        path: z.string().optional().meta({ description: 'file that a finding is about' }),
        fixedIn: z.array(shortText).optional().meta({ description: 'versions that mend a vulnerability' }),
        why: z
          .array(z.enum(QUEUE_REASONS))
          .optional()
          .meta({ description: 'what puts it where it stands in the queue' }),
        steps: z.int().positive().optional().meta({ description: 'steps of an incident' }),
        count: z.int().positive().meta({ description: 'how many of its kind this line stands for' }),
        at: timestamp,
      }),
    )
    .max(50)
    .meta({ description: 'what needs a person, most urgent first' }),
  advisories: z.object({
    state: z.enum(['ready', 'missing', 'invalid']),
    builtAt: timestamp.nullable(),
    advisories: z.int(),
  }),
})

export const assetDetail = asset.extend({
  path: z
    .array(z.object({ id: ulid, kind: shortText, name: shortText }))
    .meta({ description: 'ancestors, outermost first' }),
  childCounts: z.record(z.string(), z.int()),
  imageId: ulid.nullable().meta({ description: 'image a container runs' }),
})

/** A package of an image, with the worst open finding on it. */
export const fleetPackage = softwarePackage.extend({
  id: ulid,
  imageId: ulid,
  imageName: shortText,
  worstSeverity: severity.nullable(),
  findings: z.int().nonnegative(),
  versionVerdict: z
    .enum(['within', 'undetermined'])
    .optional()
    .meta({ description: 'with below or atLeast: undetermined where the versions cannot be compared' }),
})

export const imageDetail = imageReport
  .omit({ packages: true, coverageGaps: true, secrets: true, mistakes: true })
  .extend({
    assetId: ulid,
    packages: z.int().nonnegative(),
    coverageGaps: z.int().nonnegative(),
    secrets: z.int().nonnegative().nullable().meta({ description: 'open; null: nobody looked' }),
    mistakes: z.int().nonnegative().nullable().meta({ description: 'open; null: nobody looked' }),
    containers: z.array(z.object({ id: ulid, name: shortText })),
    introduced: z
      .array(z.object({ diffId: digest.nullable(), packages: z.int().positive(), names: z.array(shortText).max(6) }))
      .meta({ description: 'packages by the layer that introduced them; null where that is not known' }),
  })

/** One secret or mistake of an image; `findingId` leads to its finding. */
const ofFinding = { findingId: ulid, status: z.enum(FINDING_STATUSES), firstSeenAt: timestamp }
export const imageSecret = secretFinding.extend(ofFinding)
export const imageMistake = mistakeFinding.extend({
  ...ofFinding,
  createdBy: longText.nullable().meta({ description: 'command that made the layer' }),
})

const imageSide = z.object({
  assetId: ulid,
  name: shortText,
  digest,
  scannedAt: timestamp,
  packages: z.int().nonnegative(),
  layers: z.int().nonnegative(),
})
const packageChange = z.object({
  id: ulid.meta({ description: 'a package of this name, for its evidence' }),
  type: shortText,
  name: shortText,
  before: z.array(shortText).max(20).meta({ description: 'versions that only the first image has' }),
  after: z.array(shortText).max(20).meta({ description: 'versions that only the second image has' }),
  direction: z.enum(['newer', 'older']).nullable(),
})
const findingChange = z.object({
  id: ulid,
  kind: findingKind,
  title: longText,
  severity,
  package: shortText.nullable(),
  version: shortText.nullable(),
})

/** At most 500 items; the total is exact. */
function someOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item).max(500), total: z.int().nonnegative() })
}

/** From one image to another. */
export const imageDiff = z.object({
  before: imageSide,
  after: imageSide,
  sharedLayers: z.int().nonnegative().meta({ description: 'layers both begin with' }),
  packages: z.object({
    added: someOf(packageChange),
    removed: someOf(packageChange),
    changed: someOf(packageChange),
  }),
  findings: z.object({
    appeared: someOf(findingChange),
    gone: someOf(findingChange),
    remaining: z.int().nonnegative(),
  }),
})

export const advisoryDatabase = z.object({
  state: z.enum(['ready', 'missing', 'invalid']),
  reason: longText.nullable(),
  builtAt: timestamp.nullable(),
  sha256: z.string().nullable(),
  sizeBytes: z.int().nullable(),
  sources: z.array(z.object({ name: shortText, advisories: z.int(), newestAt: timestamp.nullable() })),
  feeds: z
    .array(
      z.object({
        name: shortText.meta({ description: 'kev, epss, vulnrichment …, or osv/ and the ecosystem' }),
        records: z.int().nonnegative(),
        newestAt: timestamp.nullable(),
        ageDays: z.int().nonnegative().nullable(),
        state: z.enum(['current', 'stale', 'undated', 'missing']).meta({
          description:
            'stale: it publishes often, and its newest record is old; undated: it does not tell; missing: not there at the build',
        }),
      }),
    )
    .meta({ description: 'every feed the database is made of, and how old what it says is' }),
})

export const systemStatus = z.object({
  version: shortText,
  startedAt: timestamp,
  database: z.object({ kind: z.enum(['embedded', 'external']), version: shortText, sizeBytes: z.int() }),
  retention: z.object({
    eventDays: z.int(),
    eventBytes: z.int(),
    storedEvents: z.int(),
    storedEventBytes: z.int(),
    oldestEventAt: timestamp.nullable(),
  }),
})

/** One value of a field with how often it occurs under the present filter. */
export const facet = z.object({
  field: shortText,
  values: z.array(z.object({ value: shortText, count: z.int() })).max(50),
})

export type Session = z.infer<typeof session>
export type ApiToken = z.infer<typeof apiToken>
export type Overview = z.infer<typeof overview>
export type AssetDetail = z.infer<typeof assetDetail>
export type FleetPackage = z.infer<typeof fleetPackage>
export type ImageDiff = z.infer<typeof imageDiff>
export type ImageSide = z.infer<typeof imageSide>
export type PackageChange = z.infer<typeof packageChange>
export type FindingChange = z.infer<typeof findingChange>
export type ImageSecret = z.infer<typeof imageSecret>
export type ImageMistake = z.infer<typeof imageMistake>
export type ImageDetail = z.infer<typeof imageDetail>
export type AdvisoryDatabase = z.infer<typeof advisoryDatabase>
export type SystemStatus = z.infer<typeof systemStatus>
export type AuditEntry = z.infer<typeof auditEntry>
export type User = z.infer<typeof user>
export type Facet = z.infer<typeof facet>
