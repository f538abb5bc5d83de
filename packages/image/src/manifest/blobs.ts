// Content-addressed blobs, wherever they are kept; and the way from an index to one image through them.
import { createHash, err, type Limits, ok, type Result, YaguraError } from '@yagura/kernel'
import type { Chunks } from '@yagura/safe-io'
import type { OpenedRange } from '../layer/stored.ts'
import { type Descriptor, indexDocument, type ManifestDocument, manifestDocument } from './oci.ts'
import { parseDocument } from './parse.ts'
import { formatPlatform, type Platform, platformRank } from './platform.ts'

export interface BlobStore {
  /** Named in errors: `the OCI layout DIR`. */
  readonly where: string
  /** Size of a blob that is there. */
  size(digest: string): Promise<number | undefined>
  /** The bytes from the start. Throws INPUT_NOT_FOUND. */
  open(digest: string): Chunks
  /** The same bytes where they lie in a file of this machine. */
  file?(digest: string): Promise<OpenedRange | undefined>
}

/** A small blob, whole and verified. Errors: INPUT_NOT_FOUND, LIMIT_EXCEEDED, INTEGRITY. */
export async function readBlob(
  store: BlobStore,
  digest: string,
  limits: Limits,
  what: string,
): Promise<Result<Buffer, YaguraError>> {
  const size = await store.size(digest)
  if (size === undefined)
    return err(new YaguraError('INPUT_NOT_FOUND', `${what} ${digest} is missing in ${store.where}.`))
  if (size > limits.jsonBytes)
    return err(new YaguraError('LIMIT_EXCEEDED', `${what} ${digest} is larger than ${limits.jsonBytes} bytes.`))
  const parts: Uint8Array[] = []
  for await (const chunk of store.open(digest)) parts.push(Buffer.from(chunk))
  const bytes = Buffer.concat(parts)
  if (digestOf(bytes, digest) === digest) return ok(bytes)
  return err(
    new YaguraError('INTEGRITY', `The bytes of ${what.toLowerCase()} ${digest} have another digest.`, {
      hint: 'The image was damaged or changed after it was built; nothing of it was kept.',
    }),
  )
}

export function digestOf(bytes: Uint8Array, like = 'sha256:'): string {
  const algorithm = like.startsWith('sha512:') ? 'sha512' : 'sha256'
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`
}

export interface ResolvedManifest {
  readonly digest: string
  readonly manifest: ManifestDocument
}

const INDEX_TYPES = new Set([
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
])

/** From a descriptor to one manifest: through nested indexes, by platform, past attestations. */
export async function resolveManifest(
  store: BlobStore,
  from: Pick<Descriptor, 'digest' | 'mediaType'>,
  limits: Limits,
  platform?: Platform,
  depth = 0,
): Promise<Result<ResolvedManifest, YaguraError>> {
  if (depth > limits.indexDepth)
    return err(
      new YaguraError('LIMIT_EXCEEDED', `The index of the image is nested deeper than ${limits.indexDepth} levels.`),
    )
  const bytes = await readBlob(store, from.digest, limits, 'Manifest')
  if (!bytes.ok) return bytes
  const isIndex = INDEX_TYPES.has(from.mediaType ?? '') || bytes.value.includes('"manifests"')
  if (!isIndex) {
    const manifest = parseDocument(manifestDocument, bytes.value, limits, `Manifest ${from.digest}`)
    return manifest.ok ? ok({ digest: from.digest, manifest: manifest.value }) : manifest
  }
  const index = parseDocument(indexDocument, bytes.value, limits, `Index ${from.digest}`)
  if (!index.ok) return index
  const chosen = await choosePlatform(store, index.value.manifests, limits, platform)
  return chosen.ok ? resolveManifest(store, chosen.value, limits, platform, depth + 1) : chosen
}

/** The platform asked for; without a wish this machine's architecture, then whatever Linux image is really there. Errors: INPUT_NOT_FOUND, LIMIT_EXCEEDED. */
export async function choosePlatform(
  store: BlobStore,
  candidates: readonly Descriptor[],
  limits: Limits,
  platform?: Platform,
): Promise<Result<Descriptor, YaguraError>> {
  const images = candidates.filter((candidate) => !isAttestation(candidate))
  if (images.length > limits.indexPlatforms)
    return err(new YaguraError('LIMIT_EXCEEDED', `The image has more than ${limits.indexPlatforms} platforms.`))
  const ranked = images
    .flatMap((candidate) => {
      const rank = platformRank(candidate.platform, platform)
      return rank === undefined ? [] : [{ candidate, rank }]
    })
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ candidate }) => candidate)
  if (platform && ranked.length === 0 && images.length > 0)
    return err(
      new YaguraError('INPUT_NOT_FOUND', `${store.where} has no image for ${formatPlatform(platform)}.`, {
        hint: `It has ${images.map((image) => formatPlatform(image.platform ?? {})).join(', ')}.`,
      }),
    )
  for (const candidate of ranked) if ((await store.size(candidate.digest)) !== undefined) return ok(candidate)
  const named = ranked[0] ? `the manifest ${ranked[0].digest}` : 'any manifest'
  return err(new YaguraError('INPUT_NOT_FOUND', `${store.where} does not hold ${named} of the image.`))
}

/** BuildKit stores provenance and SBOMs beside the images, as platform unknown/unknown. */
export function isAttestation(candidate: Descriptor): boolean {
  return (
    candidate.annotations?.['vnd.docker.reference.type'] === 'attestation-manifest' ||
    (candidate.platform?.os === 'unknown' && candidate.platform.architecture === 'unknown')
  )
}
