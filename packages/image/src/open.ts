// Opens an image wherever it is. Nothing of its layers is read yet.
import { type Clock, err, type Limits, type Result, systemClock, toYaguraError, YaguraError } from '@yagura/kernel'
import { openContainerdImage } from './source/containerd/index.ts'
import { openStoredImage } from './source/containers-storage/index.ts'
import { openDockerArchive } from './source/docker-archive/index.ts'
import { openOciLayout } from './source/oci/index.ts'
import type { OpenedImage, OpenOptions } from './source/opened.ts'
import { openRootfs } from './source/rootfs/index.ts'
import { openSourceTree } from './source/source-tree/index.ts'
import type { Target } from './target.ts'

export interface OpenImageOptions {
  readonly limits: Limits
  readonly clock?: Clock
  readonly signal?: AbortSignal | undefined
  /** Where containerd keeps its state; default /var/lib/containerd. */
  readonly containerdRoot?: string | undefined
  /** Where podman, buildah and CRI-O keep images; default /var/lib/containers/storage. */
  readonly podmanRoot?: string | undefined
}

/** Errors: INPUT_NOT_FOUND (names where it looked), INPUT_INVALID, INPUT_TRUNCATED, INPUT_UNSUPPORTED, INTEGRITY, LIMIT_EXCEEDED, PERMISSION. */
export async function openImage(target: Target, options: OpenImageOptions): Promise<Result<OpenedImage, YaguraError>> {
  const settings: OpenOptions = {
    limits: options.limits,
    clock: options.clock ?? systemClock,
    signal: options.signal,
    containerdRoot: options.containerdRoot ?? '/var/lib/containerd',
    podmanRoot: options.podmanRoot ?? '/var/lib/containers/storage',
  }
  try {
    return await openBySource(target, settings)
  } catch (error) {
    return err(toYaguraError(error))
  }
}

function openBySource(target: Target, options: OpenOptions): Promise<Result<OpenedImage, YaguraError>> {
  switch (target.kind) {
    case 'docker-archive':
      return openDockerArchive(target.path, options)
    case 'oci':
      return openOciLayout(target.path, target.reference, options)
    case 'rootfs':
      return openRootfs(target.path, options)
    case 'dir':
      return openSourceTree(target.path, options)
    case 'containerd':
      return openContainerdImage(target.name, options)
    case 'podman':
      return openStoredImage(target.name, options)
    case 'sbom':
      return Promise.resolve(
        err(new YaguraError('INPUT_UNSUPPORTED', `${target.path} is an SBOM, which holds no layers.`)),
      )
  }
}
