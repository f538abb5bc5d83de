// Compliance: what is checked, what came out, and the baseline a company chose for itself.
import { z } from 'zod'
import { localisedText, longText, severity, shortText, timestamp, ulid } from './common.ts'
import { FRAMEWORKS } from './frameworks.ts'

export { FRAMEWORKS } from './frameworks.ts'

export const CHECK_TARGETS = [
  'host',
  'docker',
  'containerd',
  'cri-o',
  'kubernetes',
  'image',
  'middleware',
  'manifest',
] as const
export const checkTarget = z.enum(CHECK_TARGETS)

/** `manual` says what to look at, `not-applicable` why, `error` what was missing. Only `pass` is a pass. */
export const VERDICTS = ['pass', 'fail', 'manual', 'not-applicable', 'error'] as const
export const checkVerdict = z.enum(VERDICTS)

export const controlRef = z.object({ framework: z.enum(FRAMEWORKS), section: shortText })

/** A check as people read it. How it is answered stands beside it in content/checks, in the form its target needs. */
export const checkDescription = z.object({
  id: shortText.meta({ description: 'stable: PG-01, HOST-12, K8S-POD-03' }),
  version: z.int().positive().meta({ description: 'rises when what counts as a pass changes' }),
  target: checkTarget,
  product: shortText.nullable().meta({ description: 'middleware: postgresql, redis, …' }),
  severity,
  title: localisedText,
  why: localisedText,
  fix: localisedText,
  controls: z.array(controlRef).max(64),
})

/** Where a value was read, so that somebody can look for himself. */
export const EVIDENCE_SOURCES = [
  'runtime',
  'argument',
  'environment',
  'file',
  'default',
  'api',
  'probe',
  'kernel',
  'manifest',
] as const
export const checkEvidence = z.object({
  source: z.enum(EVIDENCE_SOURCES),
  place: longText.meta({ description: 'path and line, flag, query, address, object' }),
  value: longText.nullable().meta({ description: 'as found; secrets are masked' }),
  at: timestamp,
})

/** The exact change that would make it pass; shown, never applied by itself. */
export const remediation = z.object({
  kind: z.enum(['command', 'patch', 'text']),
  place: longText.nullable(),
  before: longText.nullable(),
  after: longText,
})

export const checkResult = z.object({
  check: shortText,
  checkVersion: z.int().positive(),
  title: localisedText.optional(),
  why: localisedText.optional().meta({ description: 'why it matters' }),
  fix: localisedText.optional().meta({ description: 'what to do, in words; the exact change is the remediation' }),
  expects: z
    .object({ op: shortText, value: z.unknown().optional(), quantifier: z.enum(['all', 'any']).optional() })
    .optional()
    .meta({ description: 'what the value was held against' }),
  product: shortText.nullable().optional(),
  controls: z.array(controlRef).max(64),
  target: checkTarget,
  severity,
  resource: shortText.meta({ description: 'container name/product, node, Kind/namespace/name' }),
  assetKey: z.string().max(1024).nullable(),
  verdict: checkVerdict,
  message: localisedText,
  evidence: z.array(checkEvidence).max(32),
  remediation: remediation.nullable(),
  observedAt: timestamp,
})

/** One override of a baseline layer. Without a reason and an owner it is not accepted; it ends by itself. */
export const baselineOverride = z.object({
  check: shortText,
  resource: shortText.nullable().meta({ description: 'pattern of resources with * ; null: all' }),
  expect: z.unknown().optional().meta({ description: 'another expected value' }),
  severity: severity.optional(),
  action: z.enum(['expect', 'except', 'off', 'severity']),
  reason: longText,
  owner: shortText,
  expires: z.iso.date().nullable(),
})

/** Layers from general to special: standard → company → cluster → application. A file in git. */
export const baseline = z.object({
  name: shortText,
  version: z.int().positive(),
  extends: z.array(shortText).max(16),
  layer: z.enum(['standard', 'company', 'cluster', 'application']),
  selector: z.record(z.string(), z.string()).nullable().meta({ description: 'labels of assets it is for; null: all' }),
  checks: z.array(shortText).max(4096).meta({ description: 'ids and patterns such as PG-* that belong to it' }),
  expected: z.record(z.string(), z.unknown()).meta({ description: 'check → value chosen for the company' }),
  overrides: z.array(baselineOverride).max(4096),
  adoptedBy: shortText.nullable(),
  adoptedAt: timestamp.nullable(),
})

