// Questions over images: what changed between two, who has a package below a version, what a gap is called.
import { newId } from '@yagura/kernel'
import type { SoftwarePackage } from '@yagura/schema'
import { expect, test } from 'vitest'
import { createEventPartitions } from '../events/partitions.ts'
import { lockImageToMatch, recordMatch } from '../findings/record-match.ts'
import { ingestBatch } from '../ingest.ts'
import { readOverview } from '../overview.ts'
import type { Store } from '../store.ts'
import { describeOnEachPostgres } from '../testing/each-version.ts'
import { item, sampleAgent, sampleBatch, sampleImageReport, samplePackage, sampleTenant } from '../testing/samples.ts'
import { listAssets } from './assets.ts'
import { listCoverageGaps } from './coverage-gaps.ts'
import { readImageDiff } from './image-diff.ts'
import { findImage, listPackages } from './images.ts'
import { judgeVersion } from './packages-by-version.ts'

describeOnEachPostgres('questions over images', (postgres) => {
  async function open(images: Readonly<Record<string, SoftwarePackage[]>>) {
    const store = await (await postgres().createDatabase()).openStore()
    const tenantId = await sampleTenant(store)
    const agent = await sampleAgent(store, tenantId, 'm1')
    const reports = Object.entries(images).map(([name, packages]) => item.image(sampleImageReport(name, packages)))
    await ingestBatch(store, createEventPartitions(store), agent, sampleBatch(agent.agentId, newId(), 1, reports), {
      receivedAt: new Date(),
      retentionDays: 14,
      clockSkewMs: null,
    })
    const assets = await store.inTenant(tenantId, (tx) => listAssets(tx, { limit: 100, state: 'live', kind: 'image' }))
    const ids = Object.fromEntries(assets.items.map((asset) => [asset.name, asset.id]))
    return { store, tenantId, ids }
  }

  /** Every package whose name begins with `bad` is affected. */
  async function match(store: Store, tenantId: string) {
    for (;;) {
      const done = await store.inTenant(tenantId, async (tx) => {
        const image = await lockImageToMatch(tx, 'db')
        if (!image) return true
        const findings = image.packages
          .filter(({ name }) => name.startsWith('bad'))
          .map((one) => ({
            finding: {
              id: `CVE-${one.name}`,
              aliases: [],
              package: one.name,
              version: one.version,
              purl: one.purl,
              severity: 'high' as const,
              status: 'affected' as const,
              fixedIn: [],
              reason: 'because',
            },
            package: one,
            summary: null,
            references: [],
          }))
        const gap = {
          code: 'ADVISORIES_NOT_COVERED' as const,
          scope: image.key,
          subject: '',
          reason: 'No feed.',
          remedy: null,
          count: 1,
          observedAt: new Date().toISOString(),
          resolved: false,
        }
        await recordMatch(tx, image, { findings, coverageGaps: [gap] }, 'db', new Date())
        return false
      })
      if (done) return
    }
  }

  test('a diff names what came, what went and what changed version, with the findings that followed', async () => {
    const { store, tenantId, ids } = await open({
      'app:1': [
        samplePackage('same', '1'),
        samplePackage('up', '1.9'),
        samplePackage('down', '2'),
        samplePackage('bad-old', '1'),
        samplePackage('bad-both', '1'),
        samplePackage('many', '1'),
        samplePackage('many', '2'),
      ],
      'app:2': [
        samplePackage('same', '1'),
        samplePackage('up', '1.10'),
        samplePackage('down', '1'),
        samplePackage('bad-new', '1'),
        samplePackage('bad-both', '1.1'),
        samplePackage('many', '2'),
      ],
    })
    await match(store, tenantId)
    const diff = await store.inTenant(tenantId, (tx) => readImageDiff(tx, ids['app:1'] ?? '', ids['app:2'] ?? ''))
    expect(diff).toMatchObject({
      before: { name: 'app:1', packages: 7 },
      after: { name: 'app:2', packages: 6 },
      sharedLayers: 1,
      packages: {
        added: { total: 1, items: [{ name: 'bad-new', before: [], after: ['1'] }] },
        removed: { total: 2, items: [{ name: 'bad-old' }, { name: 'many', before: ['1'], after: [] }] },
        changed: {
          total: 3,
          items: [
            { name: 'bad-both', direction: 'newer' },
            { name: 'down', before: ['2'], after: ['1'], direction: 'older' },
            { name: 'up', before: ['1.9'], after: ['1.10'], direction: 'newer' },
          ],
        },
      },
      findings: {
        appeared: { total: 1, items: [{ package: 'bad-new' }] },
        gone: { total: 1, items: [{ package: 'bad-old' }] },
        remaining: 1,
      },
    })
    const same = await store.inTenant(tenantId, (tx) => readImageDiff(tx, ids['app:1'] ?? '', ids['app:1'] ?? ''))
    expect(same).toMatchObject({ packages: { changed: { total: 0 } }, findings: { remaining: 2, gone: { total: 0 } } })
    expect(await store.inTenant(tenantId, (tx) => readImageDiff(tx, ids['app:1'] ?? '', newId()))).toBeUndefined()
    await store.close()
  })

  test('a list is cut at its bound and its total is not', async () => {
    const many = Array.from({ length: 700 }, (_, index) => samplePackage(`p${index}`))
    const { store, tenantId, ids } = await open({ small: [], large: many })
    const diff = await store.inTenant(tenantId, (tx) => readImageDiff(tx, ids.small ?? '', ids.large ?? ''))
    expect(diff?.packages.added.items).toHaveLength(500)
    expect(diff?.packages.added.total).toBe(700)
    await store.close()
  })

  test('who has openssl below 3.0.11: by the rules of each kind, by source too, and what cannot be told is shown', async () => {
    const of = (type: string, name: string, version: string, source: string | null = null): SoftwarePackage => ({
      ...samplePackage(name, version),
      type,
      purl: `pkg:${type}/x/${name}@${version}`,
      source: source === null ? null : { name: 'openssl', version: source },
    })
    const { store, tenantId, ids } = await open({
      old: [
        of('deb', 'openssl', '3.0.9-1'),
        of('deb', 'libssl3', '9:99', '3.0.2-0ubuntu1'),
        of('apk', 'openssl', '3.0.9-r0'),
      ],
      new: [
        of('deb', 'openssl', '3.0.11-1~deb12u2'),
        of('rpm', 'openssl', '1:3.0.7-2.el9'),
        of('odd', 'openssl', '1'),
        of('deb', 'openssh', '1'),
      ],
    })
    const ask = (request: object) =>
      store.inTenant(tenantId, async (tx) => {
        const page = await listPackages(tx, { limit: 500, name: 'openssl', ...request })
        expect(page.total).toBe(page.items.length)
        return page.items.map((one) => `${one.type} ${one.version} ${one.versionVerdict ?? ''}`).sort()
      })
    expect(await ask({ below: '3.0.11' })).toEqual([
      'apk 3.0.9-r0 within',
      'deb 3.0.9-1 within',
      'deb 9:99 within',
      'odd 1 undetermined',
      'rpm 1:3.0.7-2.el9 within',
    ])
    expect(await ask({ below: '3.0.11', atLeast: '3.0.7', filter: 'type = rpm' })).toEqual(['rpm 1:3.0.7-2.el9 within'])
    expect(await ask({ atLeast: '3.0.10', image: ids.new })).toEqual([
      'deb 3.0.11-1~deb12u2 within',
      'odd 1 undetermined',
    ])
    expect(await ask({})).toHaveLength(6)
    await expect(ask({ name: undefined, below: '1' })).rejects.toMatchObject({ code: 'USAGE' })
    await store.close()
  })

  test('a package keeps its evidence, and an image says which layer brought how many', async () => {
    const evidence = { ownedBy: { name: 'python3', type: 'deb' }, vendor: 'SUSE', module: 'perl:5.30' }
    const { store, tenantId, ids } = await open({
      app: [{ ...samplePackage('a'), ...evidence }, samplePackage('b'), { ...samplePackage('c'), layer: null }],
    })
    const page = await store.inTenant(tenantId, (tx) => listPackages(tx, { limit: 1 }))
    expect(page.items[0]).toMatchObject({ name: 'a', ...evidence })
    const image = await store.inTenant(tenantId, (tx) => lockImageToMatch(tx, 'db'))
    expect(image?.packages.find(({ name }) => name === 'a')).toMatchObject(evidence)
    const detail = await store.inTenant(tenantId, (tx) => findImage(tx, ids.app ?? ''))
    expect(detail?.introduced.map(({ packages, names }) => [packages, names]).sort()).toEqual([
      [1, ['c']],
      [2, ['a', 'b']],
    ])
    await store.close()
  })

  test('gaps of an image are called by its name', async () => {
    const { store, tenantId } = await open({ 'registry.example/shop/web:1': [] })
    await match(store, tenantId)
    const gaps = await store.inTenant(tenantId, (tx) => listCoverageGaps(tx, { limit: 10, state: 'open' }))
    expect(gaps.items).toMatchObject([{ assetName: 'registry.example/shop/web:1' }])
    const { queue } = await store.inTenant(tenantId, (tx) => readOverview(tx, new Date()))
    expect(queue).toMatchObject([{ kind: 'coverage-gap', subject: 'registry.example/shop/web:1' }])
    await store.close()
  })
})

test('a version that a scheme cannot read, or a question that it cannot, is undetermined and never dropped', () => {
  expect(judgeVersion('npm', 'not a version', { below: '2' })).toBe('undetermined')
  expect(judgeVersion('npm', '1.0.0', { below: '???' })).toBe('undetermined')
  expect(judgeVersion('npm', '1.0.0', { below: '???', atLeast: '2' })).toBeNull()
  expect(judgeVersion('npm', '1.9.0', { below: '2' })).toBe('within')
  expect(judgeVersion('npm', '2.0.0', { below: '2.0' })).toBeNull()
  expect(judgeVersion('constructor', '1', { below: '2' })).toBe('undetermined')
})

test('an epoch counts only where the question has one', () => {
  expect(judgeVersion('deb', '1:1.2.13.dfsg-1', { below: '1.3' })).toBe('within')
  expect(judgeVersion('deb', '1:1.2.13.dfsg-1', { below: '0:1.3' })).toBeNull()
  expect(judgeVersion('deb', '1:1.2.13.dfsg-1', { below: '1:1.3' })).toBe('within')
})
