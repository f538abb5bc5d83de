import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { unwrap } from '@yagura/kernel'
import { makeZip } from '@yagura/safe-io/testing/zip'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openAdvisoryDatabase } from '../database/open.ts'
import { buildAdvisoryDatabase } from './index.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'yg-build-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const clock = { nowMs: () => Date.UTC(2026, 0), monotonicMs: () => 0 }
const out = () => join(directory, 'out', 'a.ydb')

function record(id: string, fields: object = {}): object {
  const ranges = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2' }] }]
  const affected = [{ package: { ecosystem: 'Debian:11', name: 'openssl' }, ranges }]
  return { id, modified: '2024-01-01T00:00:00Z', affected, ...fields }
}

/** Writes <ecosystem>/all.zip; a text is written as it is. */
function source(ecosystem: string, records: readonly (object | string)[]): string {
  const path = join(directory, 'osv', ecosystem, 'all.zip')
  mkdirSync(dirname(path), { recursive: true })
  const members = records.map((item, i) => ({
    name: `${(item as { id?: string }).id ?? `bad-${i}`}.json`,
    content: Buffer.from(typeof item === 'string' ? item : JSON.stringify(item)),
  }))
  writeFileSync(path, makeZip(members))
  return path
}

function build(onRejected?: (file: string, reason: string) => void) {
  return buildAdvisoryDatabase({
    from: join(directory, 'osv'),
    out: out(),
    clock,
    ...(onRejected ? { onRejected } : {}),
  })
}

describe('building the database', () => {
  it('counts bad records and goes on', async () => {
    source('Debian', [
      record('DSA-1'),
      '{"id": "DSA-2"',
      '[]',
      '[['.repeat(5000),
      record('DSA-3', { affected: 'all' }),
      record('DSA-4', { withdrawn: '2024-02-01T00:00:00Z' }),
      record('DSA-5', { affected: null }),
      record('DSA-6'),
    ])
    const reasons: string[] = []
    const info = unwrap(await build((_file, reason) => reasons.push(reason)))
    expect(info.sources).toEqual([
      { name: 'Debian', advisories: 2, withdrawn: 1, rejected: 4, gitRanges: 0, newestAt: '2024-01-01T00:00:00.000Z' },
    ])
    expect(reasons).toEqual([
      'bad-1.json is not JSON.',
      'bad-2.json is not an OSV record: Invalid input: expected object, received array.',
      'bad-3.json is nested deeper than 200 levels.',
      'DSA-3.json is not an OSV record: affected: Invalid input: expected array, received string.',
    ])
    const database = unwrap(openAdvisoryDatabase(out()))
    expect(database.info).toEqual(info)
    expect(database.lookup('Debian:11', 'openssl').map(({ id }) => id)).toEqual(['DSA-1', 'DSA-6'])
    expect([database.covers('Debian:11'), database.covers('Debian'), database.covers('Debian:12')]).toEqual([
      true,
      false,
      false,
    ])
    database.close()
  })

  it('takes a record once where several archives have it', async () => {
    source('Debian', [record('DSA-1')])
    source('Debian:11', [record('DSA-1')])
    const info = unwrap(await build())
    expect(info.sources.map(({ advisories }) => advisories)).toEqual([1, 0])
    const database = unwrap(openAdvisoryDatabase(out()))
    expect(database.lookup('Debian:11', 'openssl')).toHaveLength(1)
    database.close()
  })

  it('leaves the old database alone when an archive is broken, and no half-written file behind', async () => {
    source('Alpine', [record('A-1')])
    unwrap(await build())
    const before = readFileSync(out())
    const path = source('Debian', [record('DSA-1'), record('DSA-2')])
    writeFileSync(path, readFileSync(path).subarray(0, -30))
    expect(await build()).toMatchObject({ ok: false, error: { code: 'INPUT_TRUNCATED' } })
    expect(readFileSync(out()).equals(before)).toBe(true)
    expect(readdirSync(dirname(out()))).toEqual(['a.ydb'])
  })

  it('says so when there is nothing to build from, and when the file cannot be written', async () => {
    expect(await build()).toMatchObject({ ok: false, error: { code: 'INPUT_NOT_FOUND' } })
    mkdirSync(join(directory, 'osv'))
    expect(await build()).toMatchObject({ ok: false, error: { code: 'INPUT_NOT_FOUND' } })
    source('Debian', [record('DSA-1')])
    mkdirSync(out(), { recursive: true })
    expect(await build()).toMatchObject({ ok: false, error: { code: 'PERMISSION' } })
  })
})
