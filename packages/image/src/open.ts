// Opens an image wherever it is. Nothing of its layers is read yet.
import { type Clock, err, type Limits, ok, type Result, systemClock, toYaguraError, YaguraError } from '@yagura/kernel'
import { formatPlatform, type Platform, parsePlatform } from './manifest/platform.ts'
import type { OpenedImage, OpenOptions } from './source/opened.ts'
import type { RegistryOptions } from './source/registry/options.ts'
import type { Target } from './target.ts'

export interface OpenImageOptions {
  readonly limits: Limits
  readonly clock?: Clock
  readonly signal?: AbortSignal | undefined
  /** Where containerd keeps its state; default /var/lib/containerd. */
  readonly containerdRoot?: string | undefined
  /** Where podman, buildah and CRI-O keep images; default /var/lib/containers/storage. */
  readonly podmanRoot?: string | undefined
  /** Where the docker engine keeps its state; default /var/lib/docker. */
  readonly dockerRoot?: string | undefined
  /** Of the docker engine; default /var/run/docker.sock. */
  readonly dockerSocket?: string | undefined
  /** Before /run and /proc of the machine whose containers are meant, e.g. /proc/PID/root; default empty. */
  readonly hostRoot?: string | undefined
  readonly registry?: RegistryOptions | undefined
  /** `os/architecture[/variant]`: which image of several behind one name. An image for another one is refused. */
  readonly platform?: string | undefined
}

/** Errors: INPUT_NOT_FOUND (names where it looked), INPUT_INVALID, INPUT_TRUNCATED, INPUT_UNSUPPORTED, INTEGRITY, LIMIT_EXCEEDED, PERMISSION. */
export async function openImage(target: Target, options: OpenImageOptions): Promise<Result<OpenedImage, YaguraError>> {
  const platform = options.platform === undefined ? undefined : parsePlatform(options.platform)
  if (platform?.ok === false) return platform
  const settings: OpenOptions = {
    limits: options.limits,
    clock: options.clock ?? systemClock,
    signal: options.signal,
    containerdRoot: options.containerdRoot ?? '/var/lib/containerd',
    podmanRoot: options.podmanRoot ?? '/var/lib/containers/storage',
    dockerRoot: options.dockerRoot ?? '/var/lib/docker',
    dockerSocket: options.dockerSocket ?? '/var/run/docker.sock',
    hostRoot: options.hostRoot ?? '',
    registry: options.registry ?? {},
    platform: platform?.value,
  }
  try {
    return await checkArchitecture(await openBySource(target, settings), platform?.value)
  } catch (error) {
    return err(toYaguraError(error))
  }
}

/** Where there was no choice, the only image there is may still be another than was asked for. */
async function checkArchitecture(
  opened: Result<OpenedImage, YaguraError>,
  platform: Platform | undefined,
): Promise<Result<OpenedImage, YaguraError>> {
  const refused = opened.ok && platform ? otherPlatform(opened.value.image.architecture, platform) : undefined
  if (!opened.ok || !refused) return opened
  await opened.value.close()
  return err(refused)
}

function otherPlatform(architecture: string | null, platform: Platform): YaguraError | undefined {
  if (architecture === null || architecture === platform.architecture) return undefined
  return new YaguraError('INPUT_NOT_FOUND', `The image is for ${architecture}, not for ${formatPlatform(platform)}.`)
}

/** The same for what describes an image without being one. Errors: USAGE, INPUT_NOT_FOUND. */
export function checkPlatform(architecture: string | null, text: string | undefined): Result<undefined, YaguraError> {
  const platform = text === undefined ? undefined : parsePlatform(text)
  if (!platform) return ok(undefined)
  if (!platform.ok) return platform
  const refused = otherPlatform(architecture, platform.value)
  return refused ? err(refused) : ok(undefined)
}

/** Each is loaded when it is asked for: a scan asks one, and what is not loaded is not waited for. */
async function openBySource(target: Target, options: OpenOptions): Promise<Result<OpenedImage, YaguraError>> {
  switch (target.kind) {
    case 'docker-archive': {
      const { openDockerArchive } = await import('./source/docker-archive/index.ts')
      return openDockerArchive(target.path, options)
    }
    case 'oci': {
      const { openOciLayout } = await import('./source/oci/index.ts')
      return openOciLayout(target.path, target.reference, options)
    }
    case 'rootfs': {
      const { openRootfs } = await import('./source/rootfs/index.ts')
      return openRootfs(target.path, options)
    }
    case 'dir': {
      const { openSourceTree } = await import('./source/source-tree/index.ts')
      return openSourceTree(target.path, options)
    }
    case 'containerd': {
      const { openContainerdImage } = await import('./source/containerd/index.ts')
      return openContainerdImage(target.name, options)
    }
    case 'podman': {
      const { openStoredImage } = await import('./source/containers-storage/index.ts')
      return openStoredImage(target.name, options)
    }
    case 'docker': {
      const { openDockerImage } = await import('./source/docker/index.ts')
      return openDockerImage(target.name, options)
    }
    case 'container': {
      const { openContainer } = await import('./source/container/index.ts')
      return openContainer(target.name, options)
    }
    case 'registry': {
      const { openRegistryImage } = await import('./source/registry/index.ts')
      return openRegistryImage(target.reference, options)
    }
    case 'sbom':
      return Promise.resolve(
        err(new YaguraError('INPUT_UNSUPPORTED', `${target.path} is an SBOM, which holds no layers.`)),
      )
  }
}
