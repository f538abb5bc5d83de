import { toYaguraError } from '@yagura/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { paxMember, paxRecord, type TarMember, tarArchive, tarHeader, tarMember } from '../testing/tar.ts'
import type { TarEntry } from './entry.ts'
import { createTarParser } from './parser.ts'

const limits = { archiveEntries: 1000, pathBytes: 4096 }

interface Walked {
  readonly entries: readonly TarEntry[]
  readonly contents: ReadonlyMap<string, string>
  readonly outcome: string
  readonly trailingData: boolean
}

function walk(bytes: Buffer, chunkBytes = 100_000, wanted = (_: TarEntry) => true): Walked {
  const entries: TarEntry[] = []
  const contents = new Map<string, string>()
  const parser = createTarParser((entry) => {
    entries.push(entry)
    return wanted(entry) ? { deliver: (content) => contents.set(entry.name, content.toString()) } : undefined
  }, limits)
  try {
    for (let at = 0; at < bytes.length; at += chunkBytes) parser.write(bytes.subarray(at, at + chunkBytes))
    return { entries, contents, outcome: 'ok', trailingData: parser.end().trailingData }
  } catch (error) {
    return { entries, contents, outcome: toYaguraError(error).code, trailingData: false }
  }
}

function names(walked: Walked): string[] {
  return walked.entries.map((entry) => entry.name)
}

