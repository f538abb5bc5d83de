// Containers and images of a containers/storage store, for podman or for CRI-O: they share the store and differ in who set a
// container up, which the annotation io.container.manager says.
import { join } from 'node:path'
import type { ImageFacts } from '@yagura/schema'
import { readFileInside } from '../../files/inside.ts'
import { findProcess, sharedNamespaces } from '../../processes/node.ts'
import type { ProcessEntry } from '../../processes/table.ts'
import { boundedLabels, isPodSandbox, podOf } from '../labels.ts'
import { factsOfProcess, factsOfSpec, hostNamespaces } from '../oci/facts.ts'
import { parseOciSpec } from '../oci/spec.ts'
import {
  absent,
  CONTAINERS_MAX,
  IMAGES_MAX,
  type ObservedContainer,
  type ObservedImage,
  type ReadContext,
  type RuntimeListing,
  type RuntimeReader,
  unreadable,
} from '../runtime.ts'
import { findStores, listContainers, listImages, metadataOf, type Store, type StoredContainer } from './storage.ts'

type Manager = 'podman' | 'cri-o'

const CONFIG_BYTES_MAX = 4 * 1024 * 1024

export function createStorageReader(manager: Manager): RuntimeReader {
  return {
    runtime: manager,
    async read(context) {
      const containers: ObservedContainer[] = []
      const images: ObservedImage[] = []
      const endpoints: string[] = []
      const gaps: RuntimeListing['gaps'][number][] = []
      for (const store of findStores(context.node.root)) {
        try {
          const own = readContainers(context, store, manager)
          const stored = readImages(context, store)
          if (own.length === 0 && (manager === 'cri-o' || stored.length === 0)) continue
          endpoints.push(store.graphRoot)
          containers.push(...own)
          images.push(...stored)
        } catch (error) {
          // CRI-O shares podman's store: one gap is enough
          if (manager === 'cri-o') continue
          endpoints.push(store.graphRoot)
          const reason = error instanceof Error ? error.message : String(error)
          gaps.push(
            unreadable(context, manager, store.graphRoot, `The store of podman and CRI-O cannot be read: ${reason}.`),
          )
        }
      }
      const [endpoint] = endpoints
      if (!endpoint) return absent(manager)
      return {
        runtime: manager,
        endpoint,
        version: null,
        containers: containers.slice(0, CONTAINERS_MAX),
        images: images.slice(0, IMAGES_MAX),
        gaps,
      }
    },
    close() {},
  }
}

function readContainers(context: ReadContext, store: Store, manager: Manager): ObservedContainer[] {
  return listContainers(context.node.root, store)
    .slice(0, CONTAINERS_MAX)
    .flatMap((container) => readContainer(context, store, container, manager) ?? [])
}

function readContainer(
  context: ReadContext,
  store: Store,
  container: StoredContainer,
  manager: Manager,
): ObservedContainer | undefined {
  // podman keeps the bundle in the graph root, CRI-O a copy in the run root that is closer to what runs
  const place = join(`${container.driver}-containers`, container.id, 'userdata')
  const places = [join(store.runRoot, place), join(store.graphRoot, place)]
  const spec = parseOciSpec(firstFile(context, places, 'config.json') ?? '')
  const described = metadataOf(container)
  const annotations = spec?.annotations ?? {}
  const isCriO = annotations['io.container.manager'] === 'cri-o' || described?.['pod-id'] !== undefined
  if (isCriO !== (manager === 'cri-o') || isPodSandbox(annotations)) return undefined
  const process = liveProcess(context, container.id, Number(firstFile(context, places, 'pidfile') ?? 0))
  const pod = podOf({ ...annotations, ...criOLabels(annotations) })
  const imageId = container.image || (described?.['image-id'] ?? '')
  return {
    state: process ? 'running' : 'stopped',
    facts: {
      kind: 'container',
      runtime: manager,
      containerId: container.id,
      name: (pod?.container || described?.name || container.names?.[0] || container.id).slice(0, 512),
      namespace: null,
      imageName: (described?.['image-name'] || annotations['io.kubernetes.cri-o.ImageName'])?.slice(0, 512) ?? null,
      imageDigest: /^[0-9a-f]{64}$/.test(imageId) ? `sha256:${imageId}` : null,
      ...factsOfSpec(spec ?? {}),
      hostNamespaces: hostNamespaces(context.node, process, spec),
      ports: [],
      ...factsOfProcess(process),
      labels: boundedLabels(annotations),
      pod,
    },
  }
}

/** The container's process, unless its id was given to another one meanwhile. */
function liveProcess(context: ReadContext, id: string, pid: number): ProcessEntry | undefined {
  const process = Number.isSafeInteger(pid) ? findProcess(context.node, context.processes, pid) : undefined
  if (!process) return undefined
  if (process.cgroups.some((line) => line.path.includes(id))) return process
  // without a cgroup of its own (--cgroups=disabled) a container still has its own mounts
  const shared = sharedNamespaces(context.node, process.pid)
  return shared && !shared.includes('mount') ? process : undefined
}

/** CRI-O keeps the kubelet's labels as JSON in one annotation. */
function criOLabels(annotations: Readonly<Record<string, string>>): Record<string, string> {
  try {
    const labels: unknown = JSON.parse(annotations['io.kubernetes.cri-o.Labels'] ?? '{}')
    if (typeof labels !== 'object' || labels === null) return {}
    return Object.fromEntries(Object.entries(labels).filter(([, value]) => typeof value === 'string'))
  } catch {
    return {}
  }
}

function readImages(context: ReadContext, store: Store): ObservedImage[] {
  return listImages(context.node.root, store).map((image) => {
    const names = (image.names ?? []).slice(0, 64).map((name) => name.slice(0, 512))
    const created = Date.parse(image.created)
    const facts: ImageFacts = {
      kind: 'image',
      digest: `sha256:${image.id}`,
      manifestDigest: /^sha256:[0-9a-f]{64}$/.test(image.digest) ? image.digest : null,
      names,
      os: 'linux',
      architecture: null,
      createdAt: Number.isFinite(created) ? new Date(created).toISOString() : null,
      sizeBytes: null,
    }
    const target = { kind: 'podman', name: names[0] ?? image.id } as const
    return { facts, source: { target, podmanRoot: `${context.node.root}${store.graphRoot}` } }
  })
}

function firstFile(context: ReadContext, places: readonly string[], name: string): string | undefined {
  for (const place of places) {
    const text = readFileInside(context.node.root, join(place, name), CONFIG_BYTES_MAX)
    if (text !== undefined) return text
  }
  return undefined
}
