// A real advisory database, made here, put in place, replaced and taken away under a running server.
import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buildAdvisoryDatabase } from '@yagura/advisories'
import { systemClock, unwrap } from '@yagura/kernel'
import { makeZip } from '@yagura/safe-io/testing/zip'
import { type AdvisoryDatabase, type CoverageGap, type Finding, routes } from '@yagura/schema'
import { item, sampleImageReport, samplePackage } from '@yagura/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEnrolmentToken } from '../agents/enrolment-token.ts'
import { batchOf, enrolTestAgent, sendBatch } from '../testing/agent.ts'
import { startTestServer, type TestServer } from '../testing/server.ts'

let server: TestServer
let headers: Record<string, string>
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'yg-server-'))
  server = await startTestServer()
  headers = await server.program('viewer')
  const { token } = await createEnrolmentToken(server.context, server.context.tenantId, 'test', null)
  const agent = await enrolTestAgent(token, 'm1')
  const report = sampleImageReport('app', [samplePackage('openssl', '1.1.1k-1'), samplePackage('zlib', '1:1.2.11')])
  expect((await sendBatch(agent, batchOf(agent, 1, [item.image(report)]))).status).toBe(200)
}, 60_000)
afterAll(async () => {
  await server?.stop()
  await rm(directory, { recursive: true, force: true })
})

async function buildWith(name: string, advisories: { id: string; cve: string; package: string; fixed: string }[]) {
  const from = join(directory, name)
  await mkdir(join(from, 'Debian'), { recursive: true })
  const members = advisories.map(({ id, cve, package: packageName, fixed }) => ({
    name: `${id}.json`,
    content: Buffer.from(
      JSON.stringify({
        schema_version: '1.6.0',
        id,
        published: '2026-01-01T00:00:00Z',
        modified: '2026-01-01T00:00:00Z',
        summary: `${packageName} - security update`,
        upstream: [cve],
        affected: [
          {
            package: { ecosystem: 'Debian:11', name: packageName },
            ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
          },
        ],
      }),
    ),
  }))
  await writeFile(join(from, 'Debian', 'all.zip'), makeZip(members))
  const out = join(directory, `${name}.ydb`)
  unwrap(await buildAdvisoryDatabase({ from, out, clock: systemClock }))
  return out
}

/** Whole or not at all, as the command line puts it there. */
async function install(file: string): Promise<void> {
  const { advisoryDatabase } = server.context.settings
  await mkdir(dirname(advisoryDatabase), { recursive: true })
  await copyFile(file, `${advisoryDatabase}.new`)
  await rename(`${advisoryDatabase}.new`, advisoryDatabase)
  server.context.wakeMatching()
}

async function list<T>(path: string): Promise<T[]> {
  const response = await fetch(`${server.url}/api/v1${path}`, { headers })
  return ((await response.json()) as { items: T[] }).items
}
const findings = async (filter = 'status = open') =>
  (await list<Finding>(`/findings?filter=${encodeURIComponent(filter)}`)).map((one) => one.vulnerability?.id).sort()
const gapCodes = async () => (await list<CoverageGap>('/coverage-gaps')).map(({ code }) => code)
async function advisoryDatabase(): Promise<AdvisoryDatabase> {
  const response = await fetch(`${server.url}/api/v1/advisory-database`, { headers })
  return routes.getAdvisoryDatabase.response.parse(await response.json())
}

test('no advisories is a gap; a database brings findings, another one changes them, none at all says so again', async () => {
  await expect.poll(gapCodes).toContain('ADVISORIES_MISSING')
  expect(await advisoryDatabase()).toMatchObject({ state: 'missing', reason: expect.stringContaining('yagura db') })
  expect(await findings()).toEqual([])

  const openssl = { id: 'DSA-1-1', cve: 'CVE-2026-0001', package: 'openssl', fixed: '1.1.1n-0' }
  await install(await buildWith('first', [openssl]))
  await expect.poll(() => findings(), { timeout: 10_000 }).toEqual(['CVE-2026-0001'])
  await expect.poll(gapCodes).not.toContain('ADVISORIES_MISSING')
  expect(await advisoryDatabase()).toMatchObject({ state: 'ready', sources: [{ advisories: 1 }] })

  const zlib = { id: 'DSA-2-1', cve: 'CVE-2026-0002', package: 'zlib', fixed: '1:1.2.13' }
  await install(await buildWith('second', [zlib]))
  await expect.poll(() => findings(), { timeout: 10_000 }).toEqual(['CVE-2026-0002'])
  expect(await findings('status = resolved')).toEqual(['CVE-2026-0001'])

  await writeFile(`${server.context.settings.advisoryDatabase}.new`, 'not a database')
  await rename(`${server.context.settings.advisoryDatabase}.new`, server.context.settings.advisoryDatabase)
  server.context.wakeMatching()
  await expect.poll(async () => (await advisoryDatabase()).state).toBe('invalid')
  await expect.poll(gapCodes).toContain('ADVISORIES_MISSING')
  expect(await findings()).toEqual(['CVE-2026-0002'])
})

