// A listing of the runtimes as the asset reports that the server knows.
import type { AssetReport } from '@yagura/schema'
import { hostKey } from '../host/facts.ts'
import type { Listing } from '../runtimes/collect.ts'
import type { ObservedContainer, ObservedImage } from '../runtimes/runtime.ts'

export function containerKey(machineId: string, container: ObservedContainer): string {
  return `container:${machineId}/${container.facts.runtime}/${container.facts.containerId}`
}

export function imageKey(digest: string): string {
  return `image:${digest}`
}

/** Containers and images; an image that only a running container knows is reported too. */
export function reportsOf(listing: Listing, machineId: string, observedAt: string): AssetReport[] {
  const images = new Map(listing.images.map((image) => [image.facts.digest, imageReport(image, observedAt)]))
  for (const { facts } of listing.containers) {
    if (!facts.imageDigest || images.has(facts.imageDigest)) continue
    images.set(facts.imageDigest, imageReport(nameless(facts.imageDigest, facts.imageName), observedAt))
  }
  const containers = listing.containers.map((container) => containerReport(container, machineId, observedAt))
  return [...images.values(), ...containers]
}

export function containerReport(container: ObservedContainer, machineId: string, observedAt: string): AssetReport {
  return {
    key: containerKey(machineId, container),
    name: container.facts.name,
    parentKey: hostKey(machineId),
    facts: container.facts,
    state: container.state,
    observedAt,
  }
}

function imageReport(image: ObservedImage, observedAt: string): AssetReport {
  const { facts } = image
  return {
    key: imageKey(facts.digest),
    name: facts.names[0] ?? facts.digest.slice(0, 19),
    parentKey: null,
    facts,
    state: 'present',
    observedAt,
  }
}

function nameless(digest: string, name: string | null): ObservedImage {
  const facts = { kind: 'image', digest, manifestDigest: null, names: name ? [name] : [] } as const
  return {
    facts: { ...facts, names: [...facts.names], os: null, architecture: null, createdAt: null, sizeBytes: null },
    source: null,
  }
}
