// The smallest programs there are: one header, one segment, the code and its data, no interpreter (System V ABI, chapters 4, 5).
const BASE = 0x400000
const CODE_OFFSET = 64 + 56

/** A static 64-bit program for Linux whose first instruction is the first byte of `code`; `data` lies right behind it. */
export function staticElf(
  code: Buffer,
  data: Buffer = Buffer.alloc(0),
  arch: NodeJS.Architecture = process.arch,
): Buffer {
  const file = Buffer.alloc(CODE_OFFSET + code.length + data.length)
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1])
  file.writeUInt16LE(2, 16) // executable
  file.writeUInt16LE(arch === 'arm64' ? 183 : 62, 18)
  file.writeUInt32LE(1, 20)
  file.writeBigUInt64LE(BigInt(BASE + CODE_OFFSET), 24)
  file.writeBigUInt64LE(64n, 32) // program headers
  file.writeUInt16LE(64, 52)
  file.writeUInt16LE(56, 54)
  file.writeUInt16LE(1, 56)
  file.writeUInt32LE(1, 64) // PT_LOAD
  file.writeUInt32LE(5, 68) // read, execute
  file.writeBigUInt64LE(BigInt(BASE), 80)
  file.writeBigUInt64LE(BigInt(BASE), 88)
  file.writeBigUInt64LE(BigInt(file.length), 96)
  file.writeBigUInt64LE(BigInt(file.length), 104)
  file.writeBigUInt64LE(0x1000n, 112)
  file.set(code, CODE_OFFSET)
  file.set(data, CODE_OFFSET + code.length)
  return file
}
