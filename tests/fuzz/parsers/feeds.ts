// All feeds of advisories, by their registry, and the documents and files that come from elsewhere with them.
import { openAdvisoryDatabase, readVexDocument, verifyAdvisoryDatabase } from '@yagura/advisories'
import { feeds, readFeed } from '@yagura/advisories/testing'
import { makeZip } from '@yagura/safe-io/testing/zip'
import type { FuzzedParser } from '../parser.ts'
import { seedsFrom } from '../seeds.ts'
import { scratch } from './scratch.ts'

/** Where a feed looks; an archive is made around the document. */
const PLACES: Readonly<Record<string, (bytes: Buffer) => Readonly<Record<string, Buffer>>>> = {
  csaf: (bytes) => ({ 'csaf/x.json': bytes }),
  'end-of-life': (bytes) => ({ 'endoflife.json': bytes }),
  epss: (bytes) => ({ 'epss/epss_scores-2026-01-01.csv': bytes }),
  kev: (bytes) => ({ 'kev/known_exploited_vulnerabilities.json': bytes }),
  openvex: (bytes) => ({ 'openvex/x.json': bytes }),
  osv: (bytes) => ({ 'osv/Debian/all.zip': makeZip([{ name: 'X-1.json', content: bytes }]) }),
  vulnrichment: (bytes) => ({ 'vulnrichment.jsonl': bytes }),
}

const parsers: FuzzedParser[] = feeds.map((feed) => ({
  name: `feed/${feed.name}`,
  seeds: () => seedsFrom(`packages/advisories/src/sources/${feed.name}`, feed.name),
  parse(bytes) {
    const place = PLACES[feed.name]
    if (!place) throw new Error(`Nobody says where ${feed.name} looks: add it to PLACES.`)
    return readFeed(feed, place(bytes))
  },
}))

export const feedParsers: readonly FuzzedParser[] = [
  ...parsers,
  {
    name: 'document/vex',
    seeds: () => [
      ...seedsFrom('packages/advisories/src/sources/openvex', 'openvex'),
      ...seedsFrom('packages/advisories/src/sources/csaf', 'csaf'),
    ],
    parse: (bytes) => readVexDocument(`${scratch({ 'vex.json': bytes })}/vex.json`),
  },
  {
    name: 'file/advisory-database',
    seeds: () => seedsFrom('packages/advisories/src/database', 'advisory-database'),
    async parse(bytes) {
      const path = `${scratch({ 'advisories.ydb': bytes })}/advisories.ydb`
      const opened = openAdvisoryDatabase(path)
      if (opened.ok) {
        opened.value.lookup('Debian:12', 'bash')
        opened.value.kev('CVE-2026-0001')
        opened.value.close()
      }
      await verifyAdvisoryDatabase(path)
    },
  },
]
