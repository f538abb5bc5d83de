// Package: one installed piece of software, with the evidence that it is there.
import { z } from 'zod'
import { digest, longText, shortText } from './common.ts'

export const packageLocation = z.object({
  path: z.string().max(4096).meta({ description: 'absolute path inside the image' }),
  layer: digest.nullable().meta({ description: 'diffId of the layer that holds this file' }),
})

export const softwarePackage = z.object({
  name: shortText,
  version: shortText,
  type: shortText.meta({ description: 'purl type: deb, apk, npm, …' }),
  purl: z.string().max(2048),
  architecture: shortText.nullable(),
  source: z
    .object({ name: shortText, version: shortText })
    .nullable()
    .meta({ description: 'source package the vendor tracks, where it is known' }),
  licenses: z.array(longText),
  locations: z.array(packageLocation).min(1),
  layer: digest.nullable().meta({ description: 'diffId of the layer that introduced this version' }),
  ownedBy: z
    .object({ name: shortText, type: shortText })
    .nullish()
    .meta({ description: 'operating system package that owns every location: its vendor judges this package' }),
  vendor: shortText.nullish().meta({ description: 'who built it, where the package says so (Vendor of an rpm)' }),
  module: shortText.nullish().meta({ description: 'name:stream of the module an rpm belongs to' }),
})

export type PackageLocation = z.infer<typeof packageLocation>
export type SoftwarePackage = z.infer<typeof softwarePackage>
