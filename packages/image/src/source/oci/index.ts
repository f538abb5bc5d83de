// OCI image layout (image-spec, image-layout.md): index.json and blobs/, in a directory or in a tar.
import { lstat, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { err, ok, type Result, unwrap, YaguraError } from '@yagura/kernel'
import { fileError, type OpenedFile, openRegularFile, readRange, readSmallFile } from '@yagura/safe-io/file'
import { type BlobStore, choosePlatform, isAttestation, resolveManifest } from '../../manifest/blobs.ts'
import { type Descriptor, indexDocument } from '../../manifest/oci.ts'
import { openManifest } from '../../manifest/open-manifest.ts'
import { parseDocument } from '../../manifest/parse.ts'
import type { Archive } from '../archive.ts'
import type { OpenedImage, OpenOptions } from '../opened.ts'

/** `path` is a directory or a tar file. */
export async function openOciLayout(
  path: string,
  reference: string | null,
  options: OpenOptions,
): Promise<Result<OpenedImage, YaguraError>> {
  let isDirectory: boolean
  try {
    isDirectory = (await stat(path)).isDirectory()
  } catch (error) {
    return err(fileError(error, path))
  }
  if (isDirectory) return openDirectory(path, reference, options)
  const { openArchive } = await import('../archive.ts')
  const archive = await openArchive(path, options.limits)
  if (!archive.ok) return archive
  const opened = await openOciArchive(archive.value, reference, options)
  if (!opened.ok) await archive.value.close()
  return opened
}

async function openDirectory(
  path: string,
  reference: string | null,
  options: OpenOptions,
): Promise<Result<OpenedImage, YaguraError>> {
  const index = await readSmallFile(join(path, 'index.json'), options.limits.jsonBytes)
  if (!index.ok && index.error.code === 'INPUT_NOT_FOUND')
    return err(new YaguraError('INPUT_INVALID', `${path} is not an OCI layout: it holds no index.json.`))
  if (!index.ok) return index
  const store = directoryBlobs(join(path, 'blobs'), await realpath(path), `the OCI layout ${path}`)
  return openFromIndex(index.value, store, reference, options, async () => {})
}

export async function openOciArchive(
  archive: Archive,
  reference: string | null,
  options: OpenOptions,
): Promise<Result<OpenedImage, YaguraError>> {
  const index = await archive.read('index.json', options.limits.jsonBytes)
  if (!index.ok && index.error.code === 'INPUT_NOT_FOUND')
    return err(new YaguraError('INPUT_INVALID', `${archive.path} is not an OCI layout: it holds no index.json.`))
  if (!index.ok) return index
  const store: BlobStore = {
    where: archive.path,
    size: async (digest) => archive.size(blobPath(digest)),
    open: (digest) => archive.open(blobPath(digest)),
    file: async (digest) => archive.file(blobPath(digest)),
  }
  return openFromIndex(index.value, store, reference, options, () => archive.close())
}

async function openFromIndex(
  indexBytes: Buffer,
  store: BlobStore,
  reference: string | null,
  options: OpenOptions,
  close: () => Promise<void>,
): Promise<Result<OpenedImage, YaguraError>> {
  const { limits } = options
  const index = parseDocument(indexDocument, indexBytes, limits, `index.json in ${store.where}`)
  if (!index.ok) return index
  const chosen = await chooseEntry(index.value.manifests, store, reference, options)
  if (!chosen.ok) return chosen
  const resolved = await resolveManifest(store, chosen.value, limits, options.platform)
  if (!resolved.ok) return resolved
  const content = await openManifest(store, resolved.value, namesOf(chosen.value), limits)
  return content.ok ? ok({ ...content.value, gaps: [], close }) : content
}

async function chooseEntry(
  entries: readonly Descriptor[],
  store: BlobStore,
  reference: string | null,
  options: OpenOptions,
): Promise<Result<Descriptor, YaguraError>> {
  const images = entries.filter((entry) => !isAttestation(entry))
  if (reference !== null) {
    const named = images.filter((entry) => namesOf(entry).includes(reference) || entry.digest === reference)
    if (named.length > 0) return choosePlatform(store, named, options.limits, options.platform)
    const known = images.flatMap(namesOf)
    return err(
      new YaguraError('INPUT_NOT_FOUND', `${store.where} holds no image ${reference}.`, {
        hint: known.length > 0 ? `It holds ${known.slice(0, 10).join(', ')}.` : 'Its images have no names.',
      }),
    )
  }
  const names = new Set(images.flatMap((entry) => namesOf(entry)[0] ?? []))
  if (names.size > 1)
    return err(
      new YaguraError('INPUT_INVALID', `${store.where} holds several images.`, {
        hint: `Name one: ${[...names].slice(0, 10).join(', ')}.`,
      }),
    )
  return choosePlatform(store, images, options.limits, options.platform)
}

function namesOf(entry: Descriptor): string[] {
  const { annotations } = entry
  return [annotations?.['io.containerd.image.name'], annotations?.['org.opencontainers.image.ref.name']].filter(
    (name) => name !== undefined,
  )
}

/**
 * Blobs as files. They may be symbolic links, as build tools make them, but not to a place outside `boundary`. Where there is
 * no link nothing is resolved: below /proc/PID/root a resolved path would be one of this machine.
 */
export function directoryBlobs(blobs: string, boundary: string, where: string): BlobStore {
  async function find(digest: string): Promise<string | undefined> {
    const [algorithm = '', hex = ''] = digest.split(':')
    const plain = join(blobs, algorithm, hex)
    try {
      const steps = await Promise.all([blobs, join(blobs, algorithm), plain].map((step) => lstat(step)))
      if (steps.every((step) => !step.isSymbolicLink())) return plain
      const path = await realpath(plain)
      return path.startsWith(`${boundary}/`) ? path : undefined
    } catch {
      return undefined
    }
  }
  async function openBlob(digest: string): Promise<OpenedFile> {
    const path = await find(digest)
    if (path === undefined) throw new YaguraError('INPUT_NOT_FOUND', `The blob ${digest} is not in ${where}.`)
    return unwrap(await openRegularFile(path, { noFollow: true }))
  }
  return {
    where,
    async size(digest) {
      const path = await find(digest)
      if (path === undefined) return undefined
      const stats = await stat(path)
      return stats.isFile() ? stats.size : undefined
    },
    async *open(digest) {
      await using file = await openBlob(digest)
      yield* readRange(file, 0, file.sizeBytes)
    },
    async file(digest) {
      const { handle, path, sizeBytes, [Symbol.asyncDispose]: close } = await openBlob(digest)
      return { fd: handle.fd, startBytes: 0, lengthBytes: sizeBytes, path, [Symbol.asyncDispose]: close }
    },
  }
}

function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`
}
