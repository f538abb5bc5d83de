// EPSS, the probability that a vulnerability is exploited in the next 30 days (first.org/epss/data_stats): one comment line with the
// date, one with the names of the columns, then cve,epss,percentile. Of several files the newest by that date counts.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { YaguraError } from '@yagura/kernel'
import { isCve } from '../../advisory.ts'
import type { Feed } from '../feed.ts'
import { linesOf, readFeedFile } from '../shared/file.ts'
import { instant } from '../shared/instant.ts'

const NAME = /^epss_scores-.+\.csv(\.gz)?$/
const PROGRESS_STEP = 20_000

export const feed: Feed = {
  name: 'epss',
  tables: ['epss'],
  layout: 'epss/epss_scores-<date>.csv.gz',
  async read({ from, put, onProgress, onRejected }) {
    const newest = await findNewest(join(from, 'epss'))
    if (!newest) return undefined
    let rejected = 0
    let records = 0
    let columns: Columns | undefined
    for (const line of linesOf(newest.bytes)) {
      if (line[0] === 0x23) continue
      const cells = line.toString('latin1').split(',')
      if (!columns) {
        columns = columnsOf(cells, newest.path)
        continue
      }
      const cve = cells[columns.cve] ?? ''
      const score = fraction(cells[columns.epss])
      const percentile = fraction(cells[columns.percentile])
      if (!isCve(cve) || score === undefined || percentile === undefined) {
        rejected++
        onRejected(newest.path, `A line of ${newest.path} is not a score: ${line.toString('latin1').slice(0, 80)}.`)
        continue
      }
      put('epss', cve, [score, percentile])
      if (++records % PROGRESS_STEP === 0) onProgress({ source: 'EPSS', done: records, total: records })
    }
    if (!columns) throw new YaguraError('INPUT_TRUNCATED', `${newest.path} has no line with the names of its columns.`)
    return { records, rejected, newestAt: newest.date }
  },
}

interface EpssFile {
  readonly path: string
  readonly bytes: Buffer
  readonly date: string | null
}

async function findNewest(folder: string): Promise<EpssFile | undefined> {
  const names = await readdir(folder).catch(() => [])
  let newest: EpssFile | undefined
  for (const name of names.filter((name) => NAME.test(name)).sort()) {
    const path = join(folder, name)
    const bytes = await readFeedFile(path)
    if (!bytes) continue
    const date = dateOf(bytes)
    if (!newest || (date ?? '') >= (newest.date ?? '')) newest = { path, bytes, date }
  }
  return newest
}

/** `#model_version:v2025.03.14,score_date:2025-03-17T00:00:00Z` */
function dateOf(bytes: Buffer): string | null {
  const [first] = linesOf(bytes.subarray(0, 1024))
  return instant(/score_date:([^,\s]+)/.exec(first?.toString('latin1') ?? '')?.[1]?.replace('+0000', 'Z'))
}

interface Columns {
  readonly cve: number
  readonly epss: number
  readonly percentile: number
}

function columnsOf(cells: readonly string[], path: string): Columns {
  const [cve, epss, percentile] = ['cve', 'epss', 'percentile'].map((name) => cells.indexOf(name)) as [
    number,
    number,
    number,
  ]
  if (cve < 0 || epss < 0 || percentile < 0)
    throw new YaguraError('INPUT_INVALID', `${path} is not a file of EPSS scores: its columns have other names.`)
  return { cve, epss, percentile }
}

/** Five digits are published; more would be the noise of a conversion. */
function fraction(text: string | undefined): number | undefined {
  const value = text ? Number(text) : Number.NaN
  return value >= 0 && value <= 1 ? Math.round(value * 1e5) / 1e5 : undefined
}
