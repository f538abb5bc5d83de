import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unwrap } from '@yagura/kernel'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type MadeDatabase, writeDatabase } from '../database/testing.ts'
import { verifyAdvisoryDatabase } from '../database/verify.ts'
import { applyDelta, installAdvisoryDatabase } from './apply.ts'
import { encodeDelta } from './container.ts'
import { diffAdvisoryDatabases, makeDelta } from './diff.ts'
import { generateSigningKey, readSigningKey, readTrustedKeys, type TrustedKey } from './keys.ts'

const directory = mkdtempSync(join(tmpdir(), 'yg-delta-'))
const at = (name: string) => join(directory, name)
const serving = at('serving.ydb')
let trusted: TrustedKey[] = []
afterAll(() => rmSync(directory, { recursive: true }))

beforeAll(async () => {
  unwrap(await generateSigningKey(at('key')))
  unwrap(await generateSigningKey(at('foreign')))
  trusted = unwrap(await readTrustedKeys(at('key.pub')))
})

const severities = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, Number(name.slice(9)) % 6]))
const many = Array.from({ length: 4000 }, (_, i) => `CVE-2020-${1000 + i}`)
const OLD: MadeDatabase = { records: { severities: severities(many) }, builtAtMs: 1000 }
const NEW: MadeDatabase = {
  records: {
    severities: { ...severities(many.slice(3)), 'CVE-2021-7777': 5 },
    kev: { 'CVE-2021-7777': { a: '\t\n\u2028' } },
  },
  builtAtMs: 2000,
}

async function deltaFile(name: string, from: MadeDatabase, to: MadeDatabase, keyName?: string): Promise<string> {
  writeDatabase(at('from.ydb'), from)
  writeDatabase(at('to.ydb'), to)
  const key = keyName ? unwrap(await readSigningKey(at(keyName))) : undefined
  writeFileSync(at(name), unwrap(makeDelta(at('from.ydb'), at('to.ydb'), key)).bytes)
  return at(name)
}

const apply = (deltaPath: string) => applyDelta({ path: serving, deltaPath, trusted })

