// Mounts and namespaces.
import type { EventOf } from '@yagura/schema'
import { RECORD_CONSTANTS as C, recordLayout } from '@yagura/schema/kernel-record'
import { type Memory, readU8, readU16, readU32 } from '../../ring/memory.ts'
import { wholePath } from '../given-path.ts'
import * as record from '../records.ts'
import type { Own } from './own.ts'

const { at: MOUNT, sizeBytes } = recordLayout('mount')
const { at: NAMESPACE } = recordLayout('namespace')

const MOUNT_ACTIONS: EventOf<'mount'>['action'][] = []
MOUNT_ACTIONS[C.MOUNT_MOUNT] = 'mount'
MOUNT_ACTIONS[C.MOUNT_MOVE] = 'move'
MOUNT_ACTIONS[C.MOUNT_UNMOUNT] = 'unmount'
MOUNT_ACTIONS[C.MOUNT_PIVOT_ROOT] = 'pivot-root'

export function mountFields(memory: Memory, at: number, length: number): Own<EventOf<'mount'>> {
  const end = at + length
  let from = at + sizeBytes
  const take = (size: number): string => {
    const text = record.textAt(memory, from, size, end)
    from += size
    return text
  }
  const sourcePath = take(readU16(memory, at + MOUNT.sourceSize))
  const filesystem = take(readU16(memory, at + MOUNT.filesystemSize))
  const name = take(readU16(memory, at + MOUNT.nameSize))
  const baseSize = readU16(memory, at + MOUNT.baseSize)
  const base = baseSize > 0 ? record.pathAt(memory, from, baseSize, end, readU8(memory, at + MOUNT.baseFlags)) : ''
  return {
    action: MOUNT_ACTIONS[readU8(memory, at + MOUNT.action)] ?? 'mount',
    sourcePath,
    path: wholePath(base, name),
    filesystem,
    flags: record.textU64(memory, at + MOUNT.mountFlags),
    result: readU32(memory, at + MOUNT.result) | 0,
  }
}

type Kind = EventOf<'namespace'>['kinds'][number]

/** CLONE_NEW* of include/uapi/linux/sched.h. */
const KINDS: readonly (readonly [number, Kind])[] = [
  [0x0002_0000, 'mount'],
  [0x2000_0000, 'pid'],
  [0x4000_0000, 'network'],
  [0x1000_0000, 'user'],
  [0x0800_0000, 'ipc'],
  [0x0400_0000, 'uts'],
  [0x0200_0000, 'cgroup'],
  [0x80, 'time'],
]

const NAMESPACE_ACTIONS: EventOf<'namespace'>['action'][] = []
NAMESPACE_ACTIONS[C.NAMESPACE_UNSHARE] = 'unshare'
NAMESPACE_ACTIONS[C.NAMESPACE_ENTER] = 'enter'
NAMESPACE_ACTIONS[C.NAMESPACE_CLONE] = 'clone'

export function namespaceFields(memory: Memory, at: number): Own<EventOf<'namespace'>> {
  const bits = readU32(memory, at + NAMESPACE.kinds)
  const targetPid = readU32(memory, at + NAMESPACE.targetPid)
  return {
    action: NAMESPACE_ACTIONS[readU32(memory, at + NAMESPACE.action)] ?? 'unshare',
    kinds: KINDS.filter(([bit]) => (bits & bit) !== 0).map(([, kind]) => kind),
    targetPid: targetPid === 0 ? null : targetPid,
    result: readU32(memory, at + NAMESPACE.result) | 0,
  }
}
