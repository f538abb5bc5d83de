import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SEVERITIES, severityRank } from '@yagura/schema/severities'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { Advisory, SourceAdvisory } from '../advisory.ts'
import { FORMAT_VERSION } from './format.ts'
import { openAdvisoryDatabase } from './open.ts'
import { writeDatabase } from './testing.ts'
import { verifyAdvisoryDatabase } from './verify.ts'

const directory = mkdtempSync(join(tmpdir(), 'yg-database-'))
const path = join(directory, 'a.ydb')
afterAll(() => rmSync(directory, { recursive: true }))

const text = fc.string({ unit: 'binary', maxLength: 12 }).map((value) => value.toWellFormed())
const id = fc.oneof(
  fc.constantFrom('CVE-2020-1000', 'CVE-2021-99999', 'GHSA-a'),
  fc.nat(500).map((n) => `X-${n}`),
)
const event = fc.record({ kind: fc.constantFrom('introduced', 'fixed', 'lastAffected', 'limit'), version: text })
const affected = fc.record({
  ecosystem: fc.constantFrom('npm', 'Debian:11', 'Alpine:v3.11'),
  packageName: fc.oneof(fc.constantFrom('a', 'b', 'constructor', '__proto__'), text),
  severity: fc.constantFrom(...SEVERITIES),
  ranges: fc.array(fc.record({ type: fc.constantFrom('SEMVER', 'ECOSYSTEM'), events: fc.array(event) }), {
    maxLength: 2,
  }),
  versions: fc.array(text, { maxLength: 3 }),
})
const ids = fc.uniqueArray(id, { maxLength: 3 })
const instant = fc.option(fc.constantFrom('2020-01-01T00:00:00.000Z', '2024-01-01T00:00:00.000Z'))
const advisory: fc.Arbitrary<SourceAdvisory> = fc.record({
  id,
  aliases: ids,
  upstream: ids,
  related: ids,
  summary: fc.option(fc.string({ maxLength: 200 })),
  references: fc.array(text, { maxLength: 3 }),
  publishedAt: instant,
  modifiedAt: instant,
  affected: fc.array(affected, { maxLength: 4 }),
})
const advisories = fc.uniqueArray(advisory, { selector: (item) => item.id, maxLength: 60 })

function write(items: readonly SourceAdvisory[], builtAtMs = 0): string {
  return writeDatabase(path, { advisories: items, builtAtMs }).sha256
}

function open() {
  const opened = openAdvisoryDatabase(path)
  if (!opened.ok) throw opened.error
  return opened.value
}

/** An advisory with its detail, as plain data. */
function plain({ detail, ...rest }: Advisory) {
  return { ...rest, ...detail() }
}

