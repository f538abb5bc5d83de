// One listing of everything: all runtimes, each container once. Docker and CRI stand above containerd and runc, so the first
// reader that claims a container describes it.
import type { Logger } from '@yagura/kernel'
import type { CoverageGapReport, HostFacts } from '@yagura/schema'
import type { ListeningBook } from '../processes/listening-book.ts'
import { createContainerdReader } from './containerd/index.ts'
import { createCriOReader } from './cri-o/index.ts'
import { createDockerReader } from './docker/index.ts'
import { createPodmanReader } from './podman/index.ts'
import { createRuncReader } from './runc/index.ts'
import type { ObservedContainer, ObservedImage, ReadContext, RuntimeReader } from './runtime.ts'
import { unclaimedContainers } from './unclaimed.ts'

export interface Listing {
  readonly containers: readonly ObservedContainer[]
  readonly images: readonly ObservedImage[]
  readonly runtimes: HostFacts['runtimes']
  readonly gaps: readonly CoverageGapReport[]
  /** Runtimes that did not tell everything: what is not listed of them may be there all the same. */
  readonly unread: readonly string[]
}

export function createReaders(logger: Logger): RuntimeReader[] {
  return [
    createDockerReader(),
    createContainerdReader(logger),
    createPodmanReader(),
    createCriOReader(),
    createRuncReader(),
  ]
}

export async function collect(
  readers: readonly RuntimeReader[],
  context: ReadContext,
  listening: ListeningBook,
): Promise<Listing> {
  const containers = new Map<string, ObservedContainer>()
  const images = new Map<string, ObservedImage>()
  const runtimes: HostFacts['runtimes'] = []
  const gaps: CoverageGapReport[] = []
  const unread: string[] = []
  for (const listing of await Promise.all(readers.map((reader) => reader.read(context)))) {
    gaps.push(...listing.gaps)
    if (listing.gaps.length > 0) unread.push(listing.runtime)
    if (listing.endpoint !== null) {
      runtimes.push({ runtime: listing.runtime, version: listing.version, endpoint: listing.endpoint })
    }
    for (const container of listing.containers) {
      const id = container.facts.containerId
      if (!containers.has(id)) containers.set(id, container)
    }
    for (const image of listing.images) {
      const known = images.get(image.facts.digest)
      if (!known?.source) images.set(image.facts.digest, image)
    }
  }
  for (const container of unclaimedContainers(context, new Set(containers.keys()))) {
    containers.set(container.facts.containerId, container)
  }
  listening.begin()
  return {
    containers: [...containers.values()].map((container) => withListeningPorts(container, listening)),
    images: [...images.values()],
    runtimes,
    gaps,
    unread,
  }
}

/** Docker tells what it publishes. Of the others, what is listened on; on the host's network that cannot be told apart from the host. */
function withListeningPorts(container: ObservedContainer, listening: ListeningBook): ObservedContainer {
  const { facts, state } = container
  if (state !== 'running' || facts.pid === null || facts.ports.length > 0) return container
  if (facts.hostNamespaces.includes('network')) return container
  return { ...container, facts: { ...facts, ports: [...listening.portsOf(facts.containerId, facts.pid)] } }
}
