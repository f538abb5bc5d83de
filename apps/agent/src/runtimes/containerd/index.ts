// containerd: its API over the socket; the shims' state directory where the socket cannot be opened.
import type { Logger } from '@yagura/kernel'
import type { ImageFacts } from '@yagura/schema'
import { resolveInside } from '../../files/inside.ts'
import { findProcess } from '../../processes/node.ts'
import { boundedLabels, isPodSandbox, podOf } from '../labels.ts'
import { factsOfProcess, factsOfSpec, hostNamespaces } from '../oci/facts.ts'
import { type ResolvedImage, resolveImage } from '../oci/image-config.ts'
import { parseOciSpec } from '../oci/spec.ts'
import {
  absent,
  CONTAINERS_MAX,
  IMAGES_MAX,
  type ImageSource,
  type ObservedContainer,
  type ObservedImage,
  type ReadContext,
  type RuntimeListing,
  type RuntimeReader,
  unreadable,
} from '../runtime.ts'
import { type Container, type ContainerdApi, connectContainerd, TASK_STOPPED, type Task } from './api.ts'
import { readStateDirectory } from './state-directory.ts'

const SOCKETS = [
  '/run/containerd/containerd.sock',
  '/run/k3s/containerd/containerd.sock',
  '/var/snap/microk8s/common/run/containerd.sock',
]
const STORES: Readonly<Record<string, string>> = {
  '/run/containerd/containerd.sock': '/var/lib/containerd',
  '/run/k3s/containerd/containerd.sock': '/var/lib/rancher/k3s/agent/containerd',
  '/var/snap/microk8s/common/run/containerd.sock': '/var/snap/microk8s/common/var/lib/containerd',
}
const RESOLVED_MAX = 2000

export function createContainerdReader(logger: Logger): RuntimeReader {
  let api: { readonly path: string; readonly calls: ContainerdApi } | undefined
  /** target digest → what it leads to; content never changes under a digest. */
  const resolved = new Map<string, ResolvedImage>()

  function connection(path: string): ContainerdApi {
    if (api?.path !== path) {
      api?.calls.close()
      api = { path, calls: connectContainerd(path) }
    }
    return api.calls
  }

  async function resolve(calls: ContainerdApi, namespace: string, digest: string): Promise<ResolvedImage | undefined> {
    const known = resolved.get(digest)
    if (known) return known
    const found = await resolveImage(digest, (part, max) => calls.blob(namespace, part, max)).catch(
      (error: unknown) => {
        logger.debug({ err: error, digest }, 'an image of containerd cannot be resolved')
        return undefined
      },
    )
    if (resolved.size >= RESOLVED_MAX) resolved.clear()
    // a missing blob may arrive later (a pull in progress); only what is there for good is kept
    if (found) resolved.set(digest, found)
    return found
  }

  async function readThroughApi(context: ReadContext, socket: string, path: string): Promise<RuntimeListing> {
    const calls = connection(path)
    const version = await calls.version()
    const containers: ObservedContainer[] = []
    const images = new Map<string, ObservedImage>()
    for (const namespace of await calls.namespaces()) {
      context.signal.throwIfAborted()
      const digests = new Map<string, string>()
      for (const stored of (await calls.images(namespace)).slice(0, IMAGES_MAX)) {
        if (!stored.target) continue
        const found = await resolve(calls, namespace, stored.target.digest)
        if (!found) continue
        digests.set(stored.name, found.configDigest)
        images.set(
          found.configDigest,
          observedImage(images.get(found.configDigest), stored.name, found, {
            target: { kind: 'containerd', name: `${namespace}/${stored.name}` },
            containerdRoot: `${context.node.root}${STORES[socket]}`,
          }),
        )
      }
      const tasks = new Map((await calls.tasks(namespace)).map((task) => [task.id, task]))
      for (const container of (await calls.containers(namespace)).slice(0, CONTAINERS_MAX)) {
        const observed = observedContainer(context, namespace, container, tasks.get(container.id), digests)
        if (observed) containers.push(observed)
      }
    }
    return { runtime: 'containerd', endpoint: socket, version, containers, images: [...images.values()], gaps: [] }
  }

  return {
    runtime: 'containerd',
    async read(context) {
      for (const socket of SOCKETS) {
        const found = resolveInside(context.node.root, socket)
        if ('error' in found && found.error.code === 'ENOENT') continue
        try {
          if ('error' in found) throw found.error
          return await readThroughApi(context, socket, found.path)
        } catch (error) {
          // a new connection next time: the old one may be stuck in its own back-off
          api?.calls.close()
          api = undefined
          const reason = error instanceof Error ? error.message : String(error)
          return {
            ...readStateDirectory(context),
            endpoint: socket,
            gaps: [
              unreadable(
                context,
                'containerd',
                socket,
                `containerd's socket cannot be used (${reason}); containers are read from its state directory, without image names.`,
              ),
            ],
          }
        }
      }
      return absent('containerd')
    },
    async find(context, containerId) {
      if (!api) return undefined
      const { calls } = api
      try {
        for (const namespace of await calls.namespaces()) {
          const container = await calls.container(namespace, containerId)
          if (!container) continue
          const [task, image] = await Promise.all([
            calls.task(namespace, containerId),
            calls.image(namespace, container.image),
          ])
          const found = image?.target ? await resolve(calls, namespace, image.target.digest) : undefined
          const digests = new Map(found ? [[container.image, found.configDigest]] : [])
          return observedContainer(context, namespace, container, task, digests)
        }
      } catch (error) {
        logger.debug({ err: error }, 'containerd could not be asked for one container')
      }
      return undefined
    },
    close() {
      api?.calls.close()
      api = undefined
    },
  }
}

function observedContainer(
  context: ReadContext,
  namespace: string,
  container: Container,
  task: Task | undefined,
  imageDigests: ReadonlyMap<string, string>,
): ObservedContainer | undefined {
  const spec = container.spec ? parseOciSpec(container.spec.value.toString('utf8')) : undefined
  const labels = { ...spec?.annotations, ...container.labels }
  if (isPodSandbox(labels)) return undefined
  const process = task ? findProcess(context.node, context.processes, task.pid) : undefined
  const pod = podOf(labels)
  return {
    state: task && task.status !== TASK_STOPPED ? 'running' : 'stopped',
    facts: {
      kind: 'container',
      runtime: 'containerd',
      containerId: container.id.slice(0, 512),
      name: (labels['nerdctl/name'] || pod?.container || container.id).slice(0, 512),
      namespace: namespace.slice(0, 512),
      imageName: (labels['io.kubernetes.cri.image-name'] || container.image).slice(0, 512) || null,
      imageDigest: imageDigests.get(container.image) ?? null,
      ...factsOfSpec(spec ?? {}),
      hostNamespaces: hostNamespaces(context.node, process, spec),
      ports: [],
      ...factsOfProcess(process),
      labels: boundedLabels(container.labels),
      pod,
    },
  }
}

function observedImage(
  known: ObservedImage | undefined,
  name: string,
  found: ResolvedImage,
  source: ImageSource,
): ObservedImage {
  const names = new Set([...(known?.facts.names ?? []), name.slice(0, 512)])
  const facts: ImageFacts = {
    kind: 'image',
    digest: found.configDigest,
    manifestDigest: found.manifestDigest,
    names: [...names].slice(0, 64),
    os: found.os,
    architecture: found.architecture,
    createdAt: found.createdAt,
    sizeBytes: found.sizeBytes,
  }
  return { facts, source: known?.source ?? source }
}
