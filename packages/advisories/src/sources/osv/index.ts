// OSV: advisories of every ecosystem, in the layout of OSV's public bucket.
import { join } from 'node:path'
import type { AdvisorySource } from '../../database/meta.ts'
import type { Feed, FeedContext } from '../feed.ts'
import { newest } from '../shared/instant.ts'
import { type Collector, createCollector } from './collect.ts'
import { findOsvSources, readOsvSource } from './read.ts'
import { advisoryOf } from './record.ts'

export const feed: Feed = {
  name: 'osv',
  tables: ['packages', 'details', 'severities'],
  layout: 'osv/<ecosystem>/all.zip, or <ecosystem>/all.zip',
  async read(context) {
    const place = await findPlace(context.from)
    if (!place) return undefined
    const collector = createCollector()
    const tallies: Tally[] = []
    for (const name of place.names) tallies.push(await readSource(collector, place.folder, name, context))
    const kept = collector.finish(context)
    const sources = tallies.map(({ name, withdrawn, rejected, gitRanges }): AdvisorySource => {
      const { advisories, newestAt } = kept.sources.get(name) ?? { advisories: 0, newestAt: null }
      return { name, advisories, withdrawn, rejected, gitRanges, newestAt }
    })
    return {
      records: sources.reduce((sum, { advisories }) => sum + advisories, 0),
      rejected: sources.reduce((sum, { rejected }) => sum + rejected, 0),
      newestAt: sources.reduce<string | null>((date, { newestAt }) => newest(date, newestAt), null),
      sources,
      ecosystems: kept.ecosystems,
    }
  },
}

async function findPlace(from: string): Promise<{ readonly folder: string; readonly names: string[] } | undefined> {
  for (const folder of [join(from, 'osv'), from]) {
    const names = await findOsvSources(folder)
    if (names.ok && names.value.length > 0) return { folder, names: names.value }
    if (!names.ok && names.error.code !== 'INPUT_NOT_FOUND') throw names.error
  }
  return undefined
}

interface Tally {
  readonly name: string
  readonly withdrawn: number
  readonly rejected: number
  readonly gitRanges: number
}

async function readSource(
  collector: Collector,
  folder: string,
  name: string,
  { onProgress, onRejected }: FeedContext,
): Promise<Tally> {
  let withdrawn = 0
  let rejected = 0
  let gitRanges = 0
  for await (const item of readOsvSource(folder, name)) {
    if (item.kind === 'rejected') {
      rejected++
      onRejected(item.file, item.reason)
      continue
    }
    onProgress({ source: name, done: item.done, total: item.total })
    const { record } = item
    if (record.withdrawn) withdrawn++
    else gitRanges += record.affected.flatMap(({ ranges }) => ranges).filter(({ type }) => type === 'GIT').length
    collector.add(advisoryOf(record), name, record.withdrawn ? 'withdrawn' : 'valid')
  }
  return { name, withdrawn, rejected, gitRanges }
}
