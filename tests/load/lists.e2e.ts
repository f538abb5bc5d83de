// Lists, facets and the overview over a large fleet: how many rows the database touches for each, which does not depend on what else
// the machine does; and how much memory the server takes while all of it is asked at once. The clock is printed, not judged.
// YAGURA_SAMPLE=ci fills a fifth.
import { chmodSync, chownSync, mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dataPaths } from '@yagura/kernel'
import {
  actionFacets,
  assetFacets,
  checkResultFacets,
  createEventPartitions,
  findingFacets,
  incidentFacets,
  listActions,
  listAgents,
  listAssets,
  listCheckResults,
  listCoverageGaps,
  listEvents,
  listFindings,
  listIncidents,
  listPackages,
  listSignals,
  readOverview,
  type Store,
  signalFacets,
  type Tx,
} from '@yagura/store'
import { postgresVersions, startTestPostgres, type TestDatabase, type TestPostgres } from '@yagura/store/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminStatus } from '../e2e/support/admin-socket.ts'
import { signIn } from '../e2e/support/api.ts'
import { NOBODY, startService } from '../e2e/support/service.ts'
import { until } from '../e2e/support/until.ts'
import { type FleetSize, fillFleet } from './large-fleet.ts'

const SHARE = process.env.YAGURA_SAMPLE === 'ci' ? 5 : 1
const SIZE: FleetSize = {
  agents: 200 / SHARE,
  findings: 50_000 / SHARE,
  events: 1_000_000 / SHARE,
  signals: 50_000 / SHARE,
  incidents: 5_000 / SHARE,
  results: 40_000 / SHARE,
  actions: 5_000 / SHARE,
}
const PORT = Number(process.env.YAGURA_LOAD_PORT ?? 17_730)
const DAYS = 12
const DAY_MS = 86_400_000

/** A page, its count, which ends at 10,000, and what is joined to either. */
const LIST_ROWS = 60_000
/** One pass over what is counted, and what is joined to it. */
const FACET_ROWS = 2 * (SIZE.findings + 200 * 30)
const MEMORY_BYTES = 450 * 1024 * 1024

type Question = readonly [name: string, rows: number, ask: (tx: Tx, asset: string) => Promise<unknown>]

const page = { limit: 100 }
const QUESTIONS: readonly Question[] = [
  ['overview', LIST_ROWS, (tx) => readOverview(tx, new Date())],
  ['assets', LIST_ROWS, (tx) => listAssets(tx, { ...page, state: 'live' })],
  ['assets by severity', LIST_ROWS, (tx) => listAssets(tx, { ...page, state: 'live', sort: '-severity' })],
  ['facets of assets', FACET_ROWS, (tx) => assetFacets(tx, undefined)],
  ['findings', LIST_ROWS, (tx) => listFindings(tx, page)],
  ['findings by EPSS', LIST_ROWS, (tx) => listFindings(tx, { ...page, sort: '-epss' })],
  ['findings of a package', LIST_ROWS, (tx) => listFindings(tx, { ...page, filter: 'package = package-7' })],
  ['facets of findings', FACET_ROWS, (tx) => findingFacets(tx, undefined)],
  ['packages', LIST_ROWS, (tx) => listPackages(tx, { ...page, sort: '-severity' })],
  ['events', LIST_ROWS, (tx) => listEvents(tx, page)],
  ['events of one container', LIST_ROWS, (tx, asset) => listEvents(tx, { ...page, asset })],
  ['events of a type', LIST_ROWS, (tx) => listEvents(tx, { ...page, filter: 'type = connect' })],
  ['signals', LIST_ROWS, (tx) => listSignals(tx, page)],
  ['signals of one container', LIST_ROWS, (tx, asset) => listSignals(tx, { ...page, asset })],
  ['facets of signals', FACET_ROWS, (tx) => signalFacets(tx, {})],
  ['incidents', LIST_ROWS, (tx) => listIncidents(tx, { ...page, state: 'open' })],
  ['incidents of one container', LIST_ROWS, (tx, asset) => listIncidents(tx, { ...page, state: 'all', asset })],
  ['facets of incidents', FACET_ROWS, (tx) => incidentFacets(tx, { state: 'all' })],
  ['actions', LIST_ROWS, (tx) => listActions(tx, page)],
  ['facets of actions', FACET_ROWS, (tx) => actionFacets(tx, {})],
  ['results', LIST_ROWS, (tx) => listCheckResults(tx, page)],
  ['results of one host', LIST_ROWS, (tx, asset) => listCheckResults(tx, { ...page, asset })],
  ['facets of results', FACET_ROWS, (tx) => checkResultFacets(tx, {})],
  ['agents', LIST_ROWS, (tx) => listAgents(tx, page)],
  ['coverage gaps', LIST_ROWS, (tx) => listCoverageGaps(tx, { ...page, state: 'open' })],
]

