import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unwrap } from '@yagura/kernel'
import { afterAll, expect, it } from 'vitest'
import { openAdvisoryDatabase } from '../../database/open.ts'
import { writeDatabase } from '../../database/testing.ts'
import { readFeed } from '../testing.ts'
import { feed } from './index.ts'

const directory = mkdtempSync(join(tmpdir(), 'yg-eol-'))
afterAll(() => rmSync(directory, { recursive: true }))

it('keeps the day, or that it has ended on a day that nobody names', async () => {
  const outcome = await readFeed(feed, {
    'endoflife.json.gz': {
      debian: [
        { releaseCycle: '12', releaseDate: '2023-06-10', eol: '2026-07-11', latest: '12.15' },
        { releaseCycle: 'sid', eol: false },
        { releaseCycle: 'rex', eol: true },
        { releaseCycle: 12, eol: false },
        { releaseCycle: '11', eol: 'soon' },
      ],
      constructor: [{ releaseCycle: '1', eol: false }],
    },
  })
  expect(outcome.report).toEqual({ records: 4, rejected: 2, newestAt: '2023-06-10T00:00:00.000Z' })
  expect(outcome.records).toEqual({
    'end-of-life debian|12': { endsOn: '2026-07-11', hasEnded: false, latest: '12.15' },
    'end-of-life debian|sid': { endsOn: null, hasEnded: false, latest: null },
    'end-of-life debian|rex': { endsOn: null, hasEnded: true, latest: null },
    'end-of-life constructor|1': { endsOn: null, hasEnded: false, latest: null },
  })
})

it('reads what the API of endoflife.date publishes', async () => {
  const outcome = await readFeed(feed, {
    'endoflife-full.json': {
      schema_version: '1.2.0',
      total: 1,
      result: [
        {
          name: 'alpine-linux',
          releases: [
            {
              ...{
                name: '3.20',
                codename: null,
                label: '3.20',
                releaseDate: '2024-05-22',
                isLts: false,
                ltsFrom: null,
              },
              ...{ isEol: true, eolFrom: '2026-04-01', isMaintained: false, latest: { name: '3.20.9', date: null } },
            },
            { name: 'edge', releaseDate: '2024-05-22', isEol: false, eolFrom: null, latest: null },
            { name: 'lost', releaseDate: '2014-05-22', isEol: true, eolFrom: null },
            { name: 7, isEol: false },
          ],
        },
      ],
    },
  })
  expect(outcome.report).toEqual({ records: 3, rejected: 1, newestAt: '2024-05-22T00:00:00.000Z' })
  expect(outcome.records).toEqual({
    'end-of-life alpine-linux|3.20': { endsOn: '2026-04-01', hasEnded: false, latest: '3.20.9' },
    'end-of-life alpine-linux|edge': { endsOn: null, hasEnded: false, latest: null },
    'end-of-life alpine-linux|lost': { endsOn: null, hasEnded: true, latest: null },
  })
})

it('is found by what os-release says: a point release belongs to its release', () => {
  const path = join(directory, 'a.ydb')
  const ends = (endsOn: string | null, hasEnded = false) => ({ endsOn, hasEnded, latest: null })
  writeDatabase(path, {
    records: {
      'end-of-life': {
        'debian\u000012': ends('2026-07-11'),
        'alpine-linux\u00003.18': ends('2025-05-09'),
        'ubuntu\u000022.04': ends('2027-04-01'),
        'rhel\u00008': ends('2029-05-31'),
        'sles\u000015.5': ends('2024-12-31'),
        'amazon-linux\u00002018.03': ends(null, true),
      },
    },
  })
  const database = unwrap(openAdvisoryDatabase(path))
  const at = Date.UTC(2026, 10, 23)
  const found = (id: string, version: string, nowMs = at) => {
    const release = database.endOfLife(id, version, nowMs)
    return release && `${release.product} ${release.release} ${release.endsOn} ${release.isEnded}`
  }
  expect(found('debian', '12.13')).toBe('debian 12 2026-07-11 true')
  expect(found('debian', '12', Date.UTC(2026, 6, 12))).toBe('debian 12 2026-07-11 false')
  expect(found('debian', '12', Date.UTC(2026, 6, 13))).toBe('debian 12 2026-07-11 true')
  expect(found('alpine', '3.18.9')).toBe('alpine-linux 3.18 2025-05-09 true')
  expect(found('ubuntu', '22.04')).toBe('ubuntu 22.04 2027-04-01 false')
  expect(found('rhel', '8.10')).toBe('rhel 8 2029-05-31 false')
  expect(found('sles', '15.5')).toBe('sles 15.5 2024-12-31 true')
  expect(found('amzn', '2018.03')).toBe('amazon-linux 2018.03 null true')
  expect(found('debian', '1')).toBeUndefined()
  expect(found('debian', '')).toBeUndefined()
  expect(found('__proto__', '1')).toBeUndefined()
  database.close()
})
