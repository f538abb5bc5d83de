import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { readFeed } from '../testing.ts'
import { feed } from './index.ts'

const file = (date: string, rows: string) =>
  `#model_version:v2025.03.14,score_date:${date}T00:00:00Z\ncve,epss,percentile\n${rows}`

it('keeps scores and percentiles with five digits, and the day they are of', async () => {
  const outcome = await readFeed(feed, {
    'epss/epss_scores-2026-01-02.csv.gz': file(
      '2026-01-02',
      'CVE-2020-1234,0.944320000,0.999700000\r\nCVE-1999-1,0,1\n',
    ),
  })
  expect(outcome.report).toEqual({ records: 1, rejected: 1, newestAt: '2026-01-02T00:00:00.000Z' })
  expect(outcome.records).toEqual({ 'epss CVE-2020-1234': [0.94432, 0.9997] })
})

it('takes the newest of several files by the date inside, whatever their names', async () => {
  const outcome = await readFeed(feed, {
    'epss/epss_scores-2024-01-01.csv.gz': file('2026-05-05', 'CVE-2020-1234,0.5,0.5\n'),
    'epss/epss_scores-current.csv': file('2025-01-01', 'CVE-2020-1234,0.1,0.1\nCVE-2020-9999,0.1,0.1\n'),
  })
  expect(outcome.records).toEqual({ 'epss CVE-2020-1234': [0.5, 0.5] })
})

it('finds columns by their names', async () => {
  const outcome = await readFeed(feed, { 'epss/epss_scores-x.csv': 'percentile,cve,epss\n0.2,CVE-2020-1234,0.1\n' })
  expect(outcome.records).toEqual({ 'epss CVE-2020-1234': [0.1, 0.2] })
  expect(outcome.report?.newestAt).toBeNull()
})

it('counts lines that are no scores', async () => {
  const rows = ['CVE-2020-1234,1.5,0.1', 'CVE-2020-1234,-0.1,0.1', 'CVE-2020-1234', 'CVE-2020-1235,NaN,0', 'x,0.1,0.1']
  const outcome = await readFeed(feed, { 'epss/epss_scores-x.csv': file('2026-01-01', `${rows.join('\n')}\n`) })
  expect(outcome.report).toMatchObject({ records: 0, rejected: 5 })
})

it('refuses a file that is cut short or has other columns', async () => {
  const whole = gzipSync(file('2026-01-01', 'CVE-2020-1234,0.5,0.5\n'))
  await expect(readFeed(feed, { 'epss/epss_scores-x.csv.gz': whole.subarray(0, -6) })).rejects.toMatchObject({
    code: 'INPUT_TRUNCATED',
  })
  await expect(readFeed(feed, { 'epss/epss_scores-x.csv': 'a,b\n1,2\n' })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  })
})
