// Images of containerd, from its state directory: names from meta.db, blobs from the content store. The daemon is not asked, so it
// need not run, and nothing is sent to it.
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { err, ok, type Result, toYaguraError, YaguraError } from '@yagura/kernel'
import { fileError } from '@yagura/safe-io'
import { resolveManifest } from '../../manifest/blobs.ts'
import { openManifest } from '../../manifest/open-manifest.ts'
import { directoryBlobs } from '../oci/index.ts'
import type { OpenedImage, OpenOptions } from '../opened.ts'
import { findContainerdImage, listContainerdImages } from './metadata.ts'

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
    const resolved = await resolveManifest(store, found.value.target, limits)
    if (!resolved.ok) return resolved
    const opened = await openManifest(store, resolved.value, [found.value.name], limits)
    return opened.ok ? ok({ ...opened.value, gaps: [], close: async () => {} }) : opened
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
