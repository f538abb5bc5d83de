import { newId, YaguraError } from '@yagura/kernel'
import {
  type Condition,
  compileCondition,
  type Fields,
  type FieldValue,
  operatorsOf,
  printCondition,
} from '@yagura/lang'
import type { FleetPackage } from '@yagura/schema'
import { FILTER_FIELDS } from '@yagura/schema/filter-fields'
import { SEVERITIES } from '@yagura/schema/severities'
import fc from 'fast-check'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { listEvents } from '../events/events.ts'
import { createEventPartitions } from '../events/partitions.ts'
import { ingestBatch } from '../ingest.ts'
import { listPackages } from '../inventory/images.ts'
import type { Store } from '../store.ts'
import { describeOnEachPostgres } from '../testing/each-version.ts'
import {
  item,
  sampleAgent,
  sampleBatch,
  sampleEvent,
  sampleImageReport,
  samplePackage,
  sampleTenant,
} from '../testing/samples.ts'
import { globToLike } from './filter.ts'

const NAMES = ['openssl', 'OpenSSL', 'libc6', 'zlib_1g', '100%', 'a\\b', 'ключ', "o'brien", '<img src=x>', 'a b', '']
const VERSIONS = ['1.0', '1.0-2', '2:1.1', '~rc']

const text = fc.oneof(
  fc.constantFrom(...NAMES, ...VERSIONS, 'lib*', '*ssl', '?penssl', '%', '_', '\\', '*', 'open\\*', 'КЛ'),
  fc.string({ maxLength: 3 }).filter((value) => !value.includes('\0')),
)
const fields = FILTER_FIELDS.packages as Fields

const oneTest: fc.Arbitrary<Condition> = fc
  .constantFrom(
    ...Object.entries(fields).flatMap(([name, spec]) => operatorsOf(spec).map((op) => ({ name, spec, op }))),
  )
  .chain(({ name, spec, op }): fc.Arbitrary<Condition> => {
    const base = { field: name, type: spec.type }
    if (op === 'exists') return fc.constant({ kind: 'exists', ...base })
    const value =
      spec.type === 'severity'
        ? fc.constantFrom(...SEVERITIES)
        : spec.type === 'number'
          ? fc.integer({ min: -1, max: 4 })
          : text
    if (op === 'in' || op === 'intersects' || op === 'pmatch')
      return fc
        .array<string | number>(value, { minLength: 1, maxLength: 3 })
        .map((values) => ({ kind: 'membership', ...base, operator: op, values }))
    return value.map((one) => ({ kind: 'comparison', ...base, operator: op, value: one }))
  })

const anyCondition: fc.Arbitrary<Condition> = fc.letrec<{ node: Condition }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    oneTest,
    fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map((operands) => ({ kind: 'and' as const, operands })),
    fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map((operands) => ({ kind: 'or' as const, operands })),
    tie('node').map((operand) => ({ kind: 'not' as const, operand })),
  ),
})).node

const getters: Record<string, (one: FleetPackage) => FieldValue> = {
  name: (one) => one.name,
  version: (one) => one.version,
  type: (one) => one.type,
  image: (one) => one.imageName,
  source: (one) => one.source?.name,
  layer: (one) => one.layer,
  severity: (one) => one.worstSeverity,
  findings: (one) => one.findings,
}

