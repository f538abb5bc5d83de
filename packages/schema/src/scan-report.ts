// Scan report: what `yagura scan --format json` prints. Other formats are made from it. Fields may be added, none changes its meaning.
import { z } from 'zod'
import { longText, shortText, timestamp } from './common.ts'
import { coverageGapReport } from './coverage-gap.ts'
import { suppression, vulnerabilityFinding } from './finding.ts'
import { image, operatingSystem } from './image.ts'
import { mistakeFinding } from './mistake.ts'
import { softwarePackage } from './package.ts'
import { secretFinding } from './secret.ts'

/** `status` says not-affected or fixed where a statement of the maker says so, else what matching said. */
export const suppressedFinding = vulnerabilityFinding.extend({ suppression })

/** One entry of `.yagura.yaml` or one VEX statement. */
export const exceptionUse = suppression.extend({
  vulnerability: shortText.meta({ description: 'id it names' }),
  scope: longText.meta({ description: 'package, purl or path it is limited to; empty for all' }),
})

export const scanReport = z
  .object({
    tool: z.object({ name: z.literal('yagura'), version: shortText }),
    target: z.string().max(8192),
    scannedAt: timestamp,
    image,
    operatingSystem: operatingSystem.nullable(),
    packages: z.array(softwarePackage),
    findings: z
      .array(vulnerabilityFinding)
      .meta({ description: 'affected and undetermined; with --all also what is fixed, not affected or not covered' }),
    suppressed: z
      .array(suppressedFinding)
      .meta({ description: 'findings that an exception or a VEX statement settles' }),
    secrets: z.array(secretFinding),
    suppressedSecrets: z.array(secretFinding.extend({ suppression })),
    mistakes: z.array(mistakeFinding),
    suppressedMistakes: z.array(mistakeFinding.extend({ suppression })),
    coverageGaps: z.array(coverageGapReport),
    advisories: z
      .object({
        builtAt: timestamp,
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        sources: z.array(
          z.object({ name: shortText, advisories: z.int().nonnegative(), newestAt: timestamp.nullable() }),
        ),
      })
      .nullable()
      .meta({ description: 'the advisory database that was used; null where there was none' }),
    exceptions: z.object({
      used: z.array(exceptionUse),
      unused: z.array(exceptionUse.extend({ problem: z.enum(['matches-nothing', 'expired']) })),
    }),
  })
  .meta({ title: 'Scan report of Yagura' })

/** JSON Schema of the report, written to generated/scan-report.schema.json by `npm run generate`. */
export function scanReportSchema(): Record<string, unknown> {
  return z.toJSONSchema(scanReport, { target: 'draft-2020-12', io: 'output', unrepresentable: 'any' })
}

export type SuppressedFinding = z.infer<typeof suppressedFinding>
export type ExceptionUse = z.infer<typeof exceptionUse>
export type ScanReport = z.infer<typeof scanReport>
