import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { defaultLimits } from '@yagura/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readWith } from '../../testing/read-file.ts'
import { extractor } from './index.ts'

const LIST = {
  packages: [
    { name: 'tool', version: '0.1.0', source: 'local', root: true, dependencies: [1, 2] },
    { name: 'serde', version: '1.0.190', source: 'crates.io' },
    { name: 'cc', version: '1.0.83', source: 'crates.io', kind: 'build' },
  ],
}
const CRATES = ['tool 0.1.0', 'serde 1.0.190']

/** An ELF file: headers, read-only data with the section, code, and the table of sections at the end. */
function makeElf(section: Buffer, { wide = true, bigEndian = false, before = 100 } = {}): Buffer {
  const headerBytes = wide ? 64 + 2 * 56 : 52 + 2 * 32
  const readOnly = Buffer.concat([Buffer.alloc(before, 0x78), section])
  const code = Buffer.alloc(20_000, 0x90)
  const tableAt = headerBytes + readOnly.length + code.length
  const entryBytes = wide ? 64 : 40
  const bytes = Buffer.alloc(tableAt + 3 * entryBytes)
  const u16 = (at: number, value: number) =>
    bigEndian ? bytes.writeUInt16BE(value, at) : bytes.writeUInt16LE(value, at)
  const u32 = (at: number, value: number) =>
    bigEndian ? bytes.writeUInt32BE(value, at) : bytes.writeUInt32LE(value, at)
  const word = (at: number, value: number) => {
    if (!wide) u32(at, value)
    else if (bigEndian) bytes.writeBigUInt64BE(BigInt(value), at)
    else bytes.writeBigUInt64LE(BigInt(value), at)
  }
  bytes.write('\x7fELF', 0, 'latin1')
  bytes.set([wide ? 2 : 1, bigEndian ? 2 : 1, 1], 4)
  word(wide ? 32 : 28, wide ? 64 : 52)
  word(wide ? 40 : 32, tableAt)
  u16(wide ? 54 : 42, wide ? 56 : 32)
  u16(wide ? 56 : 44, 2)
  u16(wide ? 58 : 46, entryBytes)
  u16(wide ? 60 : 48, 3)
  const segments = [
    [0, headerBytes + readOnly.length, 4],
    [headerBytes + readOnly.length, code.length, 5],
  ] as const
  for (const [i, [offset, size, flags]] of segments.entries()) {
    const at = (wide ? 64 : 52) + i * (wide ? 56 : 32)
    u32(at, 1)
    u32(at + (wide ? 4 : 24), flags)
    word(at + (wide ? 8 : 4), offset)
    word(at + (wide ? 16 : 8), 0x400000 + offset)
    word(at + (wide ? 32 : 16), size)
  }
  readOnly.copy(bytes, headerBytes)
  code.copy(bytes, headerBytes + readOnly.length)
  const sections = [
    [headerBytes, before],
    [headerBytes + before, section.length],
  ] as const
  for (const [i, [offset, size]] of sections.entries()) {
    const at = tableAt + (i + 1) * entryBytes
    u32(at + 4, 1)
    word(at + (wide ? 24 : 16), offset)
    word(at + (wide ? 32 : 20), size)
  }
  return bytes
}

function makePe(section: Buffer): Buffer {
  const header = Buffer.alloc(0x400)
  header.write('MZ', 0, 'latin1')
  header.writeUInt32LE(0x80, 0x3c)
  header.write('PE\0\0', 0x80, 'latin1')
  header.writeUInt16LE(2, 0x86)
  header.writeUInt16LE(112, 0x94)
  header.writeUInt16LE(0x20b, 0x98)
  const code = Buffer.alloc(30_000, 0x90)
  const padded = Buffer.concat([section, Buffer.alloc(512 - (section.length % 512))])
  for (const [i, [name, offset, size]] of [
    ['.text', 0x400, code.length] as const,
    ['.dep-v0', 0x400 + code.length, padded.length] as const,
  ].entries()) {
    const at = 0x98 + 112 + i * 40
    header.write(name, at, 'latin1')
    header.writeUInt32LE(size, at + 16)
    header.writeUInt32LE(offset, at + 20)
  }
  return Buffer.concat([header, code, padded])
}

function read(bytes: Buffer, partBytes?: number) {
  return readWith(extractor, 'usr/local/bin/tool', bytes, defaultLimits, partBytes)
}

function crates(bytes: Buffer, partBytes?: number): string[] {
  return read(bytes, partBytes).packages.map((found) => `${found.name} ${found.version}`)
}

