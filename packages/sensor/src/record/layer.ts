// Names of the numbers that the kernel half gives: layers of files and kinds of descriptors.
import type { Descriptor, FileLayer } from '@yagura/schema'
import { RECORD_CONSTANTS as C, structLayout } from '@yagura/schema/kernel-record'
import { type Memory, readU8, readU16, readU32, readU64 } from '../ring/memory.ts'
import { addressOf } from './records.ts'

const LAYERS: FileLayer[] = []
LAYERS[C.LAYER_UNKNOWN] = 'unknown'
LAYERS[C.LAYER_IMAGE] = 'image'
LAYERS[C.LAYER_UPPER] = 'upper'
LAYERS[C.LAYER_MOUNT] = 'mount'
LAYERS[C.LAYER_TMPFS] = 'tmpfs'
LAYERS[C.LAYER_MEMORY] = 'memory'
LAYERS[C.LAYER_PROC] = 'proc'
LAYERS[C.LAYER_SYS] = 'sys'
LAYERS[C.LAYER_HOST] = 'host'

export function layerOf(number: number): FileLayer {
  return LAYERS[number] ?? 'unknown'
}

const KINDS: Descriptor['kind'][] = []
KINDS[C.DESCRIPTOR_CLOSED] = 'closed'
KINDS[C.DESCRIPTOR_FILE] = 'file'
KINDS[C.DESCRIPTOR_PIPE] = 'pipe'
KINDS[C.DESCRIPTOR_SOCKET] = 'socket'
KINDS[C.DESCRIPTOR_UNIX] = 'unix'
KINDS[C.DESCRIPTOR_TERMINAL] = 'terminal'
KINDS[C.DESCRIPTOR_NULL] = 'null'
KINDS[C.DESCRIPTOR_OTHER] = 'other'

const { at: AT } = structLayout('descriptor')

export function descriptorAt(memory: Memory, at: number): Descriptor {
  const kind = KINDS[readU8(memory, at + AT.kind)] ?? 'other'
  const id = String(readU64(memory, at + AT.id))
  if (kind !== 'socket') return { kind, id }
  const remotePort = readU16(memory, at + AT.port)
  if (remotePort === 0 && readU32(memory, at + AT.address) === 0) return { kind, id }
  return { kind, id, remoteAddress: addressOf(memory, at + AT.address, readU8(memory, at + AT.family)), remotePort }
}