test('what is known of attacks can be asked and sorted by; the maker settles what does not count; feeds tell their age', async () => {
  const from = join(directory, 'enriched')
  const write = async (name: string, content: string) => {
    await mkdir(dirname(join(from, name)), { recursive: true })
    await writeFile(join(from, name), content)
  }
  await write(
    'kev/known_exploited_vulnerabilities.json',
    JSON.stringify({
      dateReleased: '2026-01-01T00:00:00Z',
      vulnerabilities: [
        {
          cveID: 'CVE-2026-0001',
          vendorProject: 'x',
          product: 'x',
          vulnerabilityName: 'x',
          dateAdded: '2026-01-02',
          knownRansomwareCampaignUse: 'Known',
        },
      ],
    }),
  )
  await write(
    'epss/epss_scores-2026-11-20.csv',
    '#model_version:v1,score_date:2026-11-20T00:00:00+0000\ncve,epss,percentile\nCVE-2026-0001,0.91,0.99\nCVE-2026-0002,0.2,0.5\n',
  )
  await write(
    'vulnrichment.jsonl',
    `${JSON.stringify({ id: 'CVE-2026-0001', cvss: [], ssvc: { Exploitation: 'active', Automatable: 'yes', 'Technical Impact': 'total' }, cwe: [] })}\n`,
  )
  await write(
    'openvex/made.json',
    JSON.stringify({
      '@context': 'https://openvex.dev/ns/v0.2.0',
      '@id': 'https://example.org/vex/1',
      author: 'Maker',
      timestamp: '2026-01-01T00:00:00Z',
      statements: [
        {
          vulnerability: { name: 'CVE-2026-0003' },
          products: [{ '@id': 'pkg:deb/debian/zlib' }],
          status: 'not_affected',
          justification: 'vulnerable_code_not_in_execute_path',
        },
      ],
    }),
  )
  await install(
    await buildWith('enriched', [
      { id: 'DSA-1-1', cve: 'CVE-2026-0001', package: 'openssl', fixed: '1.1.1n-0' },
      { id: 'DSA-2-1', cve: 'CVE-2026-0002', package: 'zlib', fixed: '1:1.2.13' },
      { id: 'DSA-3-1', cve: 'CVE-2026-0003', package: 'zlib', fixed: '1:1.2.13' },
    ]),
  )
  await expect.poll(() => findings(), { timeout: 10_000 }).toEqual(['CVE-2026-0001', 'CVE-2026-0002'])
  expect(await findings('kev = true')).toEqual(['CVE-2026-0001'])
  expect(await findings('kev = false')).toEqual(['CVE-2026-0002'])
  expect(await findings('epss >= 0.5')).toEqual(['CVE-2026-0001'])
  expect(await findings('exploitation = active and automatable = true')).toEqual(['CVE-2026-0001'])
  const sorted = (sort: string) => list<Finding>(`/findings?sort=${sort}&limit=1`)
  expect((await sorted('epss'))[0]?.vulnerability?.id).toBe('CVE-2026-0002')
  expect((await sorted('-kev'))[0]?.vulnerability).toMatchObject({
    kev: { addedOn: '2026-01-02', isUsedByRansomware: true },
    epss: { score01: 0.91, percentile01: 0.99 },
    ssvc: { exploitation: 'active' },
  })

  const [settled] = await list<Finding>(`/findings?filter=${encodeURIComponent('status = suppressed')}`)
  expect(settled).toMatchObject({
    vulnerability: { id: 'CVE-2026-0003', status: 'not-affected' },
    suppression: { kind: 'vex', source: expect.stringContaining('Maker'), reason: expect.stringContaining('not in') },
  })

  const { feeds } = await advisoryDatabase()
  expect(feeds.find(({ name }) => name === 'osv/Debian')).toMatchObject({ records: 3, state: 'stale' })
  expect(feeds.find(({ name }) => name === 'epss')?.state).toBe(
    Date.now() - Date.UTC(2026, 10, 20) > 15 * 86_400_000 ? 'stale' : 'current',
  )
  expect(feeds.find(({ name }) => name === 'csaf')).toMatchObject({ state: 'missing', ageDays: null })
}, 30_000)
