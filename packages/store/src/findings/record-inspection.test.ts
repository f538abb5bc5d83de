import { newId } from '@yagura/kernel'
import type { ImageReport } from '@yagura/schema'
import { expect, test } from 'vitest'
import { createEventPartitions } from '../events/partitions.ts'
import { ingestBatch } from '../ingest.ts'
import { findImage } from '../inventory/images.ts'
import { readOverview } from '../overview.ts'
import type { Store, Tx } from '../store.ts'
import { describeOnEachPostgres } from '../testing/each-version.ts'
import {
  item,
  sampleAgent,
  sampleBatch,
  sampleImageReport,
  sampleMistake,
  sampleSecret,
  sampleTenant,
} from '../testing/samples.ts'
import { findFinding, findingFacets, listFindings, listImageMistakes, listImageSecrets } from './findings.ts'

const secret = { ...sampleSecret, path: `/${'long/'.repeat(800)}token` }
const mistake = sampleMistake

async function rig(store: Store) {
  const tenantId = await sampleTenant(store)
  const agent = await sampleAgent(store, tenantId, 'm1')
  let seq = 0
  const inTenant = <T>(work: (tx: Tx) => Promise<T>) => store.inTenant(tenantId, work)
  return {
    inTenant,
    async report(more: Partial<ImageReport>, secondsLater = 0) {
      const at = new Date(Date.now() - 60_000 + secondsLater * 1000)
      seq += 1
      await ingestBatch(
        store,
        createEventPartitions(store),
        agent,
        sampleBatch(agent.agentId, newId(), seq, [
          item.image({ ...sampleImageReport('app', [], at.toISOString()), ...more }),
        ]),
        { receivedAt: at, retentionDays: 14, clockSkewMs: null },
      )
      const [row] = await inTenant((tx) => tx.selectFrom('images').select('asset_id').execute())
      return row?.asset_id ?? ''
    },
  }
}

describeOnEachPostgres('secrets and mistakes of images', (postgres) => {
  test('are findings with their evidence, counted, searched and resolved when they are gone', async () => {
    const store = await (await postgres().createDatabase()).openStore()
    const { inTenant, report } = await rig(store)
    const id = await report({ secrets: [secret, secret], mistakes: [mistake] })

    expect(await inTenant((tx) => findImage(tx, id))).toMatchObject({ secrets: 1, mistakes: 1 })
    const { items } = await inTenant((tx) => listFindings(tx, { limit: 10 }))
    expect(items.map((one) => [one.kind, one.severity, one.layerCommand])).toEqual([
      ['secret', 'critical', 'COPY token .'],
      ['mistake', 'medium', 'RUN apt-get install'],
    ])
    expect(items[0]).toMatchObject({ secret, mistake: null, vulnerability: null, suppression: null })
    expect(items[1]).toMatchObject({ mistake, secret: null, summary: '/bin/su' })
    expect(await inTenant((tx) => findFinding(tx, items[0]?.id ?? ''))).toEqual(items[0])

    const secrets = await inTenant((tx) => listImageSecrets(tx, id, { limit: 10 }))
    expect(secrets?.items).toMatchObject([{ ...secret, findingId: items[0]?.id, status: 'open' }])
    const mistakes = await inTenant((tx) => listImageMistakes(tx, id, { limit: 10, filter: 'check = setuid-file' }))
    expect(mistakes?.items).toMatchObject([{ ...mistake, createdBy: 'RUN apt-get install' }])
    expect(await inTenant((tx) => listImageSecrets(tx, newId(), { limit: 10 }))).toBeUndefined()

    const filtered = await inTenant((tx) =>
      listFindings(tx, { limit: 10, filter: 'kind = secret and path contains token' }),
    )
    expect(filtered.total).toBe(1)
    const facets = await inTenant((tx) => findingFacets(tx, undefined))
    expect(facets.find(({ field }) => field === 'check')?.values.map(({ value }) => value)).toEqual([
      'github-token',
      'setuid-file',
    ])
    expect((await inTenant((tx) => readOverview(tx, new Date()))).findings.bySeverity).toMatchObject({
      critical: 1,
      medium: 1,
    })

    // nobody looked this time: what is known stays
    await report({}, 1)
    expect(await inTenant((tx) => findImage(tx, id))).toMatchObject({ secrets: 1, mistakes: 1 })
    await report({ secrets: [], mistakes: [mistake] }, 2)
    expect(await inTenant((tx) => findImage(tx, id))).toMatchObject({ secrets: 0, mistakes: 1 })
    const resolved = await inTenant((tx) => listFindings(tx, { limit: 10, filter: 'status = resolved' }))
    expect(resolved.items.map((one) => one.id)).toEqual([items[0]?.id])
    const still = await inTenant((tx) => listFindings(tx, { limit: 10 }))
    expect(still.items.map((one) => one.id)).toEqual([items[1]?.id])
  })

  test('no secrets is not the same as nobody looked', async () => {
    const store = await (await postgres().createDatabase()).openStore()
    const { inTenant, report } = await rig(store)
    const id = await report({})
    expect(await inTenant((tx) => findImage(tx, id))).toMatchObject({ secrets: null, mistakes: null })
    await report({ secrets: [] }, 1)
    expect(await inTenant((tx) => findImage(tx, id))).toMatchObject({ secrets: 0, mistakes: null })
  })
})
