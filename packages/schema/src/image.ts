// Image and layer, as extracted: who made what, in which order.
import { z } from 'zod'
import { digest, longText, shortText, stringMap, timestamp } from './common.ts'
import { coverageGapReport } from './coverage-gap.ts'
import { mistakeFinding } from './mistake.ts'
import { softwarePackage } from './package.ts'
import { secretFinding } from './secret.ts'

export const layer = z.object({
  digest: digest.nullable().meta({ description: 'of the stored (compressed) bytes' }),
  diffId: digest.meta({ description: 'of the uncompressed tar' }),
  createdBy: longText.nullable(),
  createdAt: timestamp.nullable(),
  sizeBytes: z.int().nonnegative().nullable(),
  mediaType: shortText.nullable(),
})

export const operatingSystem = z.object({
  id: shortText.meta({ description: 'ID of os-release: debian, alpine' }),
  versionId: shortText.nullable(),
  prettyName: shortText.nullable(),
  branch: shortText
    .nullish()
    .meta({ description: 'of the repositories packages come from, where they say it: v3.18, edge (Alpine)' }),
})

export const image = z.object({
  digest: digest.nullable().meta({ description: 'of the configuration; null for a plain directory' }),
  manifestDigest: digest.nullable(),
  names: z.array(shortText),
  architecture: shortText.nullable(),
  createdAt: timestamp.nullable(),
  layers: z.array(layer),
  config: z.object({
    user: shortText,
    entrypoint: z.array(longText),
    command: z.array(longText),
    environment: z.array(longText),
    workingDirectory: longText,
    exposedPorts: z.array(shortText),
    labels: stringMap,
    volumes: z.array(longText).optional(),
    onBuild: z.array(longText).optional(),
    hasHealthCheck: z.boolean().optional(),
  }),
  history: z
    .array(z.object({ createdBy: longText, createdAt: timestamp.nullable(), diffId: digest.nullable() }))
    .max(1000)
    .optional()
    .meta({ description: 'every step of the build; diffId is null for those that made no layer' }),
})

/** Everything that one scan of an image, archive or directory brought out. */
export const imageReport = z.object({
  image,
  operatingSystem: operatingSystem.nullable(),
  packages: z.array(softwarePackage).max(200_000),
  coverageGaps: z.array(coverageGapReport).max(10_000),
  secrets: z.array(secretFinding).max(10_000).optional().meta({ description: 'left out: nobody looked' }),
  mistakes: z.array(mistakeFinding).max(10_000).optional().meta({ description: 'left out: nobody looked' }),
  scannedAt: timestamp,
  extractorVersion: z
    .int()
    .nonnegative()
    .meta({ description: 'rises when extractors learn something: older reports are scanned again' }),
})

export type Layer = z.infer<typeof layer>
export type Image = z.infer<typeof image>
export type OperatingSystem = z.infer<typeof operatingSystem>
export type ImageReport = z.infer<typeof imageReport>
