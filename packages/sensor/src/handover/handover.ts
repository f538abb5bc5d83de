// Maps and links under names in a BPF file system: they outlive the process that made them. The next sensor takes the rings
// as they are, so that what happened while no sensor ran is read afterwards. Programs are always the new sensor's own: its
// generation writes from the moment that `control` names it, and the links of the old one are then removed.
import { existsSync, mkdirSync, readdirSync, rmdirSync, statfsSync, unlinkSync } from 'node:fs'
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
  /** Ends what sensors before this one left running, and maps of another layout of records. */
  retireOthers(): void
  /** Ends everything. */
  removeAll(): void
}

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

  return ok({
    mapPath: (name) => join(maps, name),
    pinLink: (name, link) => void link.pin(join(links, name)),
    pinTable: (table) => void table.pin(join(links, 'table')),
    retireOthers() {
      for (const name of pinsOf(directory)) {
        const path = join(directory, name)
        if (path !== maps && path !== links) remove(path)
      }
    },
    removeAll() {
      for (const name of pinsOf(directory)) remove(join(directory, name))
      mkdirSync(maps, { recursive: true, mode: 0o700 })
      mkdirSync(links, { recursive: true, mode: 0o700 })
    },
  })
}

/** Directories of pins of one agent. */
export function pinsOf(directory: string): readonly string[] {
  return existsSync(directory) ? readdirSync(directory).filter((name) => /^(maps|links)-/.test(name)) : []
}

export function remove(path: string): void {
  if (!existsSync(path)) return
  for (const name of readdirSync(path)) unlinkSync(join(path, name))
  rmdirSync(path)
}
