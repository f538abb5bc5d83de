// Plain runc: containers that someone started with runc itself. Its state directory has one state.json a container
// (github.com/opencontainers/runc, libcontainer.State), which names the bundle and its config.json.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { readFileInside, resolveInside } from '../../files/inside.ts'
import { findProcess } from '../../processes/node.ts'
import { boundedLabels, isPodSandbox, podOf } from '../labels.ts'
import { factsOfProcess, factsOfSpec, hostNamespaces } from '../oci/facts.ts'
import { parseOciSpec } from '../oci/spec.ts'
import {
  absent,
  CONTAINERS_MAX,
  type ObservedContainer,
  type ReadContext,
  type RuntimeReader,
  unreadable,
} from '../runtime.ts'

const DIRECTORY = '/run/runc'
const STATE_BYTES_MAX = 4 * 1024 * 1024

const runcState = z.object({
  id: z.string().max(512),
  init_process_pid: z.int().catch(0),
  config: z.object({ labels: z.array(z.string()).nullish().catch(null) }),
})

export function createRuncReader(): RuntimeReader {
  return {
    runtime: 'runc',
    async read(context) {
      const found = resolveInside(context.node.root, DIRECTORY)
      if ('error' in found && found.error.code === 'ENOENT') return absent('runc')
      try {
        if ('error' in found) throw found.error
        const containers = readdirSync(found.path)
          .sort()
          .slice(0, CONTAINERS_MAX)
          .flatMap((id) => readContainer(context, id) ?? [])
        return { ...absent('runc'), endpoint: containers.length > 0 ? DIRECTORY : null, containers }
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        return {
          ...absent('runc'),
          endpoint: DIRECTORY,
          gaps: [unreadable(context, 'runc', DIRECTORY, `runc's state directory cannot be read: ${reason}.`)],
        }
      }
    },
    close() {},
  }
}

function readContainer(context: ReadContext, name: string): ObservedContainer | undefined {
  const state = runcState.safeParse(
    parseJson(readFileInside(context.node.root, join(DIRECTORY, name, 'state.json'), STATE_BYTES_MAX)),
  ).data
  if (!state) return undefined
  const bundle = state.config.labels?.find((label) => label.startsWith('bundle='))?.slice('bundle='.length)
  const spec = bundle
    ? parseOciSpec(readFileInside(context.node.root, join(bundle, 'config.json'), STATE_BYTES_MAX) ?? '')
    : undefined
  const labels = spec?.annotations ?? {}
  if (isPodSandbox(labels)) return undefined
  const process = findProcess(context.node, context.processes, state.init_process_pid)
  return {
    state: process ? 'running' : 'stopped',
    facts: {
      kind: 'container',
      runtime: 'runc',
      containerId: state.id,
      name: state.id,
      namespace: null,
      imageName: null,
      imageDigest: null,
      ...factsOfSpec(spec ?? {}),
      hostNamespaces: hostNamespaces(context.node, process, spec),
      ports: [],
      ...factsOfProcess(process),
      labels: boundedLabels(labels),
      pod: podOf(labels),
    },
  }
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
