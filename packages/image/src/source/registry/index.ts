// An image in a registry (OCI distribution specification). Manifests and the configuration are fetched and verified when it is opened;
// a layer is fetched only when it is read, as a stream that nothing keeps.
import { err, type Limits, ok, type Result, toYaguraError, YaguraError } from '@yagura/kernel'
import { formatBytes, readSmallFile } from '@yagura/safe-io'
import { createFetchClient, defaultFetchPolicy, type FetchClient, type FetchPolicy } from '@yagura/safe-io/fetch'
import { type BlobStore, digestOf, resolveManifest } from '../../manifest/blobs.ts'
import type { Descriptor, ManifestDocument } from '../../manifest/oci.ts'
import { openManifest } from '../../manifest/open-manifest.ts'
import type { OpenedImage, OpenOptions } from '../opened.ts'
import { readCredentials } from './credentials.ts'
import { authHosts, endpointsOf } from './endpoint.ts'
import type { RegistryOptions } from './options.ts'
import { formatReference, type ImageReference } from './reference.ts'
import { type FetchedManifest, openRepository, type Repository } from './repository.ts'

export async function openRegistryImage(
  reference: ImageReference,
  options: OpenOptions,
  overrides: Partial<FetchPolicy> = {},
): Promise<Result<OpenedImage, YaguraError>> {
  const policy = await policyOf(options.registry, overrides)
  if (!policy.ok) return policy
  const client = createFetchClient(policy.value, options.clock, options.signal)
  const opened = await openWith(client, reference, options).catch((error: unknown) => err(toYaguraError(error)))
  if (!opened.ok) client.close()
  return opened
}

async function openWith(
  client: FetchClient,
  reference: ImageReference,
  options: OpenOptions,
): Promise<Result<OpenedImage, YaguraError>> {
  const { limits, registry } = options
  const endpoints = endpointsOf(reference, registry)
  if (!endpoints.ok) return endpoints
  const credentials = await readCredentials(registry, limits)
  if (!credentials.ok) return credentials
  const repositories = endpoints.value.map((endpoint) =>
    openRepository(
      {
        client,
        endpoint,
        credentials: credentials.value.of(endpoint),
        authHosts: authHosts(endpoint, registry),
        limits,
      },
      credentials.value.needsHelper(endpoint),
    ),
  )
  const sources = sourcesOf(repositories)
  const root = await firstOf(sources, (one) => one.manifest(reference.digest ?? reference.tag ?? 'latest'))
  const digest = digestOf(root.bytes, reference.digest ?? undefined)
  const expected = reference.digest ?? root.claimedDigest
  if (expected !== undefined && digestOf(root.bytes, expected) !== expected)
    return err(otherDigest('manifest', expected))
  const name = formatReference(reference)
  const manifests = manifestStore(name, sources, new Map([[digest, root.bytes]]))
  const resolved = await resolveManifest(manifests, { digest, mediaType: root.mediaType }, limits, options.platform)
  if (!resolved.ok) return resolved
  const blobs = blobStore(name, sources, resolved.value.manifest, limits)
  const content = await openManifest(blobs, resolved.value, [name], limits)
  return content.ok ? ok({ ...content.value, gaps: [], close: async () => client.close() }) : content
}

/** Manifests by digest; `known` grows with what is fetched, which is a few small documents. */
function manifestStore(where: string, sources: Sources, known: Map<string, Buffer>): BlobStore {
  async function find(digest: string): Promise<Buffer | undefined> {
    const kept = known.get(digest)
    if (kept) return kept
    let fetched: FetchedManifest
    try {
      fetched = await firstOf(sources, (one) => one.manifest(digest))
    } catch (error) {
      if (toYaguraError(error).code === 'INPUT_NOT_FOUND') return undefined
      throw error
    }
    if (digestOf(fetched.bytes, digest) !== digest) throw otherDigest('manifest', digest)
    known.set(digest, fetched.bytes)
    return fetched.bytes
  }
  return {
    where,
    size: async (digest) => (await find(digest))?.length,
    async *open(digest) {
      const bytes = await find(digest)
      if (bytes) yield bytes
    },
  }
}