const packed = deflateSync(JSON.stringify(LIST))

describe.each([
  ['ELF of 64 bits', makeElf(packed)],
  ['ELF of 32 bits', makeElf(packed, { wide: false })],
  ['ELF, big-endian', makeElf(packed, { bigEndian: true })],
  ['ELF, the section behind the first pages', makeElf(packed, { before: 100_000 })],
  ['PE', makePe(packed)],
])('%s', (_, program) => {
  test('crates of the program, not those that only built it; in parts of any size', () => {
    expect(read(program).problems).toEqual([])
    for (const partBytes of [64 * 1024, 4096, 1000, 3]) expect(crates(program, partBytes)).toEqual(CRATES)
  })

  test('cut or damaged anywhere: it ends, and says nothing that was not there', () => {
    fc.assert(
      fc.property(
        fc.nat(program.length),
        fc.array(fc.tuple(fc.nat(program.length - 1), fc.nat(255)), { maxLength: 10 }),
        (length, changes) => {
          for (const one of crates(program.subarray(0, length))) expect(CRATES).toContain(one)
          const damaged = Buffer.from(program)
          for (const [at, value] of changes) damaged[at] = value
          expect(read(damaged).packages.length).toBeLessThanOrEqual(3)
        },
      ),
      { numRuns: 40 },
    )
  })
})

test('a section that a tool added to the finished program, behind all that is loaded, is found', () => {
  const linked = makeElf(Buffer.alloc(8))
  const tableAt = Number(linked.readBigUInt64LE(40))
  // as objcopy does: the section in the place of the table, and the table behind it
  const bytes = Buffer.concat([linked.subarray(0, tableAt), packed, linked.subarray(tableAt)])
  bytes.writeBigUInt64LE(BigInt(tableAt + packed.length), 40)
  const entry = tableAt + packed.length + 2 * 64
  bytes.writeBigUInt64LE(BigInt(tableAt), entry + 24)
  bytes.writeBigUInt64LE(BigInt(packed.length), entry + 32)
  for (const partBytes of [64 * 1024, 1000]) expect(crates(bytes, partBytes)).toEqual(CRATES)
})

test('a list that is damaged or a bomb is a problem', () => {
  const broken = Buffer.from(packed)
  broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1
  expect(read(makeElf(broken)).problems).toHaveLength(1)
  // like a list at first, and larger unpacked than any is
  const bomb = deflateSync(`{"packages":[{"name":"a","version":"1"${' '.repeat(20 * 1024 * 1024)}}]}`)
  expect(read(makeElf(bomb)).problems).toHaveLength(1)
})

test('other things that are packed are none of it', () => {
  expect(read(makeElf(deflateSync('{"names": ["x"]}')))).toEqual({ packages: [], problems: [] })
  expect(read(makeElf(deflateSync('{"packages":"x"}')))).toEqual({ packages: [], problems: [] })
})

test('sizes that lie', () => {
  const program = makeElf(packed)
  for (const at of [32, 40, 64 + 8, 64 + 32]) {
    const lying = Buffer.from(program)
    lying.writeBigUInt64LE(0xffff_ffff_ffff_ffffn, at)
    expect(read(lying).packages.length).toBeLessThanOrEqual(2)
  }
})

test('package URL', () => {
  const [, serde] = read(makeElf(packed)).packages
  expect(serde && extractor.purl(serde, null)).toBe('pkg:cargo/serde@1.0.190')
})

const hasRust = spawnSync('rustc', ['--version'], { stdio: 'ignore' }).status === 0
if (!hasRust) {
  if (process.env.CI === 'true') throw new Error('rustc is missing: install it')
  console.warn('rustc is not installed: programs made by its own linker are not tested')
}

test.runIf(hasRust)('a program that rustc links', { timeout: 120_000 }, () => {
  const work = mkdtempSync(join(tmpdir(), 'yagura-rust-'))
  try {
    writeFileSync(join(work, 'list'), packed)
    // read by an index of run time: before Rust 1.66 the linker drops what nothing refers to
    writeFileSync(
      join(work, 'main.rs'),
      `#[used]\n#[link_section = ".dep-v0"]\nstatic LIST: [u8; ${packed.length}] = *include_bytes!("list");\nfn main() { println!("{}", LIST[std::env::args().count()]); }\n`,
    )
    const built = spawnSync('rustc', ['-o', 'tool', 'main.rs'], { cwd: work, encoding: 'utf8', timeout: 100_000 })
    expect(built.stderr).toBe('')
    expect(crates(readFileSync(join(work, 'tool')))).toEqual(CRATES)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
})
