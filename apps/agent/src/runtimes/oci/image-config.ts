// From what an image name points at to the image's configuration: index → manifest of this platform → config
// (opencontainers/image-spec). The digest of the configuration is the identity of an image, however it was stored.
import { z } from 'zod'

const descriptor = z.object({
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  platform: z.object({ os: z.string().catch(''), architecture: z.string().catch('') }).optional(),
})
const document = z.object({
  manifests: z.array(descriptor).max(64).optional(),
  config: descriptor.optional(),
  layers: z
    .array(z.object({ size: z.number().catch(0) }))
    .max(512)
    .optional(),
})
const configuration = z.object({
  os: z.string().max(512).nullable().catch(null),
  architecture: z.string().max(512).nullable().catch(null),
  created: z.string().nullable().catch(null),
})

export interface ResolvedImage {
  readonly configDigest: string
  readonly manifestDigest: string
  readonly os: string | null
  readonly architecture: string | null
  readonly createdAt: string | null
  /** Stored (compressed) size of all layers. */
  readonly sizeBytes: number
}

const DEPTH_MAX = 3
const BLOB_BYTES_MAX = 4 * 1024 * 1024
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

/** Undefined when a part is missing, not JSON, or of another platform only. */
export async function resolveImage(
  targetDigest: string,
  readBlob: (digest: string, maxBytes: number) => Promise<Buffer>,
): Promise<ResolvedImage | undefined> {
  let digest = targetDigest
  for (let depth = 0; depth < DEPTH_MAX; depth += 1) {
    const parsed = document.safeParse(parseJson(await readBlob(digest, BLOB_BYTES_MAX))).data
    if (!parsed) return undefined
    if (parsed.config) {
      const config = configuration.safeParse(parseJson(await readBlob(parsed.config.digest, BLOB_BYTES_MAX))).data
      const created = config?.created ? Date.parse(config.created) : Number.NaN
      return {
        configDigest: parsed.config.digest,
        manifestDigest: digest,
        os: config?.os ?? null,
        architecture: config?.architecture ?? null,
        createdAt: Number.isFinite(created) ? new Date(created).toISOString() : null,
        sizeBytes: (parsed.layers ?? []).reduce((sum, layer) => sum + Math.max(0, Math.trunc(layer.size)), 0),
      }
    }
    const next = chooseManifest(parsed.manifests ?? [])
    if (!next) return undefined
    digest = next
  }
  return undefined
}

function chooseManifest(manifests: readonly z.infer<typeof descriptor>[]): string | undefined {
  const architecture = ARCHITECTURES[process.arch] ?? process.arch
  const fitting = manifests.find((one) => one.platform?.os === 'linux' && one.platform.architecture === architecture)
  return (fitting ?? (manifests.length === 1 ? manifests[0] : undefined))?.digest
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