/** The configuration and the layers. Their sizes are those of the manifest; whether they are there is found out when they are read. */
function blobStore(where: string, sources: Sources, manifest: ManifestDocument, limits: Limits): BlobStore {
  const descriptors = new Map<string, Descriptor>(
    [...manifest.layers, manifest.config].map((descriptor) => [descriptor.digest, descriptor]),
  )
  return {
    where,
    size: async (digest) => descriptors.get(digest)?.size,
    async *open(digest) {
      const descriptor = descriptors.get(digest)
      if (!descriptor) throw new YaguraError('INPUT_NOT_FOUND', `${where} has no blob ${digest}.`)
      // packed so that nothing comes out of it, it would pass every budget on what is unpacked
      if (descriptor.size > limits.layerBytes) throw notFetched(tooLarge(limits), descriptor, manifest)
      let at = 0
      const repositories = sources.inOrder()
      for (const repository of repositories) {
        try {
          for await (const chunk of repository.blob(descriptor, at)) {
            at += chunk.length
            yield chunk
          }
          return
        } catch (error) {
          const failure = toYaguraError(error)
          if (failure.code === 'INTEGRITY') throw error
          sources.note(repository, failure)
          if (repository === repositories.at(-1)) throw notFetched(failure, descriptor, manifest)
        }
      }
    },
  }
}

function tooLarge({ layerBytes }: Limits): YaguraError {
  return new YaguraError('LIMIT_EXCEEDED', `its manifest says that it is larger than ${formatBytes(layerBytes)}.`)
}

/** Whatever the reason, a layer that did not come is one that is missing: the others are still read. */
function notFetched(failure: YaguraError, { digest, urls }: Descriptor, manifest: ManifestDocument): YaguraError {
  if (digest === manifest.config.digest) return failure
  const foreign =
    (urls?.length ?? 0) > 0 ? ' It is a foreign layer, kept at its vendor, and is not fetched from there.' : ''
  return new YaguraError('INPUT_NOT_FOUND', `Layer ${digest} was not fetched: ${failure.message}${foreign}`, {
    cause: failure,
  })
}

/** From the first repository that has it; the error of the last, which is the registry itself, if none does. */
async function firstOf<T>({ inOrder, note }: Sources, ask: (one: Repository) => Promise<T>): Promise<T> {
  let failure: unknown
  for (const repository of inOrder()) {
    try {
      return await ask(repository)
    } catch (error) {
      failure = error
      note(repository, toYaguraError(error))
    }
  }
  throw failure
}

interface Sources {
  inOrder(): readonly Repository[]
  note(repository: Repository, failure: YaguraError): void
}

/** A mirror that lacks one thing may have the next; one that fails otherwise is not asked again for this image. */
function sourcesOf(repositories: readonly Repository[]): Sources {
  const failed = new Set<Repository>()
  return {
    inOrder: () => repositories.filter((one, at) => at === repositories.length - 1 || !failed.has(one)),
    note(repository, failure) {
      if (failure.code === 'INTERNAL') throw failure.cause ?? failure
      if (failure.code !== 'INPUT_NOT_FOUND') failed.add(repository)
    },
  }
}

function otherDigest(what: string, digest: string): YaguraError {
  return new YaguraError('INTEGRITY', `The bytes of ${what} ${digest} have another digest.`, {
    hint: 'The registry or a mirror is damaged, or someone changed the image on its way; nothing of it was kept.',
  })
}

/** Errors: those of reading the CA file, INPUT_INVALID. */
async function policyOf(
  registry: RegistryOptions,
  overrides: Partial<FetchPolicy>,
): Promise<Result<FetchPolicy, YaguraError>> {
  const settings = {
    allowPrivate: '--registry-allow-private',
    insecure: '--registry-insecure',
    certificates: '--registry-ca',
  }
  const { allowPrivate = [], insecure = [], caFile } = registry
  const policy = { ...defaultFetchPolicy, settings, allowPrivate, insecure, ...overrides }
  if (caFile === undefined) return ok(policy)
  const bytes = await readSmallFile(caFile, 1024 * 1024)
  if (!bytes.ok) return bytes
  const extraCertificates = bytes.value.toString('latin1')
  if (extraCertificates.includes('-----BEGIN CERTIFICATE-----')) return ok({ ...policy, extraCertificates })
  return err(new YaguraError('INPUT_INVALID', `${caFile} (--registry-ca) holds no certificate in PEM form.`))
}
