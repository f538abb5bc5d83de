// The documents of an image: OCI image-spec (index, manifest, configuration) and Docker's older forms of the same.
import { z } from 'zod'

const digestText = z.string().regex(/^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/)
const annotations = z.record(z.string(), z.string()).nullish()

export const descriptor = z.object({
  mediaType: z.string().optional(),
  digest: digestText,
  size: z.int().nonnegative(),
  annotations,
  urls: z.array(z.string()).nullish(),
  platform: z
    .object({ os: z.string().optional(), architecture: z.string().optional(), variant: z.string().optional() })
    .nullish(),
})

export const indexDocument = z.object({ manifests: z.array(descriptor) })

export const manifestDocument = z.object({
  mediaType: z.string().optional(),
  config: descriptor,
  layers: z.array(descriptor).max(1024),
  annotations,
})

/** docker save: manifest.json */
export const dockerManifestDocument = z
  .array(
    z.object({
      Config: z.string(),
      RepoTags: z.array(z.string()).nullish(),
      Layers: z.array(z.string()).max(1024),
    }),
  )
  .min(1)

const texts = z.array(z.string()).nullish().catch(null)

export const configDocument = z.object({
  architecture: z.string().optional(),
  os: z.string().optional(),
  created: z.string().nullish().catch(null),
  config: z
    .object({
      User: z.string().nullish().catch(null),
      Entrypoint: texts,
      Cmd: texts,
      Env: texts,
      WorkingDir: z.string().nullish().catch(null),
      ExposedPorts: z.record(z.string(), z.unknown()).nullish().catch(null),
      Labels: z.record(z.string(), z.string()).nullish().catch(null),
    })
    .nullish()
    .catch(null),
  rootfs: z.object({ diff_ids: z.array(digestText).max(1024) }),
  history: z
    .array(
      z.object({
        created: z.string().nullish().catch(null),
        created_by: z.string().nullish().catch(null),
        empty_layer: z.boolean().nullish().catch(null),
      }),
    )
    .nullish()
    .catch(null),
})

export type Descriptor = z.infer<typeof descriptor>
export type ManifestDocument = z.infer<typeof manifestDocument>
export type ConfigDocument = z.infer<typeof configDocument>
