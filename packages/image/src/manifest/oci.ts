// The documents of an image: OCI image-spec (index, manifest, configuration) and Docker's older forms of the same.
import { anything, count, flag, lenient, list, matching, object, optional, record, type Shaped, text } from './shape.ts'

/** Docker stops at 127, overlayfs at 500. */
const MAX_LAYERS = 512

export const DIGEST = /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/
const digestText = matching(DIGEST, 'a digest')

export const descriptor = object({
  mediaType: optional(text),
  digest: digestText,
  size: count,
  annotations: optional(record(text)),
  urls: optional(list(text)),
  platform: optional(object({ os: optional(text), architecture: optional(text), variant: optional(text) })),
})

/** Which of the two a document is, whatever it is called. */
export const manifestOrIndex = object({
  manifests: optional(anything),
  config: optional(anything),
  layers: optional(anything),
})

export const indexDocument = object({ manifests: list(descriptor) })

export const manifestDocument = object({ config: descriptor, layers: list(descriptor, MAX_LAYERS) })

/** docker save: manifest.json */
export const dockerManifestDocument = list(
  object({ Config: text, RepoTags: optional(list(text)), Layers: list(text, MAX_LAYERS) }),
)

export const configDocument = object({
  architecture: lenient(text),
  created: lenient(text),
  config: lenient(
    object({
      User: lenient(text),
      Entrypoint: lenient(list(text)),
      Cmd: lenient(list(text)),
      Env: lenient(list(text)),
      WorkingDir: lenient(text),
      ExposedPorts: lenient(record(anything)),
      Labels: lenient(record(text)),
      Volumes: lenient(record(anything)),
      OnBuild: lenient(list(text)),
      Healthcheck: lenient(object({ Test: lenient(list(text)) })),
    }),
  ),
  rootfs: object({ diff_ids: list(digestText, MAX_LAYERS) }),
  history: lenient(list(object({ created: lenient(text), created_by: lenient(text), empty_layer: lenient(flag) }))),
})

export type Descriptor = Shaped<typeof descriptor>
export type ManifestDocument = Shaped<typeof manifestDocument>
export type ConfigDocument = Shaped<typeof configDocument>
