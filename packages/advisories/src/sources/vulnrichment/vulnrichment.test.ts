import { gzipSync } from 'node:zlib'
import { tarArchive } from '@yagura/safe-io/testing'
import { severityRank } from '@yagura/schema/severities'
import { expect, it } from 'vitest'
import { readFeed } from '../testing.ts'
import { feed } from './index.ts'
import { severityOfVectors } from './severity.ts'

const HIGH = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H'
const CRITICAL = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'
const LOW_V4 = 'CVSS:4.0/AV:L/AC:H/AT:P/PR:H/UI:A/VC:N/VI:L/VA:N/SC:N/SI:N/SA:N'

it('keeps vectors, weaknesses and decision points, whatever their capital letters', async () => {
  const lines = [
    {
      id: 'CVE-2011-0611',
      published: '2011-04-13T14:00:00',
      cvss: [HIGH],
      ssvc: { Exploitation: 'Active', Automatable: 'no', 'Technical Impact': 'Total' },
      kev: '2022-03-03',
      cwe: ['CWE-843'],
    },
    { id: 'CVE-2011-0612', published: '2011-04-14T14:00:00' },
    { id: 'CVE-2011-0613', ssvc: { Exploitation: 'perhaps' } },
  ]
  const outcome = await readFeed(feed, {
    'vulnrichment.jsonl.gz': lines.map((line) => JSON.stringify(line)).join('\n'),
  })
  expect(outcome.report).toEqual({ records: 3, rejected: 0, newestAt: '2011-04-14T14:00:00.000Z' })
  expect(outcome.records).toEqual({
    'vulnrichment CVE-2011-0611': {
      severity: severityRank('high'),
      cvss: [HIGH],
      cwe: ['CWE-843'],
      ssvc: { exploitation: 'active', automatable: 'no', technicalImpact: 'total' },
      exploitedOn: '2022-03-03',
    },
    'vulnrichment CVE-2011-0612': { severity: 0, cvss: [], cwe: [], ssvc: null, exploitedOn: null },
    'vulnrichment CVE-2011-0613': {
      severity: 0,
      cvss: [],
      cwe: [],
      ssvc: { exploitation: null, automatable: null, technicalImpact: null },
      exploitedOn: null,
    },
  })
})

it('reads the archive that CISA publishes: one record a CVE, what others add is left aside', async () => {
  const record = (id: string, more: object = {}) => ({
    dataType: 'CVE_RECORD',
    cveMetadata: { cveId: id, state: 'PUBLISHED', datePublished: '2024-06-14T02:57:27.002Z' },
    containers: {
      cna: {
        metrics: [{ format: 'CVSS', cvssV3_1: { version: '3.1', vectorString: HIGH } }],
        problemTypes: [{ descriptions: [{ lang: 'en', cweId: 'CWE-287', description: 'x' }] }],
      },
      adp: [
        { title: 'CVE Program Container', metrics: [{ cvssV3_1: { vectorString: CRITICAL } }] },
        {
          title: 'CISA ADP Vulnrichment',
          metrics: [
            {
              other: {
                type: 'ssvc',
                content: {
                  options: [{ Exploitation: 'active' }, { Automatable: 'yes' }, { 'Technical Impact': 'total' }],
                },
              },
            },
            { other: { type: 'kev', content: { dateAdded: '2024-06-20', reference: 'x' } } },
          ],
        },
      ],
    },
    ...more,
  })
  const file = (name: string, content: unknown) => ({
    name: `vulnrichment-develop/2024/3xxx/${name}`,
    content: typeof content === 'string' ? content : JSON.stringify(content),
  })
  const archive = tarArchive([
    file('CVE-2024-3080.json', record('CVE-2024-3080')),
    file('CVE-2024-3081.json', { ...record('CVE-2024-3081'), containers: {} }),
    file('CVE-2024-3082.json', record('x', { cveMetadata: { cveId: 'CVE-2024-3082', state: 'REJECTED' } })),
    file('CVE-2024-3083.json', '{"half":'),
    file('README.md', 'text'),
  ])
  const outcome = await readFeed(feed, { 'vulnrichment.tar.gz': gzipSync(archive) })
  expect(outcome.report).toEqual({ records: 2, rejected: 1, newestAt: '2024-06-14T02:57:27.002Z' })
  expect(outcome.records).toEqual({
    'vulnrichment CVE-2024-3080': {
      severity: severityRank('high'),
      cvss: [HIGH],
      cwe: ['CWE-287'],
      ssvc: { exploitation: 'active', automatable: 'yes', technicalImpact: 'total' },
      exploitedOn: '2024-06-20',
    },
    'vulnrichment CVE-2024-3081': { severity: 0, cvss: [], cwe: [], ssvc: null, exploitedOn: null },
  })
  const cut = gzipSync(archive).subarray(0, 300)
  await expect(readFeed(feed, { 'vulnrichment.tar.gz': cut })).rejects.toMatchObject({ code: 'INPUT_TRUNCATED' })
})

it('counts lines that cannot be read and goes on', async () => {
  const text = `{"id":"CVE-2011-0611"}\n{"id":\n{"id":"GHSA-x"}\n\n{"id":"CVE-2011-0612"}`
  const outcome = await readFeed(feed, { 'vulnrichment.jsonl': text })
  expect(outcome.report).toMatchObject({ records: 2, rejected: 2 })
})

it('rates by the newest standard, and by the worst of several opinions', () => {
  expect(severityOfVectors([HIGH, CRITICAL])).toBe('critical')
  expect(severityOfVectors([CRITICAL, LOW_V4])).toBe('low')
  expect(severityOfVectors(['CVSS:4.0/AV:L', HIGH])).toBe('high')
  expect(severityOfVectors(['AV:N/AC:M/Au:N/C:N/I:P/A:N'])).toBe('medium')
  expect(severityOfVectors([])).toBe('unknown')
})
