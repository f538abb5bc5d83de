// Made-up records, from the archive to the verdict, against the evaluation algorithm of the OSV schema written down as its text has it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unwrap } from '@yagura/kernel'
import { makeZip } from '@yagura/safe-io/testing/zip'
import { compareVersions, judge, type SchemeName } from '@yagura/versions'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildAdvisoryDatabase } from '../../builder/index.ts'
import { openAdvisoryDatabase } from '../../database/open.ts'
import { schemeOf } from './schemes.ts'

type Event = Readonly<Record<string, string>>
interface Range {
  readonly type: string
  readonly events: readonly Event[]
  readonly database_specific?: object
}
interface Affected {
  readonly package: { readonly ecosystem: string; readonly name: string } | null
  readonly ranges?: readonly Range[] | null
  readonly versions?: readonly string[] | null
}
interface OsvRecord {
  readonly id: string
  readonly modified: string
  readonly withdrawn?: string
  readonly affected: readonly Affected[]
}

const ECOSYSTEMS: Readonly<Record<string, readonly string[]>> = {
  PyPI: ['0.1', '1.0', '1.0.0', '1.0rc1', '1.0.post1', '1.5', '2.0.dev1', '2.0', '2!0.1', '10.0'],
  npm: ['0.1.0', '1.0.0-rc.1', '1.0.0', '1.0.0+a', '1.0.1', '1.2.0', '2.0.0-0', '2.0.0', '10.0.0'],
  Maven: ['0.1', '1.0-alpha-1', '1.0', '1.0.0', '1.0-sp1', '1.0.1', '2.0-SNAPSHOT', '2.0', '10.0'],
  'Debian:12': ['0.1-1', '1.0-1', '1.0-1+deb12u1', '1.0-1~bpo1', '1:0.5-1', '2.0~rc1-1', '2.0-1', '10.0'],
  'Alpine:v3.18': ['0.1-r0', '1.0_rc1-r0', '1.0-r0', '1.0-r1', '1.0.1-r0', '2.0-r0', '10.0-r0'],
  'Red Hat:enterprise_linux:9::baseos': ['0:0.1-1.el9', '0:1.0-1.el9', '1.0-1.el9', '0:1.0-2.el9_1', '1:0.5-1.el9'],
}

/** Events at one version have no order in the text: none are made. */
function rangeOf(type: string, known: readonly string[]): fc.Arbitrary<Range> {
  return fc
    .record({
      versions: fc.shuffledSubarray([...known], { minLength: 1, maxLength: 5 }),
      kinds: fc.array(fc.constantFrom('introduced', 'fixed', 'last_affected', 'limit', 'introduced', 'fixed'), {
        minLength: 5,
        maxLength: 5,
      }),
      isFromStart: fc.boolean(),
      isEndless: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
    })
    .map(({ versions, kinds, isFromStart, isEndless }) => {
      const scheme = schemeOf(ecosystemOf(known)) as SchemeName
      const distinct = versions.filter(
        (one, at) => !versions.slice(0, at).some((other) => order(scheme, one, other) === 0),
      )
      return {
        type,
        events: [
          ...distinct.map((version, at) => ({ [kinds[at] ?? 'fixed']: version })),
          ...(isFromStart ? [{ introduced: '0' }] : []),
          ...(isEndless ? [{ limit: '*' }] : []),
        ],
        database_specific: { anything: [1] },
      }
    })
}

const ecosystemOf = (known: readonly string[]) =>
  Object.keys(ECOSYSTEMS).find((name) => ECOSYSTEMS[name] === known) ?? ''

function affectedOf(name: string): fc.Arbitrary<Affected> {
  return fc.constantFrom(...Object.keys(ECOSYSTEMS)).chain((ecosystem) => {
    const known = ECOSYSTEMS[ecosystem] ?? []
    const type = ecosystem === 'npm' ? 'SEMVER' : 'ECOSYSTEM'
    const git: Range = { type: 'GIT', events: [{ introduced: '0' }, { fixed: 'a'.repeat(40) }] }
    return fc.record({
      package: fc.constant({ ecosystem, name }),
      ranges: fc.oneof(
        {
          weight: 9,
          arbitrary: fc.array(fc.oneof({ weight: 4, arbitrary: rangeOf(type, known) }, fc.constant(git)), {
            maxLength: 3,
          }),
        },
        fc.constant(null),
      ),
      versions: fc.oneof({ weight: 3, arbitrary: fc.subarray([...known], { maxLength: 3 }) }, fc.constant(null)),
    })
  })
}

