// Content-addressed blobs, wherever they are kept; and the way from an index to one image through them.
import { createHash, err, type Limits, ok, type Result, YaguraError } from '@yagura/kernel'
import type { Chunks } from '@yagura/safe-io'
import type { OpenedRange } from '../layer/stored.ts'
import { type Descriptor, indexDocument, type ManifestDocument, manifestDocument, manifestOrIndex } from './oci.ts'
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
  const isIndex = isIndexDocument(from, bytes.value, limits)
  if (!isIndex.ok) return isIndex
  if (!isIndex.value) {
    const manifest = parseDocument(manifestDocument, bytes.value, limits, `Manifest ${from.digest}`)
    return manifest.ok ? ok({ digest: from.digest, manifest: manifest.value }) : manifest
  }
  const index = parseDocument(indexDocument, bytes.value, limits, `Index ${from.digest}`)
  if (!index.ok) return index
  const chosen = await choosePlatform(store, index.value.manifests, limits, platform)
  return chosen.ok ? resolveManifest(store, chosen.value, limits, platform, depth + 1) : chosen
}

/** One that is both would be one image here and another elsewhere (image-spec, CVE-2021-41190); container runtimes refuse it too. */
function isIndexDocument(
  { digest, mediaType }: Pick<Descriptor, 'digest' | 'mediaType'>,
  bytes: Buffer,
  limits: Limits,
): Result<boolean, YaguraError> {
  const document = parseDocument(manifestOrIndex, bytes, limits, `Manifest ${digest}`)
  if (!document.ok) return document
  const { manifests, config, layers } = document.value
  if (manifests === undefined) return ok(layers === undefined && INDEX_TYPES.has(mediaType ?? ''))
  if (config === undefined && layers === undefined) return ok(true)
  return err(new YaguraError('INPUT_INVALID', `Manifest ${digest} is an image and an index of images at once.`))
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

/**
 * BuildKit stores provenance and SBOMs beside the images, as platform unknown/unknown. Its annotation alone does not count: runtimes
 * choose by platform, and would run what was left aside here.
 */
export function isAttestation({ platform }: Descriptor): boolean {
  return platform?.os === 'unknown' && platform.architecture === 'unknown'
}
