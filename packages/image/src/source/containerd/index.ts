// Images of containerd, from its state directory: names from meta.db, blobs from the content store. The daemon is not asked, so it
// need not run, and nothing is sent to it.
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { err, ok, type Result, toYaguraError, YaguraError } from '@yagura/kernel'
import { fileError } from '@yagura/safe-io'
import { directoryLayer, OPAQUE_NOT_SEEN } from '../../layer/directory-layer.ts'
import { type BlobStore, resolveManifest } from '../../manifest/blobs.ts'
import { type ImageContent, openManifest } from '../../manifest/open-manifest.ts'
import { gapOf } from '../gap.ts'
import { directoryBlobs } from '../oci/index.ts'
import type { OpenedImage, OpenOptions } from '../opened.ts'
import { findContainerdImage, listContainerdImages } from './metadata.ts'
import { snapshotDirectories } from './snapshots.ts'

export async function openContainerdImage(
  name: string,
  options: OpenOptions,
): Promise<Result<OpenedImage, YaguraError>> {
  const { containerdRoot: root, limits } = options
  const database = join(root, 'io.containerd.metadata.v1.bolt', 'meta.db')
  try {
    const found = findContainerdImage(listContainerdImages(database), name, root)
    if (!found.ok) return found
    const content = join(root, 'io.containerd.content.v1.content')
    await access(content).catch((error: unknown) => Promise.reject(fileError(error, content)))
    // containerd makes no links in its store
    const store = directoryBlobs(join(content, 'blobs'), content, `containerd's content store in ${content}`)
    const resolved = await resolveManifest(store, found.value.target, limits, options.platform)
    if (!resolved.ok) return resolved
    const opened = await openManifest(store, resolved.value, [found.value.name], limits)
    if (!opened.ok) return opened
    return ok({ ...(await withSnapshots(opened.value, found.value.namespace, store, options)), close: async () => {} })
  } catch (error) {
    const failure = toYaguraError(error)
    if (failure.code !== 'INPUT_NOT_FOUND') return err(failure)
    return err(
      new YaguraError('INPUT_NOT_FOUND', `There is no state of containerd in ${root}.`, {
        cause: error,
        hint: 'Name the directory that containerd uses as its root if it is another.',
      }),
    )
  }
}

/** containerd may be told to keep no packed layers (discard_unpacked_layers); then those it has unpacked are read. */
async function withSnapshots(
  content: ImageContent,
  namespace: string,
  store: BlobStore,
  options: OpenOptions,
): Promise<Pick<OpenedImage, 'image' | 'layers' | 'gaps'>> {
  const { image } = content
  const sizes = await Promise.all(image.layers.map((layer) => store.size(layer.digest ?? layer.diffId)))
  if (sizes.every((size) => size !== undefined)) return { ...content, gaps: [] }
  const diffIds = image.layers.map((layer) => layer.diffId)
  const directories = snapshotDirectories(options.containerdRoot, namespace, diffIds)
  const layers = content.layers.map((source, at) => {
    const directory = sizes[at] === undefined ? directories[at] : undefined
    return directory === undefined ? source : directoryLayer(directory, 'overlay', source.layer)
  })
  const replaced = layers.some((source, at) => source !== content.layers[at])
  const gap = gapOf(image, options.clock, { code: 'LAYER_MISSING', path: '', reason: OPAQUE_NOT_SEEN })
  return { image, layers, gaps: replaced ? [gap] : [] }
}