function recordOf(at: number): fc.Arbitrary<OsvRecord> {
  const name = `p${at % 40}`
  const git = { package: null, ranges: [{ type: 'GIT', events: [{ introduced: '0' }] }] }
  return fc
    .record({
      affected: fc.array(fc.oneof({ weight: 9, arbitrary: affectedOf(name) }, fc.constant(git)), { maxLength: 4 }),
      isWithdrawn: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    })
    .map(({ affected, isWithdrawn }) => ({
      id: `X-${at}`,
      modified: '2024-01-01T00:00:00Z',
      ...(isWithdrawn ? { withdrawn: '2024-02-01T00:00:00Z' } : {}),
      affected,
    }))
}

function order(scheme: SchemeName, a: string, b: string): number {
  if (a === '0' || b === '0') return a === b ? 0 : a === '0' ? -1 : 1
  return unwrap(compareVersions(scheme, a, b))
}

/** ossf.github.io/osv-schema, "Evaluation". */
function isVulnerable(record: OsvRecord, ecosystem: string, name: string, version: string): boolean {
  const scheme = schemeOf(ecosystem) as SchemeName
  return record.affected
    .filter((one) => one.package?.ecosystem === ecosystem && one.package.name === name)
    .some(({ ranges, versions }) => {
      const isListed = (versions ?? []).some((one) => order(scheme, one, version) === 0)
      return isListed || (ranges ?? []).some((range) => isInRange(range, scheme, version))
    })
}

function isInRange({ type, events }: Range, scheme: SchemeName, version: string): boolean {
  if (type === 'GIT') return false
  const limits = events.flatMap((event) => event.limit ?? [])
  if (limits.length > 0 && !limits.some((limit) => limit === '*' || order(scheme, version, limit) < 0)) return false
  const textOf = (event: Event) => event.introduced ?? event.fixed ?? event.last_affected ?? ''
  const sorted = events
    .filter((event) => event.limit === undefined)
    .toSorted((a, b) => order(scheme, textOf(a), textOf(b)))
  let vulnerable = false
  for (const event of sorted) {
    const against = order(scheme, version, textOf(event))
    if (event.introduced !== undefined && against >= 0) vulnerable = true
    else if (event.fixed !== undefined && against >= 0) vulnerable = false
    else if (event.last_affected !== undefined && against > 0) vulnerable = false
  }
  return vulnerable
}

test('records say of every version what the algorithm of the schema says', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'yg-osv-'))
  const records = Array.from({ length: 600 }, (_, at) => fc.sample(recordOf(at), { numRuns: 1, seed: 4211 + at })[0])
  mkdirSync(join(directory, 'osv/All'), { recursive: true })
  const members = records.map((one) => ({ name: `${one?.id}.json`, content: Buffer.from(JSON.stringify(one)) }))
  writeFileSync(join(directory, 'osv/All/all.zip'), makeZip(members))
  const out = join(directory, 'a.ydb')
  unwrap(await buildAdvisoryDatabase({ from: directory, out, clock: { nowMs: () => 0, monotonicMs: () => 0 } }))
  const database = unwrap(openAdvisoryDatabase(out))
  try {
    let affected = 0
    for (const [ecosystem, versions] of Object.entries(ECOSYSTEMS))
      for (let at = 0; at < 40; at++)
        for (const version of versions) {
          const name = `p${at}`
          const scheme = schemeOf(ecosystem) as SchemeName
          const found = database
            .lookup(ecosystem, name)
            .filter((one) => judge(one, version, scheme).kind === 'affected')
            .map(({ id }) => id)
          const wanted = records
            .filter((one) => one && !one.withdrawn && isVulnerable(one, ecosystem, name, version))
            .map((one) => one?.id)
          expect([...new Set(found)].sort(), `${ecosystem} ${name} ${version}`).toEqual(wanted.sort())
          affected += wanted.length
        }
    expect(affected).toBeGreaterThan(1000)
  } finally {
    database.close()
    rmSync(directory, { recursive: true })
  }
})
