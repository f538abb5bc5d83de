// Which argument of a system call means what, so that one BPF program serves many calls on every architecture.
import { RECORD_CONSTANTS, structLayout } from '@yagura/schema/kernel-record'

/** Numbers of arguments, from 0. */
export interface Shape {
  /** Type of the record that is made. */
  readonly type?: number
  readonly kind?: number
  readonly descriptor?: number
  readonly directory?: number
  readonly name?: number
  readonly newDirectory?: number
  readonly newName?: number
  readonly number?: number
  readonly other?: number
  /** Bit n: argument n is a pointer, whose value says nothing. */
  readonly pointers?: number
  readonly flags?: number
  /** The call counts only when argument `number` has this value. */
  readonly command?: number
}

const LAYOUT = structLayout('shape')
const ARGUMENTS = ['descriptor', 'directory', 'name', 'newDirectory', 'newName', 'number', 'other'] as const

export function shapeBytes(shape: Shape): Uint8Array {
  const bytes = new Uint8Array(LAYOUT.sizeBytes)
  for (const argument of ARGUMENTS) bytes[LAYOUT.at[argument]] = shape[argument] ?? RECORD_CONSTANTS.ARGUMENT_NONE
  bytes[LAYOUT.at.type] = shape.type ?? 0
  bytes[LAYOUT.at.kind] = shape.kind ?? 0
  bytes[LAYOUT.at.pointers] = shape.pointers ?? 0
  bytes[LAYOUT.at.flags] = shape.flags ?? 0
  new DataView(bytes.buffer).setUint32(LAYOUT.at.command, shape.command ?? 0, true)
  return bytes
}
