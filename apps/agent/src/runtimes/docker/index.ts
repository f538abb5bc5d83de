// Docker: its HTTP API over the unix socket. Images are read through the root of a running container: the engine gives them out
// only by exporting whole archives, and its stores differ by driver.
import type { ContainerFacts, ImageFacts, PortFact } from '@yagura/schema'
import { resolveInside } from '../../files/inside.ts'
import { CAPABILITIES } from '../../processes/capabilities.ts'
import { readLiveProcess } from '../../processes/live.ts'
import { findProcess } from '../../processes/node.ts'
import { boundedLabels, isPodSandbox, podOf } from '../labels.ts'
import { commandLine, factsOfProcess, hostNamespaces } from '../oci/facts.ts'
import {
  absent,
  CONTAINERS_MAX,
  IMAGES_MAX,
  type ObservedContainer,
  type ObservedImage,
  type ReadContext,
  type RuntimeReader,
  unreadable,
} from '../runtime.ts'
import {
  askDocker,
  type DockerContainer,
  dockerContainer,
  dockerContainers,
  dockerImages,
  dockerVersion,
} from './api.ts'
import { dockerCapabilities } from './capabilities.ts'

const SOCKET = '/var/run/docker.sock'
const DIGEST = /^sha256:[0-9a-f]{64}$/

export function createDockerReader(): RuntimeReader {
  return {
    runtime: 'docker',
    async read(context) {
      const found = resolveInside(context.node.root, SOCKET)
      if ('error' in found && found.error.code === 'ENOENT') return absent('docker')
      try {
        if ('error' in found) throw found.error
        const version = await askDocker(found.path, '/version', dockerVersion)
        const ids = await askDocker(found.path, '/containers/json?all=1', dockerContainers)
        const containers: ObservedContainer[] = []
        for (const { Id } of ids.slice(0, CONTAINERS_MAX)) {
          context.signal.throwIfAborted()
          // a container that ended between the two calls is no error
          const one = await askDocker(found.path, `/containers/${encodeURIComponent(Id)}/json`, dockerContainer).catch(
            () => undefined,
          )
          const observed = one && observedContainer(context, one)
          if (observed) containers.push(observed)
        }
        const images = await askDocker(found.path, '/images/json', dockerImages)
        return {
          runtime: 'docker',
          endpoint: SOCKET,
          version: version.Version || null,
          containers,
          images: images.slice(0, IMAGES_MAX).flatMap((image) => observedImage(image) ?? []),
          gaps: [],
        }
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        return {
          ...absent('docker'),
          endpoint: SOCKET,
          gaps: [unreadable(context, 'docker', SOCKET, `Docker's socket cannot be used: ${reason}.`)],
        }
      }
    },
    close() {},
  }
}

function observedContainer(context: ReadContext, container: DockerContainer): ObservedContainer | undefined {
  const labels = container.Config.Labels ?? {}
  if (isPodSandbox(labels)) return undefined
  const host = container.HostConfig
  const process = findProcess(context.node, context.processes, container.State.Pid)
  const live = process && readLiveProcess(process.pid)
  const options = host.SecurityOpt ?? []
  const asked = host.Privileged
    ? [...CAPABILITIES]
    : dockerCapabilities(host.CapAdd ?? [], host.CapDrop ?? [], CAPABILITIES)
  const unconfined = host.Privileged || options.some((option) => /^seccomp[=:]unconfined$/.test(option))
  return {
    state: container.State.Running || container.State.Paused ? 'running' : 'stopped',
    facts: {
      kind: 'container',
      runtime: 'docker',
      containerId: container.Id.slice(0, 512),
      name: (container.Name.replace(/^\//, '') || container.Id).slice(0, 512),
      namespace: null,
      imageName: container.Config.Image.slice(0, 512) || null,
      imageDigest: DIGEST.test(container.Image) ? container.Image : null,
      commandLine: commandLine(
        [container.Path, ...(container.Args ?? [])].filter((arg, index) => index > 0 || arg !== ''),
      ),
      user: (container.Config.User || '0:0').slice(0, 512),
      capabilities: live ? [...live.capabilities] : asked,
      privileged: host.Privileged,
      readOnlyRoot: host.ReadonlyRootfs,
      noNewPrivileges: options.some((option) => /^no-new-privileges([=:]true)?$/.test(option)),
      seccomp: live && live.seccomp !== 'unknown' ? live.seccomp : unconfined ? 'unconfined' : 'filtered',
      hostNamespaces: process ? hostNamespaces(context.node, process, undefined) : namespacesOf(container),
      mounts: (container.Mounts ?? []).slice(0, 512).map((mount) => ({
        source: mount.Source.slice(0, 4096),
        destination: mount.Destination.slice(0, 4096),
        type: mount.Type.slice(0, 512),
        readOnly: !mount.RW,
      })),
      ports: portsOf(container),
      ...factsOfProcess(process),
      labels: boundedLabels(labels),
      pod: podOf(labels),
    },
  }
}

function namespacesOf(container: DockerContainer): ContainerFacts['hostNamespaces'] {
  const host = container.HostConfig
  const modes = [
    ['pid', host.PidMode],
    ['network', host.NetworkMode],
    ['ipc', host.IpcMode],
    ['uts', host.UTSMode],
    ['cgroup', host.CgroupnsMode],
  ] as const
  return modes.flatMap(([name, mode]) => (mode === 'host' ? [name] : []))
}

/** `{"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "443/tcp": null}` */
function portsOf(container: DockerContainer): PortFact[] {
  const ports: PortFact[] = []
  for (const [name, bindings] of Object.entries(container.NetworkSettings?.Ports ?? {})) {
    const match = /^(\d{1,5})\/(tcp|udp|sctp)$/.exec(name)
    if (!match || Number(match[1]) > 65_535) continue
    const fact = { protocol: match[2] as PortFact['protocol'], containerPort: Number(match[1]) }
    if (!bindings?.length) ports.push({ ...fact, hostPort: null, hostAddress: null })
    for (const { HostIp, HostPort } of bindings ?? []) {
      const hostPort = /^\d{1,5}$/.test(HostPort) && Number(HostPort) <= 65_535 ? Number(HostPort) : null
      ports.push({ ...fact, hostPort, hostAddress: HostIp.slice(0, 512) || null })
    }
  }
  return ports.slice(0, 512)
}

function observedImage(image: {
  Id: string
  RepoTags?: string[] | null | undefined
  RepoDigests?: string[] | null | undefined
  Created: number
  Size: number
}): ObservedImage | undefined {
  if (!DIGEST.test(image.Id)) return undefined
  const names = (image.RepoTags ?? []).filter((name) => name !== '<none>:<none>')
  const manifest = image.RepoDigests?.[0]?.split('@')[1] ?? ''
  const facts: ImageFacts = {
    kind: 'image',
    digest: image.Id,
    manifestDigest: DIGEST.test(manifest) ? manifest : null,
    names: names.slice(0, 64).map((name) => name.slice(0, 512)),
    os: 'linux',
    architecture: null,
    createdAt: image.Created > 0 ? new Date(image.Created * 1000).toISOString() : null,
    sizeBytes: Math.max(0, Math.trunc(image.Size)),
  }
  return { facts, source: null }
}
