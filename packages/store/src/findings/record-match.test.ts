import { newId } from '@yagura/kernel'
import type { VulnerabilityFinding } from '@yagura/schema'
import { expect, test } from 'vitest'
import { createEventPartitions } from '../events/partitions.ts'
import { ingestBatch } from '../ingest.ts'
import { listAssets } from '../inventory/assets.ts'
import { listPackages } from '../inventory/images.ts'
import { readOverview } from '../overview.ts'
import { describeOnEachPostgres } from '../testing/each-version.ts'
import {
  item,
  sampleAgent,
  sampleBatch,
  sampleContainer,
  sampleImageReport,
  samplePackage,
  sampleTenant,
} from '../testing/samples.ts'
import { findingFacets, listFindings } from './findings.ts'
import { type ImageToMatch, lockImageToMatch, recordMatch } from './record-match.ts'

function judged(image: ImageToMatch, id: string, severity: VulnerabilityFinding['severity'], fixedIn: string[] = []) {
  const [installed] = image.packages
  if (!installed) throw new Error('the image has no package')
  const finding: VulnerabilityFinding = {
    id,
    aliases: [],
    package: installed.name,
    version: installed.version,
    purl: installed.purl,
    severity,
    status: 'affected',
    fixedIn,
    reason: 'because',
  }
  return { finding, package: installed, summary: null, references: [] }
}

describeOnEachPostgres('attacks that are known', (postgres) => {
  test('lists are sorted by them page by page, what nobody knows of comes last, and what a maker settles is apart', async () => {
    const store = await (await postgres().createDatabase()).openStore()
    const tenantId = await sampleTenant(store)
    const agent = await sampleAgent(store, tenantId, 'm1')
    await ingestBatch(
      store,
      createEventPartitions(store),
      agent,
      sampleBatch(agent.agentId, newId(), 1, [item.image(sampleImageReport('app', [samplePackage('openssl')]))]),
      { receivedAt: new Date(), retentionDays: 14, clockSkewMs: null },
    )
    await store.inTenant(tenantId, async (tx) => {
      const image = await lockImageToMatch(tx, 'db1')
      if (!image) throw new Error('no image waits')
      const known = (id: string, score01?: number, addedOn?: string) => {
        const one = judged(image, id, 'high')
        return {
          ...one,
          finding: {
            ...one.finding,
            ...(score01 === undefined ? {} : { epss: { score01, percentile01: score01, scoredAt: null } }),
            ...(addedOn === undefined ? {} : { kev: { addedOn, dueOn: null, isUsedByRansomware: false } }),
          },
        }
      }
      const findings = [
        known('CVE-1', 0.1),
        known('CVE-2', 0.97312, '2024-02-01'),
        known('CVE-3'),
        known('CVE-4', 0.1, '2025-03-04'),
        known('CVE-5'),
      ]
      const suppression = { kind: 'vex' as const, source: 'maker', line: null, reason: 'not reached', expires: null }
      const suppressed = [{ ...known('CVE-6', 0.9), suppression }]
      await recordMatch(tx, image, { findings, suppressed, coverageGaps: [] }, 'db1', new Date(1_000))
    })
    const walk = async (sort: string) => {
      const seen: string[] = []
      let after: string | undefined
      do {
        const page = await store.inTenant(tenantId, (tx) => listFindings(tx, { limit: 2, sort, after }))
        seen.push(...page.items.map((one) => one.vulnerability?.id ?? ''))
        after = page.next ?? undefined
      } while (after)
      return seen
    }
    const byScore = await walk('-epss')
    expect(byScore[0]).toBe('CVE-2')
    expect(byScore.slice(1, 3).sort()).toEqual(['CVE-1', 'CVE-4'])
    expect(byScore.slice(3).sort()).toEqual(['CVE-3', 'CVE-5'])
    expect((await walk('epss')).toReversed()).toEqual(byScore)
    const byKev = await walk('-kev')
    expect(byKev.slice(0, 2)).toEqual(['CVE-4', 'CVE-2'])
    expect(byKev.slice(2).sort()).toEqual(['CVE-1', 'CVE-3', 'CVE-5'])
    const count = async (filter: string) =>
      (await store.inTenant(tenantId, (tx) => listFindings(tx, { limit: 10, filter }))).total
    expect(await count('kev = true')).toBe(2)
    expect(await count('epss >= 0.1 and epss < 0.5')).toBe(2)
    expect(await count('epssPercentile > 0.9 and kevAddedAt < 2025-01-01')).toBe(1)
    expect(await count('not (epss >= 0)')).toBe(2)
    expect(await count('status = suppressed')).toBe(1)
    await store.close()
  })
})

