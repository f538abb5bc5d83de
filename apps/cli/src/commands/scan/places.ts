// Where images are, and which of several: the options that every command with a target has.
import { join } from 'node:path'
import type { OpenImageOptions } from '@yagura/image'
import type { Command } from 'commander'

export interface PlaceOptions {
  readonly platform?: string
  readonly containerdRoot?: string
  readonly podmanRoot?: string
  readonly dockerRoot?: string
  readonly dockerSocket?: string
  readonly mirror?: readonly string[]
  readonly registryCa?: string
  readonly registryInsecure?: readonly string[]
  readonly registryAllowPrivate?: readonly string[]
  readonly registryAuthHost?: readonly string[]
}

export function addPlaceOptions(command: Command): Command {
  return command
    .option('--platform <os/arch>', 'which image of a multi-platform target, e.g. linux/arm64')
    .option('--containerd-root <dir>', 'where containerd keeps its state')
    .option('--podman-root <dir>', 'where podman keeps its images')
    .option('--docker-root <dir>', 'where the docker engine keeps its state')
    .option('--docker-socket <path>', 'socket of the docker engine, for when its state is out of reach')
    .option('--mirror <[registry=]host>', 'ask this host first; for Docker Hub when no registry is named', append)
    .option('--registry-ca <file>', 'certificates (PEM) of your own authority')
    .option('--registry-insecure <host>', 'a registry to ask over plain HTTP', append)
    .option('--registry-allow-private <host>', 'a registry that may be at a private address', append)
    .option('--registry-auth-host <host>', 'a host that may be shown credentials in return for tokens', append)
}

/** An option that may be given several times; a list behind one option would swallow the target. */
function append(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value]
}

/** YAGURA_RUNTIME_ROOT stands before all paths that are not named. */
export function placesOf(
  options: PlaceOptions,
  env: Readonly<Record<string, string | undefined>>,
): Omit<OpenImageOptions, 'limits'> {
  const hostRoot = env.YAGURA_RUNTIME_ROOT || undefined
  const below = (path: string) => (hostRoot === undefined ? undefined : join(hostRoot, path))
  return {
    platform: options.platform,
    hostRoot,
    containerdRoot: options.containerdRoot ?? below('var/lib/containerd'),
    podmanRoot: options.podmanRoot ?? below('var/lib/containers/storage'),
    dockerRoot: options.dockerRoot ?? below('var/lib/docker'),
    dockerSocket: options.dockerSocket ?? below('run/docker.sock'),
    registry: {
      mirrors: options.mirror,
      caFile: options.registryCa,
      insecure: options.registryInsecure,
      allowPrivate: options.registryAllowPrivate,
      authHosts: options.registryAuthHost,
    },
  }
}
