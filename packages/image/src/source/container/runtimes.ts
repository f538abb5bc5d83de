// What container runtimes write down about a container that runs: its process, and the image it was made from.
//   containerd   run/containerd/io.containerd.runtime.v2.task/NAMESPACE/ID/{init.pid,config.json}
//   docker       the same of its own containerd, and containers/ID/config.v2.json
//   runc         ROOT/ID/state.json
//   crun         run/crun/ID/status
//   podman       GRAPHROOT/overlay-containers/containers.json, run/containers/storage/overlay-containers/ID/userdata/pidfile
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Limits } from '@yagura/kernel'
import { parseJson, readSmallFile } from '@yagura/safe-io'
import { count, lenient, list, object, record, type Shape, text } from '../../manifest/shape.ts'
import type { OpenOptions } from '../opened.ts'
import { readText } from './process.ts'

export interface RecordedContainer {
  readonly id: string
  readonly pid: number | null
  readonly startTicks?: number | undefined
  readonly image: string | null
}

const bundle = object({ annotations: lenient(record(text)) })
const runcState = object({ init_process_pid: count, init_process_start: lenient(count) })
const crunStatus = object({ pid: count })
const dockerConfig = object({
  ID: text,
  Name: lenient(text),
  Config: lenient(object({ Image: lenient(text) })),
  State: lenient(object({ Pid: lenient(count) })),
})
const podmanContainers = list(
  object({ id: text, names: lenient(list(text)), metadata: lenient(text), image: lenient(text) }),
)

/** CRI writes the name of the image in one of these (containerd and CRI-O). */
const IMAGE_ANNOTATIONS = [
  'io.kubernetes.cri.image-name',
  'io.kubernetes.cri-o.ImageName',
  'io.podman.annotations.image',
]

/** Every record that fits, best first: several runtimes may each hold a part of the truth. */
export async function recordsOf(name: string, options: OpenOptions): Promise<readonly RecordedContainer[]> {
  const run = join(options.hostRoot || '/', 'run')
  const found = [
    ...(await fromDocker(name, options)),
    ...(await fromPodman(name, join(run, 'containers', 'storage'), options)),
  ]
  const ids = [...new Set([...found.map(({ id }) => id), name])]
  for (const id of ids) {
    found.push(...(await fromContainerd(id, join(run, 'containerd'), options.limits)))
    found.push(...(await fromContainerd(id, join(run, 'docker', 'containerd', 'daemon'), options.limits)))
    found.push(...(await fromOciRuntimes(id, run, options.limits)))
  }
  return found
}

async function fromContainerd(id: string, state: string, limits: Limits): Promise<RecordedContainer[]> {
  const tasks = join(state, 'io.containerd.runtime.v2.task')
  const found: RecordedContainer[] = []
  for (const namespace of await namesIn(tasks))
    for (const one of fitting(await namesIn(join(tasks, namespace)), id)) {
      const folder = join(tasks, namespace, one)
      const config = await read(join(folder, 'config.json'), bundle, limits)
      const image = IMAGE_ANNOTATIONS.map((key) => config?.annotations?.[key]).find(Boolean) ?? null
      found.push({ id: one, pid: pidOf(await readText(join(folder, 'init.pid'))), image })
    }
  return found
}

async function fromOciRuntimes(id: string, run: string, limits: Limits): Promise<RecordedContainer[]> {
  const found: RecordedContainer[] = []
  const roots = [join(run, 'runc'), ...(await below(join(run, 'containerd', 'runc')))]
  for (const root of [...roots, ...(await below(join(run, 'docker', 'runtime-runc')))])
    for (const one of fitting(await namesIn(root), id)) {
      const state = await read(join(root, one, 'state.json'), runcState, limits)
      if (state) found.push({ id: one, pid: state.init_process_pid, startTicks: state.init_process_start, image: null })
    }
  for (const one of fitting(await namesIn(join(run, 'crun')), id)) {
    const status = await read(join(run, 'crun', one, 'status'), crunStatus, limits)
    if (status) found.push({ id: one, pid: status.pid, image: null })
  }
  return found
}

/** By id, its beginning, or name. */
async function fromDocker(name: string, { dockerRoot, limits }: OpenOptions): Promise<RecordedContainer[]> {
  const folder = join(dockerRoot, 'containers')
  const found: RecordedContainer[] = []
  for (const id of await namesIn(folder)) {
    const config = await read(join(folder, id, 'config.v2.json'), dockerConfig, limits)
    if (!config || (fitting([id], name).length === 0 && config.Name !== `/${name}`)) continue
    found.push({ id, pid: config.State?.Pid || null, image: config.Config?.Image ?? null })
  }
  return found
}

async function fromPodman(name: string, state: string, options: OpenOptions): Promise<RecordedContainer[]> {
  const found: RecordedContainer[] = []
  for (const driver of ['overlay', 'vfs']) {
    const path = join(options.podmanRoot, `${driver}-containers`, 'containers.json')
    for (const one of (await read(path, podmanContainers, options.limits)) ?? []) {
      if (fitting([one.id], name).length === 0 && !one.names?.includes(name)) continue
      const pidFile = join(state, `${driver}-containers`, one.id, 'userdata', 'pidfile')
      found.push({ id: one.id, pid: pidOf(await readText(pidFile)), image: podmanImage(one.metadata, options.limits) })
    }
  }
  return found
}

/** podman keeps the name of the image in a text of JSON. */
function podmanImage(metadata: string | undefined, limits: Limits): string | null {
  const json = parseJson(Buffer.from(metadata ?? ''), limits, 'metadata')
  const name = json.ok && typeof json.value === 'object' && json.value ? Reflect.get(json.value, 'image-name') : null
  return typeof name === 'string' ? name : null
}

/** Names that may be paths of this machine are never joined to one: only those that a directory really holds. */
function fitting(names: readonly string[], wanted: string): readonly string[] {
  const exact = names.filter((name) => name === wanted)
  if (exact.length > 0) return exact
  const begun = /^[0-9a-f]{12,64}$/.test(wanted) ? names.filter((name) => name.startsWith(wanted)) : []
  return begun.length === 1 ? begun : []
}

async function namesIn(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch(() => [])
}

async function below(directory: string): Promise<readonly string[]> {
  return (await namesIn(directory)).map((name) => join(directory, name))
}

async function read<T>(path: string, shape: Shape<T>, limits: Limits): Promise<T | undefined> {
  const bytes = await readSmallFile(path, limits.lineBytes)
  const json = bytes.ok ? parseJson(bytes.value, limits, path) : bytes
  return json.ok ? lenient(shape)(json.value, '') : undefined
}

function pidOf(content: string | undefined): number | null {
  const digits = content?.trim() ?? ''
  return /^[1-9][0-9]{0,9}$/.test(digits) ? Number(digits) : null
}