describeOnEachPostgres('matching', (postgres) => {
  test('findings open, stay, change and are resolved; counts follow; work is shared and done once', async () => {
    const store = await (await postgres().createDatabase()).openStore()
    const tenantId = await sampleTenant(store)
    const agent = await sampleAgent(store, tenantId, 'm1')
    await ingestBatch(
      store,
      createEventPartitions(store),
      agent,
      sampleBatch(agent.agentId, newId(), 1, [
        item.image(sampleImageReport('app', [samplePackage('openssl')])),
        item.asset(sampleContainer('m1', 'c1', { image: 'app' })),
      ]),
      { receivedAt: new Date(), retentionDays: 14, clockSkewMs: null },
    )
    const inTenant = store.inTenant.bind(store, tenantId) as <T>(
      work: (tx: Parameters<Parameters<typeof store.inTenant>[1]>[0]) => Promise<T>,
    ) => Promise<T>

    await inTenant(async (tx) => {
      const image = await lockImageToMatch(tx, 'db1')
      expect(image?.packages.map((one) => one.name)).toEqual(['openssl'])
      // Another worker finds nothing to do while this one holds the image.
      expect(await inTenant((other) => lockImageToMatch(other, 'db1'))).toBeUndefined()
      if (!image) return
      const findings = [judged(image, 'CVE-1', 'critical', ['2.0']), judged(image, 'CVE-2', 'low')]
      await recordMatch(tx, image, { findings, coverageGaps: [] }, 'db1', new Date(1_000))
    })
    expect(await inTenant((tx) => lockImageToMatch(tx, 'db1'))).toBeUndefined()
    const first = await inTenant((tx) => listFindings(tx, { limit: 10 }))
    expect(first.items.map((one) => [one.vulnerability?.id, one.severity, one.runningContainers])).toEqual([
      ['CVE-1', 'critical', 1],
      ['CVE-2', 'low', 1],
    ])
    expect(first.items[0]).toMatchObject({ layerCommand: 'RUN apt-get install', assetName: 'app' })

    await inTenant(async (tx) => {
      const image = await lockImageToMatch(tx, 'db2')
      if (!image) throw new Error('a new database did not bring the image back')
      const findings = [judged(image, 'CVE-2', 'high'), judged(image, 'CVE-3', 'medium')]
      await recordMatch(tx, image, { findings, coverageGaps: [] }, 'db2', new Date(2_000))
    })
    const second = await inTenant((tx) => listFindings(tx, { limit: 10 }))
    expect(second.items.map((one) => [one.vulnerability?.id, one.severity, one.firstSeenAt])).toEqual([
      ['CVE-2', 'high', new Date(1_000).toISOString()],
      ['CVE-3', 'medium', new Date(2_000).toISOString()],
    ])
    const resolved = await inTenant((tx) => listFindings(tx, { limit: 10, filter: 'status = resolved' }))
    expect(resolved.items.map((one) => [one.vulnerability?.id, one.resolvedAt])).toEqual([
      ['CVE-1', new Date(2_000).toISOString()],
    ])

    await inTenant(async (tx) => {
      const assets = await listAssets(tx, { limit: 10, state: 'live' })
      expect(assets.items.map((one) => [one.name, one.findingCounts])).toEqual([
        ['app', { high: 1, medium: 1 }],
        ['c1', { high: 1, medium: 1 }],
      ])
      const container = assets.items[1]?.id
      expect(await listFindings(tx, { limit: 10, asset: container })).toMatchObject({ total: 2 })
      expect(await listFindings(tx, { limit: 10, filter: 'running = true and severity >= high' })).toMatchObject({
        total: 1,
      })
      const [openssl] = (await listPackages(tx, { limit: 1 })).items
      expect(openssl).toMatchObject({ worstSeverity: 'high', findings: 2 })
      expect(await listFindings(tx, { limit: 10, package: openssl?.id })).toMatchObject({ total: 2 })
      const overview = await readOverview(tx, new Date())
      expect(overview.findings).toMatchObject({ open: 2, fixable: 0, inRunningImages: 2, bySeverity: { high: 1 } })
      expect(overview.queue).toMatchObject([{ kind: 'finding', severity: 'high', count: 1 }])
      const facets = Object.fromEntries((await findingFacets(tx, undefined)).map((one) => [one.field, one.values]))
      expect(facets.severity).toEqual([
        { value: 'high', count: 1 },
        { value: 'medium', count: 1 },
      ])
      expect(facets.asset).toEqual([{ value: 'app', count: 2 }])
      expect(facets.fixable).toEqual([{ value: 'false', count: 2 }])
    })
    await store.close()
  })
})
