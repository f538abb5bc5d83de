// A container that runs, through the root its processes see (/proc/PID/root): its image with everything that was written since.
import { join } from 'node:path'
import { err, ok, type Result, YaguraError } from '@yagura/kernel'
import { directoryLayer } from '../../layer/directory-layer.ts'
import { imageWithoutConfig } from '../../manifest/image.ts'
import { listContainerdContainers } from '../containerd/containers.ts'
import type { OpenedImage, OpenOptions } from '../opened.ts'
import { findByCgroup, isContained } from './process.ts'
import { recordsOf } from './runtimes.ts'

/** `name`: an id, its beginning (12 digits or more), or a name that docker or podman gave. */
export async function openContainer(name: string, options: OpenOptions): Promise<Result<OpenedImage, YaguraError>> {
  const proc = join(options.hostRoot || '/', 'proc')
  const records = await recordsOf(name, options)
  const ids = [...new Set([...records.map(({ id }) => id), name])]
  const pid = await findProcess(proc, ids, records)
  if (pid === undefined)
    return err(
      new YaguraError('INPUT_NOT_FOUND', `No container ${name} runs here.`, {
        hint: 'Name it by its id as its runtime lists it; a container that is stopped is scanned by its image.',
      }),
    )
  const image = records.find((record) => record.image !== null)?.image ?? imageInContainerd(ids, options)
  return ok({
    image: { ...imageWithoutConfig(), names: image === null ? [] : [image.slice(0, 512)] },
    layers: [directoryLayer(join(proc, `${pid}`, 'root'), 'plain', null)],
    gaps: [],
    close: async () => {},
  })
}

async function findProcess(
  proc: string,
  ids: readonly string[],
  records: Awaited<ReturnType<typeof recordsOf>>,
): Promise<number | undefined> {
  for (const { pid, startTicks } of records) if (pid !== null && (await isContained(proc, pid, startTicks))) return pid
  for (const id of ids) {
    const pid = await findByCgroup(proc, id)
    if (pid !== undefined) return pid
  }
  return undefined
}

/** The name that containerd's metadata has for it; not knowing it costs the name only. */
function imageInContainerd(ids: readonly string[], { containerdRoot }: OpenOptions): string | null {
  try {
    const database = join(containerdRoot, 'io.containerd.metadata.v1.bolt', 'meta.db')
    return listContainerdContainers(database).find(({ id }) => ids.some((one) => one === id))?.image ?? null
  } catch {
    return null
  }
}
