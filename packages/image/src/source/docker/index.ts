// Images of the docker engine: from its own store on disk, from the containerd it keeps images in, or, where the disk is not within
// reach, through its socket.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { err, ok, type Result, YaguraError } from '@yagura/kernel'
import type { Layer } from '@yagura/schema'
import { directoryLayer, OPAQUE_NOT_SEEN } from '../../layer/directory-layer.ts'
import type { LayerSource } from '../../layer/source.ts'
import { describeImage } from '../../manifest/image.ts'
import { openContainerdImage } from '../containerd/index.ts'
import { chainIds } from '../containerd/snapshots.ts'
import { splitLayer } from '../containers-storage/split-layer.ts'
import type { OpenedImage, OpenOptions } from '../opened.ts'
import { openThroughSocket } from './socket.ts'
import { type EngineImage, engineLayer, findEngineImage } from './store.ts'

/** The namespace of docker in containerd. */
const NAMESPACE = 'moby'

export async function openDockerImage(name: string, options: OpenOptions): Promise<Result<OpenedImage, YaguraError>> {
  const stored = await findEngineImage(options.dockerRoot, name, options.limits)
  if (stored.ok) return ok(await openStored(stored.value, options))
  if (stored.error.code !== 'INPUT_NOT_FOUND') return stored
  for (const containerdRoot of [join(options.dockerRoot, 'containerd', 'daemon'), options.containerdRoot]) {
    const found = await openContainerdImage(`${NAMESPACE}/${name}`, { ...options, containerdRoot })
    if (found.ok || found.error.code !== 'INPUT_NOT_FOUND') return found
  }
  if (existsSync(options.dockerSocket)) return openThroughSocket(name, options)
  if (existsSync(join(options.dockerRoot, 'image'))) return stored
  return err(
    new YaguraError(
      'INPUT_NOT_FOUND',
      `The docker engine is not here: there is neither a store in ${options.dockerRoot} nor a socket at ${options.dockerSocket}.`,
      { hint: 'Name the directory that `docker info` shows as Docker Root Dir with --docker-root if it is another.' },
    ),
  )
}

async function openStored(stored: EngineImage, options: OpenOptions): Promise<OpenedImage> {
  const diffIds = stored.config.rootfs.diff_ids
  const image = describeImage({
    configDigest: stored.id,
    manifestDigest: null,
    names: stored.names,
    config: stored.config,
    stored: diffIds.map(() => null),
  })
  const layers = chainIds(diffIds).map((chainId, at) => storedLayer(chainId, image.layers[at] as Layer, options))
  return { image, layers, gaps: [], close: async () => {} }
}

/** As it was pulled, by its tar headers; a layer without them is read as the directory it is. */
function storedLayer(chainId: string, layer: Layer, { dockerRoot, limits }: OpenOptions): LayerSource {
  return {
    layer,
    async read(visitor, options) {
      const found = await engineLayer(dockerRoot, chainId)
      if (!found.ok)
        return [{ code: 'LAYER_MISSING', path: '', reason: `The store of docker has no layer ${layer.diffId}.` }]
      const plain = directoryLayer(found.value.filesPath, 'overlay', layer)
      const fallback: LayerSource = {
        ...plain,
        read: async (...args) => [
          ...(await plain.read(...args)),
          { code: 'LAYER_MISSING', path: '', reason: OPAQUE_NOT_SEEN },
        ],
      }
      return splitLayer({ layer, ...found.value }, fallback, limits).read(visitor, options)
    },
  }
}
