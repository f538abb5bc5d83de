import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { advisoryOf } from './record.ts'
import { osvRecord } from './schema.ts'

const HIGH = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N'
const CRITICAL = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N'

function advisory(fields: object, affected: object = {}) {
  const ranges = [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.2.0' }] }]
  return advisoryOf(
    osvRecord.parse({
      id: 'X-1',
      modified: '2024-05-01T00:00:00Z',
      affected: [{ package: { ecosystem: 'npm', name: 'left' }, ranges, ...affected }],
      ...fields,
    }),
  )
}

const severity = (fields: object, affected: object = {}) => advisory(fields, affected).affected[0]?.severity

describe('OSV records', () => {
  it('keep what names versions and leave out what names commits', () => {
    const ranges = [
      { type: 'GIT', repo: 'https://example.org/x', events: [{ introduced: '0' }, { fixed: 'abcdef' }] },
      { type: 'ECOSYSTEM', events: [{ introduced: '1' }, { last_affected: '2' }, { limit: '3' }] },
    ]
    expect(advisory({}, { ranges, versions: ['2', '1'] }).affected).toEqual([
      {
        ecosystem: 'npm',
        packageName: 'left',
        severity: 'unknown',
        versions: ['1', '2'],
        ranges: [
          {
            type: 'ECOSYSTEM',
            events: [
              { kind: 'introduced', version: '1' },
              { kind: 'lastAffected', version: '2' },
              { kind: 'limit', version: '3' },
            ],
          },
        ],
      },
    ])
    expect(advisory({}, { ranges: ranges.slice(0, 1) }).affected).toEqual([])
    expect(advisory({}, { package: null }).affected).toEqual([])
  })

  it('have no limit where one of several is without end', () => {
    const ranges = [{ type: 'ECOSYSTEM', events: [{ introduced: '1' }, { limit: '3' }, { limit: '*' }] }]
    expect(advisory({}, { ranges }).affected[0]?.ranges[0]?.events).toEqual([{ kind: 'introduced', version: '1' }])
  })

  it.each([
    ['Debian:11', ['1.0', '1.1', '9.9', 'odd version'], ['9.9', 'odd version']],
    ['PyPI', ['1.0rc1', '1.2', '0.9'], ['1.2']],
    ['Somewhere new', ['1.0', '9.9'], ['1.0', '9.9']],
  ])('of %s keep the listed versions that their ranges do not hold', (ecosystem, versions, kept) => {
    const ranges = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.2' }] }]
    const record = advisory({}, { package: { ecosystem, name: 'left' }, ranges, versions })
    expect(record.affected[0]?.versions).toEqual(kept)
  })

  it('keep aliases, upstream and related apart', () => {
    const record = advisory({ aliases: ['CVE-2020-1', 'X-1'], upstream: ['CVE-2020-2'], related: ['CVE-2020-3'] })
    expect(record).toMatchObject({ aliases: ['CVE-2020-1'], upstream: ['CVE-2020-2'], related: ['CVE-2020-3'] })
  })

  it.each([
    ['a vector of the record', { severity: [{ type: 'CVSS_V3', score: HIGH }] }, {}, 'high'],
    [
      'the newer standard of two vectors',
      { severity: [HIGH, CRITICAL].map((score, i) => ({ type: i ? 'CVSS_V4' : 'CVSS_V3', score })) },
      {},
      'critical',
    ],
    ['CVSS 2', { severity: [{ type: 'CVSS_V2', score: 'AV:N/AC:M/Au:N/C:N/I:P/A:N' }] }, {}, 'medium'],
    [
      'a vector of the package before that of the record',
      { severity: [{ type: 'CVSS_V4', score: CRITICAL }] },
      { severity: [{ type: 'CVSS_V3', score: HIGH }] },
      'high',
    ],
    [
      'the word of Debian before a vector',
      { severity: [{ type: 'CVSS_V4', score: CRITICAL }] },
      { ecosystem_specific: { urgency: 'unimportant' } },
      'negligible',
    ],
    ['the word of Debian with stars', {}, { ecosystem_specific: { urgency: 'low**' } }, 'low'],
    ['a word that every object knows', {}, { database_specific: { severity: 'constructor' } }, 'unknown'],
    ['no word of Debian yet', {}, { ecosystem_specific: { urgency: 'not yet assigned' } }, 'unknown'],
    ['the word of Ubuntu', { severity: [{ type: 'Ubuntu', score: 'medium' }] }, {}, 'medium'],
    ['the word of GitHub', { database_specific: { severity: 'MODERATE' } }, {}, 'medium'],
    ['the vector of RustSec', {}, { database_specific: { cvss: HIGH } }, 'high'],
    ['the title of AlmaLinux', { summary: 'Important: kernel security update' }, {}, 'high'],
    ['a vector that is cut short', { severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N' }] }, {}, 'unknown'],
    ['a vector that is none', { severity: [{ type: 'CVSS_V3', score: '<script>' }] }, {}, 'unknown'],
    ['a vector without harm', { severity: [{ type: 'CVSS_V3', score: HIGH.replace('C:H', 'C:N') }] }, {}, 'negligible'],
  ])('take the severity from %s', (_, fields, affected, expected) => {
    expect(severity(fields, affected)).toBe(expected)
  })

  it('make a summary of one line, and keep web addresses only', () => {
    const record = advisory({
      details: `\n First\n paragraph.\n\nSecond ${'long '.repeat(100)}`,
      references: [
        { type: 'WEB', url: 'https://example.org/web' },
        { type: 'ADVISORY', url: 'https://example.org/advisory' },
        { type: 'WEB', url: 'javascript:alert(1)' },
        { type: 'WEB', url: 'https://example.org/web' },
      ],
    })
    expect(record.summary).toBe('First paragraph.')
    expect(record.references).toEqual(['https://example.org/advisory', 'https://example.org/web'])
    expect(advisory({ details: 'x'.repeat(1000) }).summary).toHaveLength(280)
    expect(advisory({}).summary).toBeNull()
  })

  it('have no date where the publisher wrote a placeholder', () => {
    expect(advisory({ published: '0001-01-01T00:00:00Z' })).toMatchObject({
      publishedAt: null,
      modifiedAt: '2024-05-01T00:00:00.000Z',
    })
  })
})

it('records in which any part is something else are rejected or read, and nothing else happens', () => {
  const whole = {
    id: 'X-1',
    modified: '2024-05-01T00:00:00Z',
    severity: [{ type: 'CVSS_V3', score: HIGH }],
    affected: [
      {
        package: { ecosystem: 'npm', name: 'left' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1' }] }],
        versions: ['1'],
        ecosystem_specific: { urgency: 'low' },
        database_specific: { cvss: HIGH },
      },
    ],
    references: [{ type: 'WEB', url: 'https://example.org' }],
    database_specific: { severity: 'LOW' },
  }
  const text = JSON.stringify(whole)
  const starts = [...text.matchAll(/(?<=[:[,])(?=["{[])/g)].map((match) => match.index)
  fc.assert(
    fc.property(fc.constantFrom(...starts), fc.jsonValue({ maxDepth: 2 }), (start, value) => {
      const end = [...text.slice(start + 1).matchAll(/["}\]](?=[,}\]])/g)][0]?.index ?? 0
      const changed = `${text.slice(0, start)}${JSON.stringify(value)}${text.slice(start + end + 2)}`
      let json: unknown
      try {
        json = JSON.parse(changed)
      } catch {
        return
      }
      const parsed = osvRecord.safeParse(json)
      if (parsed.success) expect(advisoryOf(parsed.data).id).toBe(parsed.data.id)
    }),
    { numRuns: 300 },
  )
})