/** A result that changed: the only thing that alarms. */
export const complianceTransition = z.object({
  id: ulid,
  check: shortText,
  resource: shortText,
  assetKey: z.string().max(1024).nullable(),
  from: checkVerdict.nullable(),
  to: checkVerdict,
  baseline: shortText,
  at: timestamp,
})

/** One run of checks on one machine; what it does not name any more is gone. */
export const checkRun = z.object({
  target: checkTarget,
  /** Resources that were looked at, also those without a result. */
  resources: z.array(shortText).max(10_000),
  results: z.array(checkResult).max(20_000),
  startedAt: timestamp,
  endedAt: timestamp,
})

/** A result as the server keeps it, seen through the baseline in force. */
export const storedCheckResult = checkResult.extend({
  id: ulid,
  agentId: ulid,
  assetId: ulid.nullable(),
  assetName: shortText,
  title: localisedText,
  changedAt: timestamp.meta({ description: 'since when the verdict is what it is' }),
  baseline: shortText.nullable(),
})

/** Assets × controls: how many of each verdict. */
export const complianceMatrix = z.object({
  framework: z.enum(FRAMEWORKS).nullable(),
  assets: z.array(z.object({ id: ulid.nullable(), key: z.string(), name: shortText })).max(500),
  assetsLeftOut: z.int().nonnegative(),
  rows: z
    .array(
      z.object({
        section: shortText,
        title: localisedText.nullable(),
        checks: z.int().nonnegative(),
        cells: z.array(
          z.object({
            asset: z.int().nonnegative().meta({ description: 'index into assets' }),
            pass: z.int(),
            fail: z.int(),
            manual: z.int(),
            error: z.int(),
          }),
        ),
      }),
    )
    .max(1000),
})
export const compliancePoint = z.object({
  at: timestamp,
  pass: z.int(),
  fail: z.int(),
  error: z.int(),
  manual: z.int(),
})
export const complianceSummary = z.object({
  baseline: shortText.nullable().meta({ description: 'in force; null: every check as it stands' }),
  counts: z.object({ pass: z.int(), fail: z.int(), manual: z.int(), notApplicable: z.int(), error: z.int() }),
  bySeverity: z.record(severity, z.int()).meta({ description: 'failing checks' }),
  frameworks: z.array(z.object({ framework: z.enum(FRAMEWORKS), pass: z.int(), fail: z.int() })),
  trend: z.array(compliancePoint).max(400),
})
export const storedTransition = complianceTransition.extend({
  assetId: ulid.nullable(),
  assetName: shortText,
  title: localisedText,
})
export const storedBaseline = baseline.extend({
  id: ulid,
  inForce: z.boolean(),
  problems: z.array(localisedText),
  createdAt: timestamp,
})
export const newBaseline = baseline.omit({ adoptedBy: true, adoptedAt: true })
export const proposedBaseline = z.object({
  baseline,
  checks: z.array(
    z.object({
      check: shortText,
      title: localisedText.nullable(),
      expected: z.unknown().optional(),
      resources: z.int(),
      failing: z.int(),
      unjudged: z.int(),
      reason: z.enum(['all-pass', 'most-pass', 'safe-value', 'cannot-be-judged']),
    }),
  ),
})

export type CheckRun = z.infer<typeof checkRun>
export type StoredCheckResult = z.infer<typeof storedCheckResult>
export type ComplianceMatrix = z.infer<typeof complianceMatrix>
export type ComplianceSummary = z.infer<typeof complianceSummary>
export type StoredTransition = z.infer<typeof storedTransition>
export type StoredBaseline = z.infer<typeof storedBaseline>
export type ProposedBaseline = z.infer<typeof proposedBaseline>
export type NewBaseline = z.infer<typeof newBaseline>
export type CheckTarget = z.infer<typeof checkTarget>
export type CheckVerdict = z.infer<typeof checkVerdict>
export type ControlRef = z.infer<typeof controlRef>
export type CheckDescription = z.infer<typeof checkDescription>
export type CheckEvidence = z.infer<typeof checkEvidence>
export type Remediation = z.infer<typeof remediation>
export type CheckResult = z.infer<typeof checkResult>
export type BaselineOverride = z.infer<typeof baselineOverride>
export type Baseline = z.infer<typeof baseline>
export type ComplianceTransition = z.infer<typeof complianceTransition>
