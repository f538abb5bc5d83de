// Where containerd's overlayfs snapshotter has unpacked the layers of an image. Its metadata (metadata/buckets.go) maps the chain id of
// a layer to the snapshotter's own key; the snapshotter's database (snapshots/storage/bolt.go) maps that to the number of a directory.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { toYaguraError } from '@yagura/kernel'
import { readBolt } from './bolt/bolt.ts'

const SNAPSHOTTER = 'overlayfs'

/** For each layer, bottom to top, the directory with its files; undefined where there is none. */
export function snapshotDirectories(
  root: string,
  namespace: string,
  diffIds: readonly string[],
): readonly (string | undefined)[] {
  const home = join(root, `io.containerd.snapshotter.v1.${SNAPSHOTTER}`)
  try {
    const keys = readBolt(join(root, 'io.containerd.metadata.v1.bolt', 'meta.db'), (database) => {
      const snapshots = database.bucket('v1')?.bucket(namespace)?.bucket('snapshots')?.bucket(SNAPSHOTTER)
      return chainIds(diffIds).map((chainId) => snapshots?.bucket(chainId)?.text('name'))
    })
    return readBolt(join(home, 'metadata.db'), (database) => {
      const snapshots = database.bucket('v1')?.bucket('snapshots')
      return keys.map((key) => {
        const id = key === undefined ? undefined : readUvarint(snapshots?.bucket(key)?.bytes('id'))
        return id === undefined ? undefined : join(home, 'snapshots', `${id}`, 'fs')
      })
    })
  } catch (error) {
    // without a snapshotter of this kind the layers stay missing, which is told for each of them
    if (toYaguraError(error).code === 'INTERNAL') throw error
    return diffIds.map(() => undefined)
  }
}

/** OCI image-spec, config.md, "Layer ChainID". */
export function chainIds(diffIds: readonly string[]): readonly string[] {
  const chain: string[] = []
  for (const diffId of diffIds) {
    const below = chain.at(-1)
    chain.push(
      below === undefined ? diffId : `sha256:${createHash('sha256').update(`${below} ${diffId}`).digest('hex')}`,
    )
  }
  return chain
}

/** Go's encoding/binary: seven bits a byte, the lowest first. */
function readUvarint(bytes: Buffer | undefined): number | undefined {
  if (!bytes) return undefined
  let value = 0
  for (const [at, byte] of bytes.entries()) {
    value += (byte & 0x7f) * 2 ** (7 * at)
    if (byte < 0x80) return Number.isSafeInteger(value) ? value : undefined
  }
  return undefined
}
