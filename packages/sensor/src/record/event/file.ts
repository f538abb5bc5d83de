// Opens, and acts on files by name or descriptor.
import type { EventOf, KernelEvent } from '@yagura/schema'
import { RECORD_CONSTANTS, RECORDS, recordLayout } from '@yagura/schema/kernel-record'
import { type Memory, readU8, readU16, readU32 } from '../../ring/memory.ts'
import { wholePath } from '../given-path.ts'
import { layerOf } from '../layer.ts'
import * as record from '../records.ts'
import type { SeenFile, SeenFiles } from '../seen-files.ts'
import type { Own } from './own.ts'

const { at: OPEN } = recordLayout('open')
const { at: AT, sizeBytes } = recordLayout('rename')
const { SHAPE_DIRECTORY, SHAPE_SYMBOLIC } = RECORD_CONSTANTS
const O_ACCMODE = 3

export function openFields(
  memory: Memory,
  at: number,
  length: number,
  cgroupId: string,
  files: SeenFiles,
): Own<EventOf<'open'>> {
  const path = record.openPath(memory, at, length)
  const flags = record.openFlags(memory, at)
  const inode = record.textU64(memory, at + OPEN.inode)
  const device = readU32(memory, at + OPEN.device)
  const layer = layerOf(readU8(memory, at + OPEN.layer))
  if ((flags & O_ACCMODE) !== 0) files.saw(cgroupId, path, { inode, device, layer })
  return { path, flags, created: record.openCreated(memory, at), inode, device, layer }
}

type Act = Extract<
  KernelEvent,
  { type: 'rename' | 'link' | 'unlink' | 'chmod' | 'chown' | 'mknod' | 'attribute' | 'map' | 'chroot' }
>
type OwnAct = Act extends infer One ? (One extends { type: infer Type } ? Own<One> & { type: Type } : never) : never

export function fileEvent(
  memory: Memory,
  at: number,
  length: number,
  type: number,
  cgroupId: string,
  files: SeenFiles,
): OwnAct {
  const end = at + length
  let from = at + sizeBytes
  const nameSize = readU16(memory, at + AT.nameSize)
  const name = record.textAt(memory, from, nameSize, end)
  from += nameSize
  const baseSize = readU16(memory, at + AT.baseSize)
  const hasBase = baseSize > 0 || nameSize === 0
  const base = hasBase ? record.pathAt(memory, from, baseSize, end, readU8(memory, at + AT.baseFlags)) : ''
  from += baseSize
  const kind = readU8(memory, at + AT.kind)
  const symbolic = (kind & SHAPE_SYMBOLIC) !== 0
  const number = readU32(memory, at + AT.number)
  const result = readU32(memory, at + AT.result) | 0
  const isNameless = type === RECORDS.map.type && readU16(memory, at + AT.baseSize) === 0
  // the text of a symbolic link stays as it is
  const path = isNameless ? '' : symbolic ? name : wholePath(base, name)
  const inode = record.textU64(memory, at + AT.inode)
  const file: SeenFile =
    inode === '0' && path !== ''
      ? files.find(cgroupId, path)
      : { inode, device: readU32(memory, at + AT.device), layer: layerOf(readU8(memory, at + AT.layer)) }
  const about = { path, inode: file.inode, device: file.device, layer: file.layer }

  switch (type) {
    case RECORDS.rename.type:
    case RECORDS.link.type: {
      const newNameSize = readU16(memory, at + AT.newNameSize)
      const newName = record.textAt(memory, from, newNameSize, end)
      from += newNameSize
      const newBaseSize = readU16(memory, at + AT.newBaseSize)
      const newBaseFlags = readU8(memory, at + AT.newBaseFlags)
      const newBase = newBaseSize > 0 ? record.pathAt(memory, from, newBaseSize, end, newBaseFlags) : ''
      const newPath = wholePath(newBase, newName)
      if (result === 0 && file.inode !== '0') files.saw(cgroupId, newPath, file)
      if (type === RECORDS.rename.type) return { type: 'rename', ...about, newPath, result }
      return { type: 'link', ...about, newPath, symbolic, result }
    }
    case RECORDS.unlink.type:
      return { type: 'unlink', ...about, directory: (kind & SHAPE_DIRECTORY) !== 0, result }
    case RECORDS.chmod.type:
      return { type: 'chmod', ...about, mode: number & 0o7777, result }
    case RECORDS.chown.type:
      return { type: 'chown', ...about, newUid: number | 0, newGid: readU32(memory, at + AT.other) | 0, result }
    case RECORDS.mknod.type: {
      const device = readU32(memory, at + AT.other)
      return { type: 'mknod', path, mode: number, major: majorOf(device), minor: minorOf(device), result }
    }
    case RECORDS.attribute.type:
      return { type: 'attribute', ...about, flags: number, result }
    case RECORDS.chroot.type:
      return { type: 'chroot', ...about, result }
    default:
      return { type: 'map', ...about, protection: number }
  }
}

/** As programs give device numbers (new_decode_dev in include/linux/kdev_t.h). */
function majorOf(device: number): number {
  return (device & 0xfff00) >>> 8
}

function minorOf(device: number): number {
  return (device & 0xff) | ((device >>> 12) & 0xfff00)
}
