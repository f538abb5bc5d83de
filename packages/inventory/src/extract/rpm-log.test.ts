// rpmdb.sqlite and its write-ahead log as images have them: in one layer, or the log in a later one.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, test } from 'vitest'
import { makeHeader } from '../extractors/rpm/testing.ts'
import { introduced, layerOf, scanLayers } from '../testing/scan-layers.ts'

const work = mkdtempSync(join(tmpdir(), 'yg-rpm-log-'))
afterAll(() => rmSync(work, { recursive: true }))

const header = (name: string, version: string) => makeHeader({ name, version, release: '1.el9', files: [] })

/** bash and openssl; then openssl is upgraded, curl added and bash removed, which only the log knows. */
function makeDatabase(): { database: Buffer; log: Buffer } {
  const path = join(work, 'rpmdb.sqlite')
  const open = new DatabaseSync(path)
  open.exec('PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0')
  open.exec("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)")
  const insert = open.prepare('INSERT INTO Packages(blob) VALUES (?)')
  for (const [name, version] of [
    ['bash', '5.1'],
    ['openssl', '3.0.1'],
    ['zlib', '1.2'],
  ] as const)
    insert.run(header(name, version))
  open.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  insert.run(header('openssl', '3.0.7'))
  insert.run(header('curl', '7.76'))
  open.exec('DELETE FROM Packages WHERE hnum IN (1, 2)')
  const made = { database: readFileSync(path), log: readFileSync(`${path}-wal`) }
  open.close()
  return made
}

const { database, log } = makeDatabase()
const file = { name: 'var/lib/rpm/rpmdb.sqlite', content: database }
const beside = { name: 'var/lib/rpm/rpmdb.sqlite-wal', content: log }

test.each([
  ['the log before the database', [beside, file]],
  ['the log behind the database', [file, beside]],
])('SQLite WAL may hold rows: in one layer, %s', async (_, members) => {
  const report = await scanLayers(mkdtempSync(join(work, 'one-')), [layerOf(...members)])
  expect(introduced(report)).toEqual({ 'curl 7.76-1.el9': 0, 'openssl 3.0.7-1.el9': 0, 'zlib 1.2-1.el9': 0 })
  expect(report.coverageGaps).toEqual([])
})

test('SQLite WAL may hold rows: the log in a later layer, which brought what it adds', async () => {
  const report = await scanLayers(mkdtempSync(join(work, 'two-')), [layerOf(file), layerOf(beside)])
  expect(introduced(report)).toEqual({ 'curl 7.76-1.el9': 1, 'openssl 3.0.7-1.el9': 1, 'zlib 1.2-1.el9': 0 })
  expect(report.coverageGaps).toEqual([])
})

test('a log that was deleted says nothing', async () => {
  const gone = layerOf({ name: 'var/lib/rpm/.wh.rpmdb.sqlite-wal', content: '' })
  const report = await scanLayers(mkdtempSync(join(work, 'three-')), [layerOf(file, beside), gone])
  expect(Object.keys(introduced(report))).toEqual(['bash 5.1-1.el9', 'openssl 3.0.1-1.el9', 'zlib 1.2-1.el9'])
})
