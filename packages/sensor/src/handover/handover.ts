// Maps and links under names in a BPF file system: they outlive the process that made them. The next sensor takes the rings
// as they are, so that what happened while no sensor ran is read afterwards. Programs are always the new sensor's own: its
// generation writes from the moment that `control` names it, and the links of the old one are then removed.
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statfsSync, unlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { err, ok, type Result, YaguraError } from '@yagura/kernel'
import { layoutNumber } from '@yagura/schema/kernel-record'
import type { BpfLink, BpfMap } from '../native/libbpf.ts'
import { mountBpfFileSystem } from '../native/libc.ts'

/** include/uapi/linux/magic.h */
const BPF_FS_MAGIC = 0xcafe4a11

export interface Handover {
  mapPath(name: string): string
  pinLink(name: string, link: BpfLink): void
  pinTable(table: BpfMap): void
  /** A program that refuses; the result takes its name away again. */
  pinVerdict(name: string, link: BpfLink): () => void
  /** What sensors before this one refuse is in force. */
  hasEarlierVerdicts(): boolean
  releaseEarlierVerdicts(): void
  /** Ends what sensors before this one left running but for what they refuse, and maps of another layout of records. */
  retireOthers(): void
  /** Ends everything, but what is refused if that is to be kept. */
  removeAll(options: { readonly keepVerdicts: boolean }): void
}

/** Names of directories with programs that refuse. */
const VERDICTS = 'verdicts-'

/** Where service managers mount it; a mount of a service's own would end with the service. */
const SYSTEM_BPF_FS = '/sys/fs/bpf'
const OWN_BPF_FS = '/run/yagura/bpf'

/** Below it each agent has a directory by its id. */
export function defaultHandoverRoot(): string {
  return isBpfFileSystem(SYSTEM_BPF_FS) ? join(SYSTEM_BPF_FS, 'yagura') : OWN_BPF_FS
}

export function isBpfFileSystem(directory: string): boolean {
  try {
    return statfsSync(directory).type === BPF_FS_MAGIC
  } catch {
    return false
  }
}

export function createHandover(directory: string, generation: number): Result<Handover> {
  const above = dirname(directory)
  mkdirSync(above, { recursive: true, mode: 0o700 })
  if (!isBpfFileSystem(above)) {
    const refused = mountBpfFileSystem(above)
    if (refused !== undefined) return err(new YaguraError('SENSOR', `no BPF file system at ${above}: ${refused}`))
  }
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  // records of another layout cannot be read: their maps are not gone on with
  const maps = join(directory, `maps-${layoutNumber().toString(16)}`)
  const links = join(directory, `links-${generation.toString(16)}`)
  mkdirSync(maps, { recursive: true, mode: 0o700 })
  mkdirSync(links, { recursive: true, mode: 0o700 })
  const verdicts = join(directory, `${VERDICTS}${generation.toString(16)}`)
  let pinned = 0
  const earlierVerdicts = () =>
    pinsOf(directory)
      .filter((name) => name.startsWith(VERDICTS))
      .map((name) => join(directory, name))
      .filter((path) => path !== verdicts)

  return ok({
    mapPath: (name) => join(maps, name),
    pinLink: (name, link) => void link.pin(join(links, name)),
    pinTable: (table) => void table.pin(join(links, 'table')),
    pinVerdict(name, link) {
      mkdirSync(verdicts, { recursive: true, mode: 0o700 })
      pinned += 1
      const path = join(verdicts, `${name}-${pinned}`)
      link.pin(path)
      return () => rmSync(path, { force: true })
    },
    hasEarlierVerdicts: () => earlierVerdicts().length > 0,
    releaseEarlierVerdicts() {
      for (const path of earlierVerdicts()) remove(path)
    },
    retireOthers() {
      for (const name of pinsOf(directory)) {
        const path = join(directory, name)
        if (path !== maps && path !== links && !name.startsWith(VERDICTS)) remove(path)
      }
    },
    removeAll({ keepVerdicts }) {
      for (const name of pinsOf(directory)) {
        if (!keepVerdicts || !name.startsWith(VERDICTS)) remove(join(directory, name))
      }
      mkdirSync(maps, { recursive: true, mode: 0o700 })
      mkdirSync(links, { recursive: true, mode: 0o700 })
    },
  })
}

/** Directories of pins of one agent. */
export function pinsOf(directory: string): readonly string[] {
  return existsSync(directory) ? readdirSync(directory).filter((name) => /^(maps|links|verdicts)-/.test(name)) : []
}

export function remove(path: string): void {
  if (!existsSync(path)) return
  for (const name of readdirSync(path)) unlinkSync(join(path, name))
  rmdirSync(path)
}