const [version] = postgresVersions().toReversed()

describe(`lists over ${SIZE.agents} nodes, ${SIZE.findings} findings and ${SIZE.events} events`, () => {
  const directory = mkdtempSync(join(tmpdir(), 'yagura-load-lists-'))
  let postgres: TestPostgres
  let database: TestDatabase
  let store: Store
  let tenant: string

  beforeAll(async () => {
    if (!version) throw new Error('There is no PostgreSQL to test with.')
    chmodSync(directory, 0o755)
    if (process.getuid?.() === 0) chownSync(directory, NOBODY, NOBODY)
    postgres = await startTestPostgres(version)
    database = await postgres.createDatabase()
    store = await database.openStore()
    const settings = { YAGURA_DATA_DIR: join(directory, 'state'), YAGURA_DATABASE_URL: database.url }
    const server = await startServer(settings)
    await server.stop()
    tenant = (await store.tenants())[0]?.id ?? ''
    await createEventPartitions(store).ensure(
      Array.from({ length: DAYS }, (_, day) => new Date(Date.now() - day * DAY_MS)),
    )
    await fillFleet(postgres, database.name, tenant, SIZE)
  })

  afterAll(async () => {
    await store?.close()
    await postgres?.stop()
    await rm(directory, { recursive: true, force: true, maxRetries: 5 })
  })

  async function startServer(env: Record<string, string>) {
    const { server: paths } = dataPaths(env)
    const service = startService({
      program: 'apps/server/src/main.ts',
      env: { ...env, YAGURA_PORT: String(PORT) },
      logFile: join(directory, 'server.log'),
      asNobody: true,
    })
    await until('the server is ready', async () => (await adminStatus(paths.adminSocket)).ready || undefined, {
      timeoutMs: 60_000,
    }).catch((cause) => {
      throw new Error(readFileSync(service.logFile, 'utf8').slice(-4000), { cause })
    })
    return { ...service, adminSocket: paths.adminSocket }
  }

  test('each touches no more rows than its page, its count or its facets need', async () => {
    const { items } = await store.inTenant(tenant, (tx) =>
      listAssets(tx, { limit: 1, state: 'live', kind: 'container' }),
    )
    const asset = items[0]?.id ?? ''
    const lines: string[] = []
    const tooMany: string[] = []
    for (const [name, most, ask] of QUESTIONS) {
      await store.inTenant(tenant, (tx) => ask(tx, asset))
      const startedMs = performance.now()
      const rows = await store.inTenant(tenant, async (tx) => {
        const before = await rowsTouched(tx)
        await ask(tx, asset)
        return (await rowsTouched(tx)) - before
      })
      lines.push(
        `${name.padEnd(30)} ${String(rows).padStart(8)} rows ${(performance.now() - startedMs).toFixed(0).padStart(6)} ms`,
      )
      if (rows > most) tooMany.push(`${name}: ${rows} rows, more than ${most}`)
    }
    console.log(lines.join('\n'))
    expect(tooMany).toEqual([])
  })

  test('asked for everything at once the server stays small', async () => {
    const env = { YAGURA_DATA_DIR: join(directory, 'state'), YAGURA_DATABASE_URL: database.url }
    const server = await startServer(env)
    const api = await signIn(`http://127.0.0.1:${PORT}`, server.adminSocket)
    for (let round = 0; round < 10; round++)
      await Promise.all([
        api('getOverview'),
        ...(['listAssets', 'listFindings', 'listPackages', 'listEvents', 'listSignals', 'listIncidents'] as const).map(
          (id) => api(id, { query: { limit: 500 } }),
        ),
        api('listCheckResults', { query: { limit: 500 } }),
        api('getFindingFacets', {}),
        api('getSignalFacets', {}),
        api('getCheckResultFacets', {}),
        api('getComplianceSummary', {}),
        api('getComplianceMatrix', { query: { framework: 'cis-linux' } }),
      ])
    const peakBytes = peakMemoryBytes(server.pid)
    console.log(`server at most ${Math.round(peakBytes / 1024 / 1024)} MiB`)
    await server.stop()
    expect(peakBytes).toBeLessThan(MEMORY_BYTES)
  })
})

/** Rows that this connection has read by scan or by index and not yet told the statistics of; a transaction tells nothing. */
async function rowsTouched(tx: Tx): Promise<number> {
  const { rows } = await tx.executeQuery<{ rows: string }>({
    sql: `select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) as rows from pg_stat_xact_user_tables`,
    parameters: [],
  } as never)
  return Number(rows[0]?.rows ?? 0)
}

/** VmHWM: the most it ever had (proc(5)). setpriv becomes the program itself. */
function peakMemoryBytes(pid: number): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) * 1024
}