describeOnEachPostgres('lists', (postgres) => {
  let store: Store
  let tenantId: string
  let all: FleetPackage[]

  beforeAll(async () => {
    store = await (await postgres().createDatabase()).openStore()
    tenantId = await sampleTenant(store)
    const agent = await sampleAgent(store, tenantId, 'm1')
    const packages = NAMES.flatMap((name) =>
      VERSIONS.map((version, index) => ({
        ...samplePackage(name, version),
        source: index % 2 ? null : { name: name.slice(1), version },
      })),
    )
    await ingestBatch(
      store,
      createEventPartitions(store),
      agent,
      sampleBatch(agent.agentId, newId(), 1, [
        item.image(sampleImageReport('app', packages.slice(0, 20))),
        item.image(sampleImageReport('web', packages.slice(20))),
        ...Array.from({ length: 25 }, (_, index) =>
          item.event(sampleEvent(String(index), { at: new Date(Date.now() - (index % 3) * 1000).toISOString() })),
        ),
      ]),
      { receivedAt: new Date(), retentionDays: 14, clockSkewMs: null },
    )
    await store.inTenant(tenantId, async (tx) => {
      await sql`update packages set findings = length(name) % 4,
        worst_severity = case when length(name) % 4 = 0 then null else length(name) % 6 end`.execute(tx)
      all = (await listPackages(tx, { limit: 500 })).items
    })
    return () => store.close()
  })

  test('a filter finds in the database what the compiled condition finds in memory', async () => {
    expect(all).toHaveLength(NAMES.length * VERSIONS.length)
    await fc.assert(
      fc.asyncProperty(anyCondition, async (condition) => {
        const filter = printCondition(condition)
        const page = await store.inTenant(tenantId, (tx) => listPackages(tx, { limit: 500, filter }))
        const wanted = all.filter(compileCondition(condition, getters)).map((one) => one.id)
        expect(page.items.map((one) => one.id).sort()).toEqual(wanted.sort())
        expect(page).toMatchObject({ total: wanted.length, totalIsExact: true, next: null })
      }),
      { numRuns: 150 },
    )
  }, 60_000)

  test('pages of any size, one after the other, are the whole list in its order, while rows are added', async () => {
    for (const sort of ['name', '-name', 'severity', '-severity'])
      for (const limit of [1, 7, 44]) {
        const seen: string[] = []
        let after: string | undefined
        do {
          const page = await store.inTenant(tenantId, (tx) => listPackages(tx, { limit, sort, after }))
          seen.push(...page.items.map((one) => one.id))
          after = page.next ?? undefined
        } while (after !== undefined)
        const whole = await store.inTenant(tenantId, (tx) => listPackages(tx, { limit: 500, sort }))
        expect(seen, `${sort} ${limit}`).toEqual(whole.items.map((one) => one.id))
        expect(new Set(seen).size).toBe(all.length)
      }
  })

  test('events with the same time page by their ids', async () => {
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await store.inTenant(tenantId, (tx) => listEvents(tx, { limit: 4, after }))
      seen.push(...page.items.map((event) => event.id))
      after = page.next ?? undefined
    } while (after !== undefined)
    expect(new Set(seen).size).toBe(25)
    expect(seen).toHaveLength(25)
  })

  test.each([
    ['cursor of nothing', { after: 'AAAA' }],
    ['cursor of another order', { after: Buffer.from('["name","x","y"]').toString('base64url'), sort: '-name' }],
    [
      'cursor with a value that is no number',
      { after: Buffer.from('["severity","x","y"]').toString('base64url'), sort: 'severity' },
    ],
    ['cursor with a NUL', { after: Buffer.from('["name","\\u0000","y"]').toString('base64url') }],
    ['unknown sort', { sort: 'name; drop table packages' }],
    ['inherited sort', { sort: 'constructor' }],
    ['unknown field', { filter: 'nme = x' }],
    ['unfinished filter', { filter: 'name = ' }],
    ['NUL in a filter', { filter: 'name = "\0"' }],
    ['regular expression', { filter: 'name regex "(a+)+$"' }],
  ])('%s is refused with a sentence', async (_, request) => {
    const asked = store.inTenant(tenantId, (tx) => listPackages(tx, { limit: 10, ...request }))
    await expect(asked).rejects.toBeInstanceOf(YaguraError)
    await expect(asked).rejects.toMatchObject({ code: expect.stringMatching(/^(USAGE|INPUT_INVALID)$/) })
  })
})

test('globs become LIKE patterns that mean the same', () => {
  expect(['*', '?', '%_', '\\*', '\\\\', 'a\\'].map(globToLike)).toEqual(['%', '_', '\\%\\_', '*', '\\\\', 'a\\\\'])
})
