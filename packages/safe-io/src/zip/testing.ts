// Makes zip archives byte by byte, good and broken, for tests. Not part of the product.
import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipMember {
  readonly name: string
  readonly content: Buffer
  readonly stored?: boolean
  /** What the directory says, where it lies. */
  readonly claims?: { sizeBytes?: number; crc32?: number; offsetBytes?: number; method?: number; flags?: number }
}

/** A zip archive with the fields as given; zip64: sizes and offsets in the wide fields. */
export function makeZip(members: readonly ZipMember[], zip64 = false): Buffer {
  const bodies: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const { name, content, stored, claims = {} } of members) {
    const packed = stored ? content : deflateRawSync(content)
    const method = claims.method ?? (stored ? 0 : 8)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(method, 8)
    local.writeUInt16LE(name.length, 26)
    bodies.push(local, Buffer.from(name), packed)

    const size = claims.sizeBytes ?? content.length
    const at = claims.offsetBytes ?? offset
    const extra = Buffer.alloc(zip64 ? 28 : 0)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(claims.flags ?? 0, 8)
    entry.writeUInt16LE(method, 10)
    entry.writeUInt32LE(claims.crc32 ?? crc32(content), 16)
    entry.writeUInt32LE(zip64 ? 0xffffffff : packed.length, 20)
    entry.writeUInt32LE(zip64 ? 0xffffffff : size, 24)
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt16LE(extra.length, 30)
    entry.writeUInt32LE(zip64 ? 0xffffffff : at, 42)
    if (zip64) {
      extra.writeUInt16LE(1, 0)
      extra.writeUInt16LE(24, 2)
      for (const [i, value] of [size, packed.length, at].entries()) extra.writeBigUInt64LE(BigInt(value), 4 + i * 8)
    }
    central.push(entry, Buffer.from(name), extra)
    offset += 30 + name.length + packed.length
  }
  const directoryBytes = Buffer.concat(central)
  const end64 = Buffer.alloc(zip64 ? 76 : 0)
  if (zip64) {
    end64.writeUInt32LE(0x06064b50, 0)
    end64.writeBigUInt64LE(BigInt(members.length), 32)
    end64.writeBigUInt64LE(BigInt(directoryBytes.length), 40)
    end64.writeBigUInt64LE(BigInt(offset), 48)
    end64.writeUInt32LE(0x07064b50, 56)
    end64.writeBigUInt64LE(BigInt(offset + directoryBytes.length), 64)
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(zip64 ? 0xffff : members.length, 10)
  end.writeUInt32LE(zip64 ? 0xffffffff : directoryBytes.length, 12)
  end.writeUInt32LE(zip64 ? 0xffffffff : offset, 16)
  return Buffer.concat([...bodies, directoryBytes, end64, end])
}
