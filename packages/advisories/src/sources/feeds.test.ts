// What holds for every feed: one test over all members of the registry.
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { YaguraError } from '@yagura/kernel'
import { describe, expect, it } from 'vitest'
import { feeds } from '../../generated/feeds.ts'
import { TABLE_NAMES } from '../database/tables.ts'
import type { Feed } from './feed.ts'
import { readFeed } from './testing.ts'

const here = fileURLToPath(new URL('.', import.meta.url))

/** Where each feed looks first. */
const FILES: Readonly<Record<string, string>> = {
  csaf: 'csaf/2024/a.json',
  'end-of-life': 'endoflife.json.gz',
  epss: 'epss/epss_scores-2026-01-01.csv.gz',
  kev: 'kev/known_exploited_vulnerabilities.json',
  openvex: 'openvex/a.json',
  osv: 'osv/Debian/all.zip',
  vulnrichment: 'vulnrichment.jsonl.gz',
}

describe.each(feeds.map((feed): readonly [string, Feed] => [feed.name, feed]))('the feed %s', (name, feed) => {
  it('has a folder of its name, a read-me, tests, and tables that are there', () => {
    const files = readdirSync(`${here}/${name}`)
    expect(files).toContain('README.md')
    expect(files.some((file) => file.endsWith('.test.ts'))).toBe(true)
    expect(feed.tables.every((table) => TABLE_NAMES.includes(table))).toBe(true)
  })

  it('is not found in a folder without it', async () => {
    expect(await readFeed(feed, { 'other.txt': 'x' })).toEqual({ report: undefined, records: {}, reasons: [] })
  })

  it.each([
    ['bytes', Buffer.from([0, 255, 1, 2, 3, 4])],
    ['nothing', Buffer.alloc(0)],
    ['text', 'not what was expected\nat all\n'],
    ['deep nesting', '['.repeat(100_000)],
    ['null', 'null'],
    ['keys of objects', '{"__proto__":{"x":1},"constructor":[{}],"document":{"csaf_version":"2.0"}}'],
  ])('refuses or leaves out %s, in a sentence, and puts nothing', async (_, content) => {
    const outcome = await readFeed(feed, { [FILES[name] ?? '']: content }).catch((error: unknown) => error)
    if (outcome instanceof YaguraError) expect(outcome.message).toMatch(/\S\.$/)
    else expect(outcome).toMatchObject({ records: {} })
    expect(existsSync(`${here}/${name}/index.ts`)).toBe(true)
  })
})
