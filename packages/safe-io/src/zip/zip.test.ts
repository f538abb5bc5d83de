import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { openZip, type ZipLimits } from './archive.ts'
import { makeZip, type ZipMember } from './testing.ts'

const directory = mkdtempSync(join(tmpdir(), 'yg-zip-'))
afterAll(() => rmSync(directory, { recursive: true }))
const limits: ZipLimits = { archiveEntries: 1000, entryBytes: 1_000_000, totalBytes: 2_000_000 }

function save(bytes: Buffer): string {
  const path = join(directory, 'a.zip')
  writeFileSync(path, bytes)
  return path
}

const member = (name: string, text = `content of ${name}`): ZipMember => ({ name, content: Buffer.from(text) })

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
