// Makes programs with build information of Go, in every format, good and broken, for tests. Not part of the product.
export interface GoProgram {
  readonly goVersion: string
  readonly modules: string
  /** How the texts are found (debug/buildinfo): Go 1.18 and later write them inline; a linker of C may put what is pointed to before it. */
  readonly form?: 'inline' | 'pointers' | 'pointers-back'
  readonly file?: 'elf' | 'pe' | 'mach-o'
  readonly bigEndian?: boolean
  /** Before the data, as the code of a program. */
  readonly code?: Buffer
}

const BASE = 0x400000
const DATA_AT = 0x1000
const DATA_BETWEEN_BYTES = 200_000

/** Headers, then read-only data with the texts, then writable data with the build information. */
export function makeGoProgram(program: GoProgram): Buffer {
  const { form = 'inline', file = 'elf', bigEndian = false, code = Buffer.alloc(0) } = program
  const framed = Buffer.concat([
    Buffer.from('3077af0c9274080241e1c107e6d618e6', 'hex'),
    Buffer.from(program.modules),
    Buffer.from('f932433186182072008242104116d8f2', 'hex'),
  ])
  const version = Buffer.from(program.goVersion)
  const magic = Buffer.from('\xff Go buildinf:', 'latin1')
  const word = (value: number) => {
    const bytes = Buffer.alloc(8)
    if (bigEndian) bytes.writeBigUInt64BE(BigInt(value))
    else bytes.writeBigUInt64LE(BigInt(value))
    return bytes
  }
  const readOnly = form === 'inline' ? code : Buffer.concat([code, Buffer.from('some text'), version, framed])
  const dataAt = DATA_AT + Math.ceil(readOnly.length / 64) * 64
  const addressOf = (offset: number) => BASE + offset
  const versionAt = DATA_AT + code.length + 9
  const strings = [
    ...[word(addressOf(versionAt)), word(version.length)],
    ...[word(addressOf(versionAt + version.length)), word(framed.length)],
  ]
  const pointers = (at: number) => [
    ...[magic, Buffer.from([8, bigEndian ? 1 : 0]), word(addressOf(at)), word(addressOf(at + 16))],
  ]
  const data =
    form === 'inline'
      ? [magic, Buffer.from([8, 2]), Buffer.alloc(16), uvarint(version.length), version, uvarint(framed.length), framed]
      : form === 'pointers'
        ? [...pointers(dataAt + 32), ...strings]
        : [...strings, Buffer.alloc(DATA_BETWEEN_BYTES), ...pointers(dataAt)]
  const writable = Buffer.concat(data)
  const body = Buffer.concat([readOnly, Buffer.alloc(dataAt - DATA_AT - readOnly.length), writable])
  const headers = { elf: elfHeader, pe: peHeader, 'mach-o': machOHeader }[file](dataAt, writable.length, bigEndian)
  return Buffer.concat([headers, Buffer.alloc(DATA_AT - headers.length), body])
}

function uvarint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80)
  return Buffer.from([...bytes, rest])
}

function elfHeader(dataAt: number, dataBytes: number, bigEndian: boolean): Buffer {
  const header = Buffer.alloc(64 + 2 * 56)
  header.write('\x7fELF', 0, 'latin1')
  header.set([2, bigEndian ? 2 : 1, 1], 4)
  const u16 = (value: number, at: number) =>
    bigEndian ? header.writeUInt16BE(value, at) : header.writeUInt16LE(value, at)
  const u32 = (value: number, at: number) =>
    bigEndian ? header.writeUInt32BE(value, at) : header.writeUInt32LE(value, at)
  const u64 = (value: number, at: number) =>
    bigEndian ? header.writeBigUInt64BE(BigInt(value), at) : header.writeBigUInt64LE(BigInt(value), at)
  u64(64, 32)
  u16(56, 54)
  u16(2, 56)
  for (const [i, [offset, size, flags]] of [[0, dataAt, 5] as const, [dataAt, dataBytes, 6] as const].entries()) {
    const at = 64 + i * 56
    u32(1, at)
    u32(flags, at + 4)
    u64(offset, at + 8)
    u64(BASE + offset, at + 16)
    u64(size, at + 32)
    u64(size, at + 40)
  }
  return header
}

function peHeader(dataAt: number, dataBytes: number): Buffer {
  const header = Buffer.alloc(0x200)
  header.write('MZ', 0, 'latin1')
  header.writeUInt32LE(0x80, 0x3c)
  header.write('PE\0\0', 0x80, 'latin1')
  header.writeUInt16LE(2, 0x86)
  header.writeUInt16LE(112, 0x94)
  header.writeUInt16LE(0x20b, 0x98)
  header.writeBigUInt64LE(BigInt(BASE), 0x98 + 24)
  for (const [i, [name, offset, size, flags]] of [
    ['.text', 0, dataAt, 0x6000_0020] as const,
    ['.data', dataAt, dataBytes, 0xc000_0040] as const,
  ].entries()) {
    const at = 0x98 + 112 + i * 40
    header.write(name, at, 'latin1')
    header.writeUInt32LE(offset, at + 12)
    header.writeUInt32LE(size, at + 16)
    header.writeUInt32LE(offset, at + 20)
    header.writeUInt32LE(flags, at + 36)
  }
  return header
}

function machOHeader(dataAt: number, dataBytes: number): Buffer {
  const header = Buffer.alloc(32 + 2 * 72)
  header.writeUInt32LE(0xfeedfacf, 0)
  header.writeUInt32LE(2, 16)
  for (const [i, [name, offset, size, protection]] of [
    ['__TEXT', 0, dataAt, 5] as const,
    ['__DATA', dataAt, dataBytes, 3] as const,
  ].entries()) {
    const at = 32 + i * 72
    header.writeUInt32LE(0x19, at)
    header.writeUInt32LE(72, at + 4)
    header.write(name, at + 8, 'latin1')
    header.writeBigUInt64LE(BigInt(BASE + offset), at + 24)
    header.writeBigUInt64LE(BigInt(size), at + 32)
    header.writeBigUInt64LE(BigInt(offset), at + 40)
    header.writeBigUInt64LE(BigInt(size), at + 48)
    header.writeUInt32LE(protection, at + 60)
  }
  return header
}
