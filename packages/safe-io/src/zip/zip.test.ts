import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { openZip, type ZipLimits } from './archive.ts'

const directory = mkdtempSync(join(tmpdir(), 'yg-zip-'))
afterAll(() => rmSync(directory, { recursive: true }))
const limits: ZipLimits = { archiveEntries: 1000, entryBytes: 1_000_000, totalBytes: 2_000_000 }

interface Member {
  readonly name: string
  readonly content: Buffer
  readonly stored?: boolean
  /** What the directory says, where it lies. */
  readonly claims?: { sizeBytes?: number; crc32?: number; offsetBytes?: number; method?: number; flags?: number }
}

/** A zip archive with the fields as given; zip64: sizes and offsets in the wide fields. */
function makeZip(members: readonly Member[], zip64 = false): Buffer {
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

function save(bytes: Buffer): string {
  const path = join(directory, 'a.zip')
  writeFileSync(path, bytes)
  return path
}

const member = (name: string, text = `content of ${name}`): Member => ({ name, content: Buffer.from(text) })

describe('zip archives', () => {
  it.each([false, true])('give back what was put in (zip64: %s)', async (zip64) => {
    const big = { name: 'big', content: Buffer.alloc(300_000, 'ab'), stored: true }
    const members = [member('a.json'), big, member('empty', ''), member('last')]
    const opened = await openZip(save(makeZip(members, zip64)), limits)
    if (!opened.ok) throw opened.error
    await using archive = opened.value
    expect(archive.entries.map((entry) => entry.name)).toEqual(members.map((m) => m.name))
    for (const [i, entry] of archive.entries.entries()) {
      const read = await archive.read(entry)
      expect(read.ok && read.value.equals(members[i]?.content ?? Buffer.alloc(1)), entry.name).toBe(true)
    }
  })

  it.each([
    ['a wrong checksum', { crc32: 1 }, 'INPUT_INVALID'],
    ['a size that is too small', { sizeBytes: 3 }, 'INPUT_INVALID'],
    ['a size that is too large', { sizeBytes: 900 }, 'INPUT_INVALID'],
    ['a size above the budget', { sizeBytes: 1_000_001 }, 'LIMIT_EXCEEDED'],
    ['an unknown method', { method: 99 }, 'INPUT_UNSUPPORTED'],
    ['an offset past the end', { offsetBytes: 1_000_000 }, 'INPUT_TRUNCATED'],
  ] as const)('refuse one entry with %s and read the next', async (_, claims, code) => {
    const opened = await openZip(save(makeZip([member('good'), { ...member('bad'), claims }])), limits)
    if (!opened.ok) throw opened.error
    await using archive = opened.value
    const [good, bad] = archive.entries
    if (!good || !bad) throw new Error('two entries were written')
    expect(await archive.read(bad)).toMatchObject({ ok: false, error: { code } })
    expect(await archive.read(good)).toMatchObject({ ok: true })
  })

  it('stop at the budget of the whole archive', async () => {
    const members = ['a', 'b', 'c'].map((name) => ({ name, content: Buffer.alloc(900_000) }))
    const opened = await openZip(save(makeZip(members)), limits)
    if (!opened.ok) throw opened.error
    await using archive = opened.value
    const codes = []
    for (const entry of archive.entries) {
      const read = await archive.read(entry)
      codes.push(read.ok ? 'ok' : read.error.code)
    }
    expect(codes).toEqual(['ok', 'ok', 'LIMIT_EXCEEDED'])
  })

  it('refuse overlapping entries, encrypted entries and too many entries', async () => {
    const overlapping = [member('a'), { ...member('b'), claims: { offsetBytes: 0 } }]
    expect(await openZip(save(makeZip(overlapping)), limits)).toMatchObject({
      ok: false,
      error: { code: 'INPUT_INVALID' },
    })
    const encrypted = [{ ...member('a'), claims: { flags: 1 } }]
    expect(await openZip(save(makeZip(encrypted)), limits)).toMatchObject({
      ok: false,
      error: { code: 'INPUT_UNSUPPORTED' },
    })
    const many = Array.from({ length: 1001 }, (_, i) => member(String(i), ''))
    expect(await openZip(save(makeZip(many)), limits)).toMatchObject({ ok: false, error: { code: 'LIMIT_EXCEEDED' } })
  })

  it('never throw, whatever is cut or flipped', async () => {
    const whole = makeZip([member('a'), member('b'), member('c')], true)
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), async (at, value, cut) => {
        const bytes = Buffer.from(cut ? whole.subarray(0, at) : whole)
        if (!cut) bytes[at] = value
        const opened = await openZip(save(bytes), limits)
        if (!opened.ok) {
          expect(opened.error.code).not.toBe('INTERNAL')
          return
        }
        await using archive = opened.value
        for (const entry of archive.entries) {
          const read = await archive.read(entry)
          if (!read.ok) expect(read.error.code).not.toBe('INTERNAL')
        }
      }),
      { numRuns: 400 },
    )
  })
})
