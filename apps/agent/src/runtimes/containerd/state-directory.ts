// Containers from the state that containerd's shims keep on disk: `<namespace>/<id>/` with config.json and init.pid.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readFileInside, resolveInside } from '../../files/inside.ts'
import { findProcess } from '../../processes/node.ts'
import { boundedLabels, isPodSandbox, podOf } from '../labels.ts'
import { factsOfProcess, factsOfSpec, hostNamespaces } from '../oci/facts.ts'
import { parseOciSpec } from '../oci/spec.ts'
import { CONTAINERS_MAX, type ObservedContainer, type ReadContext, type RuntimeListing } from '../runtime.ts'

const DIRECTORY = '/run/containerd/io.containerd.runtime.v2.task'
const CONFIG_BYTES_MAX = 4 * 1024 * 1024

export function readStateDirectory(context: ReadContext): RuntimeListing {
  const containers: ObservedContainer[] = []
  for (const namespace of names(context.node.root, DIRECTORY)) {
    for (const id of names(context.node.root, join(DIRECTORY, namespace))) {
      if (containers.length >= CONTAINERS_MAX) break
      const observed = readOne(context, namespace, id)
      if (observed) containers.push(observed)
    }
  }
  return { runtime: 'containerd', endpoint: DIRECTORY, version: null, containers, images: [], gaps: [] }
}

function readOne(context: ReadContext, namespace: string, id: string): ObservedContainer | undefined {
  const place = join(DIRECTORY, namespace, id)
  const spec = parseOciSpec(readFileInside(context.node.root, join(place, 'config.json'), CONFIG_BYTES_MAX) ?? '')
  if (!spec) return undefined
  const labels = spec.annotations ?? {}
  if (isPodSandbox(labels)) return undefined
  const pid = Number(readFileInside(context.node.root, join(place, 'init.pid'), 64) ?? 0)
  const process = findProcess(context.node, context.processes, pid)
  const pod = podOf(labels)
  return {
    state: process ? 'running' : 'stopped',
    facts: {
      kind: 'container',
      runtime: 'containerd',
      containerId: id.slice(0, 512),
      name: (pod?.container || id).slice(0, 512),
      namespace: namespace.slice(0, 512),
      imageName: labels['io.kubernetes.cri.image-name']?.slice(0, 512) ?? null,
      imageDigest: null,
      ...factsOfSpec(spec),
      hostNamespaces: hostNamespaces(context.node, process, spec),
      ports: [],
      ...factsOfProcess(process),
      labels: boundedLabels(labels),
      pod,
    },
  }
}

function names(root: string, path: string): string[] {
  const found = resolveInside(root, path)
  if ('error' in found) return []
  try {
    return readdirSync(found.path).sort()
  } catch {
    return []
  }
}