describe('a delta', () => {
  beforeEach(() => {
    writeDatabase(serving, OLD)
    rmSync(`${serving}.previous`, { force: true })
  })

  it('leads to the new database byte for byte, and the former one is kept', async () => {
    const path = await deltaFile('good', OLD, NEW, 'key')
    const former = readFileSync(serving)
    const applied = unwrap(await apply(path))
    expect(applied).toMatchObject({ outcome: 'updated', signedBy: trusted[0]?.id })
    expect(readFileSync(serving).equals(readFileSync(at('to.ydb')))).toBe(true)
    expect(unwrap(verifyAdvisoryDatabase(serving))).toEqual(applied.after)
    expect(readFileSync(`${serving}.previous`).equals(former)).toBe(true)
    expect(statSync(path).size).toBeLessThan(1500)
    expect(unwrap(await apply(path)).outcome).toBe('current')
    expect(readdirSync(directory).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('leads from any database to any other', async () => {
    const table = fc.dictionary(fc.string({ unit: 'binary', minLength: 1, maxLength: 5 }), fc.jsonValue(), {
      maxKeys: 30,
    })
    const made = fc.record({ records: fc.record({ kev: table, epss: table, vex: table }) })
    await fc.assert(
      fc.asyncProperty(made, made, async (from, to) => {
        const path = await deltaFile('any', { ...from, builtAtMs: 1 }, { ...to, builtAtMs: 2 }, 'key')
        writeDatabase(serving, { ...from, builtAtMs: 1 })
        unwrap(await apply(path))
        expect(readFileSync(serving).equals(readFileSync(at('to.ydb')))).toBe(true)
      }),
      { numRuns: 25 },
    )
  })

  describe('is refused with a reason, and the old database goes on serving:', () => {
    async function expectRefusal(path: string, code: string, reason: RegExp) {
      const before = readFileSync(serving)
      const refused = await apply(path)
      expect(refused).toMatchObject({ ok: false, error: { code, message: expect.stringMatching(reason) } })
      expect(readFileSync(serving).equals(before)).toBe(true)
      expect(readdirSync(directory)).not.toContain('serving.ydb.previous')
    }

    it('unsigned', async () => {
      await expectRefusal(await deltaFile('x', OLD, NEW), 'INTEGRITY', /is not signed/)
    })

    it('foreign-signed', async () => {
      await expectRefusal(await deltaFile('x', OLD, NEW, 'foreign'), 'INTEGRITY', /signed by a key that is not trusted/)
    })

    it('foreign-signed under the name of a key that is trusted', async () => {
      const path = await deltaFile('x', OLD, NEW, 'foreign')
      const bytes = readFileSync(path)
      Buffer.from(trusted[0]?.id ?? '', 'hex').copy(bytes, bytes.length - 96)
      writeFileSync(path, bytes)
      await expectRefusal(path, 'INTEGRITY', /was altered: its signature does not hold/)
    })

    it('older: a rollback', async () => {
      writeDatabase(serving, NEW)
      await expectRefusal(await deltaFile('x', NEW, OLD, 'key'), 'CONFLICT', /leads to an older database/)
    })

    it('of another base', async () => {
      const other = { ...OLD, records: { severities: { 'CVE-2020-9': 1 } } }
      await expectRefusal(await deltaFile('x', other, NEW, 'key'), 'CONFLICT', /is for another database/)
    })

    it('that does not lead where it says', async () => {
      await deltaFile('x', OLD, NEW, 'key')
      const key = unwrap(await readSigningKey(at('key')))
      const content = readFileSync(at('x'))
      const manifestEnd = 24 + content.readUInt32LE(12)
      const manifest = JSON.parse(content.toString('utf8', 24, manifestEnd))
      const lie = { ...manifest, target: { ...manifest.target, sha256: 'f'.repeat(64) } }
      writeFileSync(at('x'), encodeDelta(lie, content.subarray(manifestEnd, -96), key))
      await expectRefusal(at('x'), 'INTEGRITY', /does not lead to the database that it names/)
    })

    it('that is something else, or of a newer version', async () => {
      writeFileSync(at('x'), 'no delta at all, though long enough to be one'.repeat(9))
      await expectRefusal(at('x'), 'INPUT_INVALID', /is not a delta/)
      const bytes = readFileSync(await deltaFile('x', OLD, NEW, 'key'))
      bytes.writeUInt32LE(2, 8)
      writeFileSync(at('x'), bytes)
      await expectRefusal(at('x'), 'INPUT_UNSUPPORTED', /has version 2/)
      await expectRefusal(at('nowhere'), 'INPUT_NOT_FOUND', /nowhere/)
    })

    it('larger than any delta is, without reading it', async () => {
      writeFileSync(at('x'), 'YAGURADL')
      truncateSync(at('x'), 5 * 1024 ** 3)
      await expectRefusal(at('x'), 'LIMIT_EXCEEDED', /is larger than \d+ bytes/)
      rmSync(at('x'))
    })

    it('truncated anywhere, altered in any byte, or longer', async () => {
      const whole = readFileSync(await deltaFile('x', OLD, NEW, 'key'))
      const before = readFileSync(serving)
      await fc.assert(
        fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (place, change) => {
          writeFileSync(at('x'), whole.subarray(0, place))
          expect(await apply(at('x'))).toMatchObject({ ok: false, error: { code: expect.stringMatching(/^INPUT_/) } })
          const bytes = Buffer.from(whole)
          bytes[place] = (bytes[place] ?? 0) ^ change
          writeFileSync(at('x'), bytes)
          expect(await apply(at('x'))).toMatchObject({ ok: false, error: { message: expect.stringMatching(/\S\.$/) } })
          writeFileSync(at('x'), Buffer.concat([whole, bytes.subarray(0, place + 1)]))
          expect(await apply(at('x'))).toMatchObject({ ok: false, error: { code: 'INTEGRITY' } })
          expect(readFileSync(serving).equals(before)).toBe(true)
        }),
        { numRuns: 100 },
      )
    })

    it('where there is no database, or a damaged one', async () => {
      const path = await deltaFile('x', OLD, NEW, 'key')
      const bytes = readFileSync(serving)
      bytes[bytes.length - 30] = (bytes[bytes.length - 30] ?? 0) ^ 1
      writeFileSync(serving, bytes)
      await expectRefusal(path, 'ADVISORY_DB_INVALID', /damaged/)
      rmSync(serving)
      expect(await apply(path)).toMatchObject({ ok: false, error: { code: 'ADVISORY_DB_MISSING' } })
    })
  })
})

describe('a whole database that was carried over', () => {
  const install = () => installAdvisoryDatabase({ path: serving, from: at('carried.ydb') })

  it('is put in place where it is whole and not older', async () => {
    rmSync(serving, { force: true })
    writeDatabase(at('carried.ydb'), OLD)
    expect(unwrap(await install())).toMatchObject({ outcome: 'updated', before: undefined, signedBy: null })
    expect(unwrap(await install()).outcome).toBe('current')
    writeDatabase(at('carried.ydb'), NEW)
    expect(unwrap(await install())).toMatchObject({ outcome: 'updated' })
    writeDatabase(at('carried.ydb'), OLD)
    expect(await install()).toMatchObject({ ok: false, error: { code: 'CONFLICT' } })
    const bytes = readFileSync(at('carried.ydb'))
    writeFileSync(at('carried.ydb'), bytes.subarray(0, -1))
    expect(await install()).toMatchObject({ ok: false, error: { code: 'ADVISORY_DB_INVALID' } })
    expect(unwrap(verifyAdvisoryDatabase(serving)).builtAt).toBe('1970-01-01T00:00:02.000Z')
  })
})

describe('the difference', () => {
  it('names advisories that came, went or changed, and counts records', () => {
    const advisory = (id: string, version: string) => ({
      id,
      aliases: [],
      upstream: [],
      related: [],
      summary: null,
      references: [],
      publishedAt: null,
      modifiedAt: null,
      affected: [{ ecosystem: 'npm', packageName: 'a', severity: 'high', ranges: [], versions: [version] } as const],
    })
    writeDatabase(at('from.ydb'), { advisories: [advisory('A', '1'), advisory('B', '1'), advisory('C', '1')] })
    writeDatabase(at('to.ydb'), { advisories: [advisory('B', '1'), advisory('C', '2'), advisory('D', '1')] })
    const difference = unwrap(diffAdvisoryDatabases(at('from.ydb'), at('to.ydb')))
    expect(difference.advisories).toEqual({ added: ['D'], removed: ['A'], changed: ['C'] })
    expect(difference.packages).toEqual([{ ecosystem: 'npm', packageName: 'a' }])
    expect(difference.tables.slice(0, 2)).toEqual([
      { table: 'packages', added: 1, removed: 1, changed: 1 },
      { table: 'details', added: 1, removed: 1, changed: 0 },
    ])
  })
})

describe('keys', () => {
  it('that are private are read by their owner only, and are never written over', async () => {
    expect(statSync(at('key')).mode & 0o777).toBe(0o600)
    expect(await generateSigningKey(at('key'))).toMatchObject({ ok: false, error: { code: 'CONFLICT' } })
    writeFileSync(at('open-key'), readFileSync(at('key')), { mode: 0o644 })
    expect(await readSigningKey(at('open-key'))).toMatchObject({ ok: false, error: { code: 'PERMISSION' } })
  })

  it('can be several, and nothing but keys of Ed25519', async () => {
    writeFileSync(at('both.pem'), `${readFileSync(at('key.pub'))}\n${readFileSync(at('foreign.pub'))}`)
    expect(unwrap(await readTrustedKeys(at('both.pem')))).toHaveLength(2)
    for (const text of ['', 'x', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n']) {
      writeFileSync(at('bad.pem'), text, { mode: 0o600 })
      expect(await readTrustedKeys(at('bad.pem'))).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } })
      expect(await readSigningKey(at('bad.pem'))).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } })
    }
  })
})