describe('well-formed archives', () => {
  test('kinds, links and contents', () => {
    const walked = walk(
      tarArchive([
        { name: 'dir/', type: '5' },
        { name: 'dir/file', content: 'hello' },
        { name: 'empty' },
        { name: 'soft', type: '2', link: '../target' },
        { name: 'hard', type: '1', link: 'dir/file' },
        { name: 'null', type: '3', device: [1, 3] },
        { name: 'pipe', type: '6' },
      ]),
    )
    expect(walked.entries.map((entry) => `${entry.kind} ${entry.name} ${entry.linkName}`.trim())).toEqual([
      'directory dir/',
      'file dir/file',
      'file empty',
      'symlink soft ../target',
      'hardlink hard dir/file',
      'device null',
      'fifo pipe',
    ])
    expect(walked.contents.get('dir/file')).toBe('hello')
    expect(walked.contents.get('empty')).toBe('')
    expect(walked.entries.find((entry) => entry.name === 'null')?.device).toEqual({ major: 1, minor: 3 })
  })

  test('long names of GNU and PAX', () => {
    const long = `${'d/'.repeat(120)}file`
    const archive = tarArchive([
      { name: '././@LongLink', type: 'L', content: `${long}\0` },
      { name: 'short', content: 'gnu' },
      { name: 'short', content: 'pax', pax: { path: `${long}2`, mtime: '1.5' } },
      { name: 'link', type: '2', pax: { linkpath: long } },
    ])
    const walked = walk(archive)
    expect(names(walked)).toEqual([long, `${long}2`, 'link'])
    expect(walked.entries[2]?.linkName).toBe(long)
    expect(walked.contents.get(`${long}2`)).toBe('pax')
  })

  test('sizes in base-256 and in PAX', () => {
    const rawSize = Buffer.alloc(12)
    rawSize[0] = 0x80
    rawSize[11] = 5
    const walked = walk(
      tarArchive([
        { name: 'a', content: 'fives', rawSize },
        { name: 'b', content: 'pax!', size: 0, pax: { size: '4' } },
        { name: 'c' },
      ]),
    )
    expect(names(walked)).toEqual(['a', 'b', 'c'])
    expect(walked.contents.get('b')).toBe('pax!')
  })

  test('a global header is read past, as container runtimes do', () => {
    const walked = walk(
      Buffer.concat([paxMember({ path: 'elsewhere' }, 'g'), tarArchive([{ name: 'a', content: 'x' }])]),
    )
    expect(names(walked)).toEqual(['a'])
  })

  test('no end marker is fine; data behind one is not read but reported', () => {
    const members = [{ name: 'a', content: 'x' }]
    expect(walk(tarArchive(members, { end: false }))).toMatchObject({ outcome: 'ok', trailingData: false })
    const twice = walk(Buffer.concat([tarArchive(members), tarArchive([{ name: 'hidden' }])]))
    expect(names(twice)).toEqual(['a'])
    expect(twice.trailingData).toBe(true)
    expect(walk(Buffer.concat([tarArchive(members), Buffer.alloc(9000)])).trailingData).toBe(false)
  })

  test('old sparse files: what follows is still found', () => {
    const header = tarHeader({ name: 'holes', type: 'S', size: 600 })
    header[482] = 1
    header.write('        ', 148)
    header.write(
      `${[...header]
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    )
    const more = Buffer.alloc(512)
    const walked = walk(
      Buffer.concat([header, more, Buffer.alloc(1024), tarArchive([{ name: 'after', content: 'x' }])]),
      7,
      (entry) => !entry.sparse,
    )
    expect(walked.entries.map((entry) => [entry.name, entry.sparse])).toEqual([
      ['holes', true],
      ['after', false],
    ])
    expect(walked.contents.get('after')).toBe('x')
  })

  test('names that are not UTF-8 stay different and can be shown', () => {
    const walked = walk(
      tarArchive([{ name: Buffer.from([0x61, 0xff]) }, { name: Buffer.from([0x61, 0xfe]) }, { name: 'é櫓' }]),
    )
    expect(names(walked)).toEqual(['a\\xff', 'a\\xfe', 'é櫓'])
  })
})

describe('broken archives', () => {
  test.each<[string, Buffer, string]>([
    ['a wrong checksum', tarArchive([{ name: 'a' }, { name: 'b', badChecksum: true }]), 'INPUT_INVALID'],
    ['a negative size', tarArchive([{ name: 'a' }, { name: 'b', rawSize: Buffer.alloc(12, 0xff) }]), 'INPUT_INVALID'],
    [
      'a size that is no number',
      tarArchive([{ name: 'a' }, { name: 'b', rawSize: Buffer.from('99999999999\0') }]),
      'INPUT_INVALID',
    ],
    [
      'a size beyond all numbers',
      tarArchive([{ name: 'a' }, { name: 'b', rawSize: Buffer.concat([Buffer.from([0x80]), Buffer.alloc(11, 0xee)]) }]),
      'INPUT_INVALID',
    ],
    [
      'a member cut short',
      tarArchive([{ name: 'a' }, { name: 'b', content: 'x'.repeat(600) }]).subarray(0, 1400),
      'INPUT_TRUNCATED',
    ],
    ['a header cut short', tarArchive([{ name: 'a' }, { name: 'b' }]).subarray(0, 700), 'INPUT_TRUNCATED'],
    [
      'PAX records without an end',
      Buffer.concat([
        tarMember({ name: 'a' }),
        tarMember({ name: 'x', type: 'x', content: '99 path=b' }),
        tarArchive([]),
      ]),
      'INPUT_INVALID',
    ],
    ['PAX for nothing', Buffer.concat([tarMember({ name: 'a' }), paxMember({ path: 'b' })]), 'INPUT_TRUNCATED'],
    [
      'an endless extended header',
      Buffer.concat([tarMember({ name: 'a' }), tarHeader({ name: 'x', type: 'x', size: 2 ** 30 })]),
      'LIMIT_EXCEEDED',
    ],
  ])('%s', (_, bytes, code) => {
    const walked = walk(bytes)
    expect(walked.outcome).toBe(code)
    expect(names(walked)[0]).toBe('a')
  })

  test('too many entries', () => {
    const many: TarMember[] = Array.from({ length: 1001 }, (_, at) => ({ name: `${at}` }))
    const walked = walk(tarArchive(many))
    expect(walked.outcome).toBe('LIMIT_EXCEEDED')
    expect(walked.entries).toHaveLength(1000)
  })
})

describe('properties', () => {
  const member = fc.record({
    name: fc.stringMatching(/^[a-z/.]{1,20}$/),
    content: fc.string({ maxLength: 1500 }),
    pax: fc.option(fc.record({ path: fc.stringMatching(/^[a-z櫓]{1,30}$/) }), { nil: undefined }),
  })

  test('how the bytes are cut into chunks makes no difference', () => {
    fc.assert(
      fc.property(fc.array(member, { maxLength: 5 }), fc.integer({ min: 1, max: 1200 }), (members, chunkBytes) => {
        const bytes = tarArchive(members as TarMember[])
        expect(walk(bytes, chunkBytes)).toEqual(walk(bytes))
      }),
      { numRuns: 100 },
    )
  })

  test('damage anywhere ends in a coded error or in entries', () => {
    const bytes = tarArchive([
      { name: 'a', content: 'x'.repeat(700) },
      { name: 'b', content: 'y', pax: { path: 'long' } },
      { name: 'c', type: '2', link: 'a' },
    ])
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.uint8Array({ minLength: 1, maxLength: 40 }), (at, noise) => {
        const damaged = Buffer.from(bytes)
        damaged.set(noise.subarray(0, damaged.length - at), at)
        expect(['ok', 'INPUT_INVALID', 'INPUT_TRUNCATED', 'LIMIT_EXCEEDED']).toContain(walk(damaged, 333).outcome)
      }),
    )
  })

  test('a PAX record counts its own length', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 200 }), (value) => {
        const record = paxRecord('comment', value)
        expect(Buffer.byteLength(record)).toBe(Number(record.split(' ')[0]))
      }),
    )
  })
})