describe('the advisory database', () => {
  it('gives back for each package what was put in', () => {
    fc.assert(
      fc.property(advisories, (items) => {
        write(items)
        const database = open()
        const keys = new Map(
          items.flatMap((item) => item.affected.map((a) => [`${a.ecosystem} ${a.packageName}`, a] as const)),
        )
        for (const { ecosystem, packageName } of keys.values()) {
          const sorted = items.toSorted((a, b) => (a.id < b.id ? -1 : 1))
          const expected = sorted.flatMap(({ affected: all, ...rest }) =>
            all
              .filter((a) => a.ecosystem === ecosystem && a.packageName === packageName)
              .map((a) => ({ ...rest, ...a, aliases: expect.anything() })),
          )
          expect(database.lookup(ecosystem, packageName).map(plain)).toEqual(expected)
        }
        expect(database.lookup('npm', 'not there at all')).toEqual([])
        database.close()
      }),
      { numRuns: 60 },
    )
  })

  it('keeps the newest of two copies of an advisory', () => {
    const copy = (modifiedAt: string, packageName: string): SourceAdvisory => ({
      id: 'X-1',
      aliases: [],
      upstream: [],
      related: [],
      summary: null,
      references: [],
      publishedAt: null,
      modifiedAt,
      affected: [{ ecosystem: 'npm', packageName, severity: 'high', ranges: [], versions: ['1'] }],
    })
    write([copy('2020-01-01', 'old'), copy('2022-01-01', 'new'), copy('2021-01-01', 'between')])
    const database = open()
    const found = ['old', 'new', 'between'].map((name) => database.lookup('npm', name).length)
    database.close()
    expect(found).toEqual([0, 1, 0])
  })

  it('knows the worst severity that an advisory about one CVE alone gives', () => {
    const about = (name: string, cves: string[], severity: (typeof SEVERITIES)[number]): SourceAdvisory => ({
      id: name,
      aliases: cves,
      upstream: [],
      related: ['CVE-2020-1003'],
      summary: null,
      references: [],
      publishedAt: null,
      modifiedAt: null,
      affected: [{ ecosystem: 'npm', packageName: 'a', severity, ranges: [], versions: ['1'] }],
    })
    write([
      about('X-1', ['CVE-2020-1001'], 'low'),
      about('X-2', ['CVE-2020-1001'], 'high'),
      about('X-3', ['CVE-2020-1001', 'CVE-2020-1002'], 'critical'),
    ])
    const database = open()
    const known = ['CVE-2020-1001', 'CVE-2020-1002', 'CVE-2020-1003', 'X-1'].map(database.severityOf)
    database.close()
    expect(known).toEqual(['high', 'unknown', 'unknown', 'unknown'])
  })

  it('rates a CVE by its CVSS vectors where no advisory does', () => {
    const rating = { severity: severityRank('high'), cvss: [], cwe: [], ssvc: null, exploitedOn: null }
    writeDatabase(path, {
      records: {
        severities: { 'CVE-2020-1001': severityRank('low') },
        vulnrichment: { 'CVE-2020-1001': rating, 'CVE-2020-1002': rating },
      },
    })
    const database = open()
    const known = ['CVE-2020-1001', 'CVE-2020-1002', 'CVE-2020-1003'].map(database.severityOf)
    database.close()
    expect(known).toEqual(['low', 'high', 'unknown'])
  })

  it('answers a sound file with records of another shape with one error', () => {
    for (const shape of [null, 5, 'x', {}, [5], [[0, 5]], [[0, [5]]], [[0, [['x']], 7]]]) {
      const records = { packages: { 'npm\0a\0X': shape }, details: { X: shape } }
      writeDatabase(path, { records })
      const database = open()
      try {
        database.lookup('npm', 'a').map(plain)
      } catch (error) {
        expect(error).toMatchObject({ code: 'ADVISORY_DB_INVALID' })
      }
      database.close()
    }
    for (const ecosystems of [[null], [5], [{}]]) {
      writeDatabase(path, { meta: { ecosystems: ecosystems as never } })
      const opened = openAdvisoryDatabase(path)
      if (opened.ok) opened.value.close()
      else expect(opened.error.code).toBe('ADVISORY_DB_INVALID')
    }
  })

  it('has the same checksum for the same advisories, whenever it was built', () => {
    fc.assert(
      fc.property(advisories, (items) => {
        expect(write(items, 1)).toBe(write(items, 2_000_000_000_000))
        const verified = verifyAdvisoryDatabase(path)
        expect(verified.ok && verified.value.builtAt).toBe('2033-05-18T03:33:20.000Z')
      }),
      { numRuns: 10 },
    )
  })

  it('says so when there is no file, or a file that is something else', () => {
    expect(openAdvisoryDatabase(join(directory, 'none'))).toMatchObject({
      ok: false,
      error: { code: 'ADVISORY_DB_MISSING' },
    })
    writeFileSync(path, 'not a database, but long enough to hold a header of the right size'.repeat(3))
    expect(openAdvisoryDatabase(path)).toMatchObject({ ok: false, error: { code: 'ADVISORY_DB_INVALID' } })
    expect(openAdvisoryDatabase(directory)).toMatchObject({ ok: false, error: { code: 'ADVISORY_DB_INVALID' } })
  })

  it('says so when the file has another format', () => {
    write(fc.sample(advisories, 1)[0] ?? [])
    const bytes = readFileSync(path)
    bytes.writeUInt32LE(FORMAT_VERSION + 1, 8)
    writeFileSync(path, bytes)
    expect(openAdvisoryDatabase(path)).toMatchObject({ ok: false, error: { code: 'ADVISORY_DB_VERSION' } })
  })

  it('answers random bytes behind a sound start with one error', () => {
    write(fc.sample(advisory, { seed: 9, numRuns: 40 }))
    const whole = readFileSync(path)
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 400 }), fc.nat(whole.length), (noise, kept) => {
        writeFileSync(path, Buffer.concat([whole.subarray(0, kept), noise]))
        const opened = openAdvisoryDatabase(path)
        if (opened.ok) opened.value.close()
        else expect(opened.error.code).toMatch(/^ADVISORY_DB_(INVALID|VERSION)$/)
        const verified = verifyAdvisoryDatabase(path)
        expect(verified.ok).toBe(noise.length === 0 && kept === whole.length)
      }),
      { numRuns: 200 },
    )
  })

  it('notices wherever the file was cut or one byte was changed', () => {
    const items = fc.sample(advisory, { seed: 7, numRuns: 80 })
    write(items, 5)
    const whole = readFileSync(path)
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        writeFileSync(path, whole.subarray(0, at))
        expect(openAdvisoryDatabase(path)).toMatchObject({ ok: false, error: { code: 'ADVISORY_DB_INVALID' } })

        const bytes = Buffer.from(whole)
        bytes[at] = (bytes[at] ?? 0) ^ change
        writeFileSync(path, bytes)
        const verified = verifyAdvisoryDatabase(path)
        expect(verified.ok ? 'whole' : verified.error.code).toMatch(/^ADVISORY_DB_(INVALID|VERSION)$/)
        readAll(items)
      }),
      { numRuns: 300 },
    )
  })
})

/** Reads everything; only the one error for damaged files may come. */
function readAll(items: readonly SourceAdvisory[]): void {
  const opened = openAdvisoryDatabase(path)
  if (!opened.ok) return
  try {
    for (const item of items)
      for (const { ecosystem, packageName } of item.affected) opened.value.lookup(ecosystem, packageName).map(plain)
  } catch (error) {
    expect(error).toMatchObject({ code: 'ADVISORY_DB_INVALID' })
  } finally {
    opened.value.close()
  }
}
