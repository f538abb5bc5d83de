// What holds for every feed: one test over all members of the registry.
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { YaguraError } from '@yagura/kernel'
import fc from 'fast-check'
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

/** A document of each kind in which every part that is read is there; epss is no JSON, and osv has its own test of this kind. */
const TEMPLATES: Readonly<Record<string, Json>> = {
  csaf: {
    document: {
      csaf_version: '2.0',
      publisher: { name: 'x' },
      tracking: { id: 'x', status: 'final', current_release_date: '2024-01-01T00:00:00Z' },
    },
    product_tree: {
      branches: [
        { branches: [{ product: { product_id: 'a', product_identification_helper: { purl: 'pkg:npm/a' } } }] },
      ],
      full_product_names: [{ product_id: 'b', name: 'b' }],
      relationships: [
        { full_product_name: { product_id: 'c' }, product_reference: 'a', relates_to_product_reference: 'b' },
      ],
      product_groups: [{ group_id: 'g', product_ids: ['c'] }],
    },
    vulnerabilities: [
      {
        cve: 'CVE-2024-1000',
        ids: [{ text: 'x' }],
        product_status: { fixed: ['a'], known_not_affected: ['c'] },
        flags: [{ label: 'x', group_ids: ['g'] }],
        threats: [{ category: 'impact', details: 'x', product_ids: ['a'] }],
        remediations: [{ category: 'vendor_fix', details: 'x', product_ids: ['a'] }],
      },
    ],
  },
  'end-of-life': { debian: [{ releaseCycle: '12', eol: '2026-01-01', latest: '12.1', releaseDate: '2023-01-01' }] },
  kev: {
    dateReleased: '2024-01-01T00:00:00Z',
    vulnerabilities: [
      { cveID: 'CVE-2024-1000', vendorProject: 'x', product: 'x', vulnerabilityName: 'x', dateAdded: '2024-01-01' },
    ],
  },
  openvex: {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'x',
    timestamp: '2024-01-01T00:00:00Z',
    statements: [
      {
        vulnerability: { '@id': 'x/y', name: 'CVE-2024-1000', aliases: ['GHSA-1'] },
        products: [{ '@id': 'pkg:npm/a', identifiers: { purl: 'pkg:npm/a' }, subcomponents: [{ '@id': 'pkg:npm/b' }] }],
        status: 'fixed',
      },
    ],
  },
  vulnrichment: {
    id: 'CVE-2024-1000',
    published: '2024-01-01',
    cvss: ['CVSS:3.1/AV:N'],
    ssvc: { Exploitation: 'none' },
    cwe: ['CWE-1'],
    kev: '2024-01-01',
  },
}

type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
type Path = readonly (string | number)[]

function pathsOf(value: Json, path: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [path]
  return [path, ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]))]
}

function replaced(value: Json, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by
  if (Array.isArray(value)) return value.map((item, i) => (String(i) === key ? replaced(item, rest, by) : item))
  if (value === null || typeof value !== 'object') return value
  return { ...value, [key]: replaced(value[key] ?? null, rest, by) }
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
  })

  it('survives documents in which any part is something else', async () => {
    const template = TEMPLATES[name]
    if (template === undefined) return expect(feed.name).toMatch(/^(epss|osv)$/)
    const paths = pathsOf(template)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 3 }), async (path, value) => {
        const files = { [FILES[name] ?? '']: replaced(template, path, value) }
        const outcome = await readFeed(feed, files).catch((error: unknown) => error)
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(YaguraError)
        else expect(outcome).toHaveProperty('records')
      }),
      { numRuns: 150 },
    )
  })
})
