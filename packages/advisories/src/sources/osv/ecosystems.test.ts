// Records of every kind of publisher, made in the shapes that they publish, from the archive to the answer of the database.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { unwrap } from '@yagura/kernel'
import { makeZip } from '@yagura/safe-io/testing/zip'
import { judge } from '@yagura/versions'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { carriedBy } from '../../advisory.ts'
import { buildAdvisoryDatabase } from '../../builder/index.ts'
import { type AdvisoryDatabase, openAdvisoryDatabase } from '../../database/open.ts'
import { schemeOf } from './schemes.ts'

let directory = ''
let database: AdvisoryDatabase | undefined
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'yg-osv-'))
})
afterEach(() => {
  database?.close()
  database = undefined
  rmSync(directory, { recursive: true })
})

type Events = readonly Readonly<Record<string, string>>[]

function record(
  id: string,
  ecosystem: string,
  name: string,
  events: Events,
  fields: object = {},
  affected: object = {},
) {
  const type = ['npm', 'Go', 'crates.io'].includes(ecosystem) ? 'SEMVER' : 'ECOSYSTEM'
  const item = { package: { ecosystem, name }, ranges: [{ type, events }], ...affected }
  return { id, modified: '2024-01-01T00:00:00Z', affected: [item], ...fields }
}

async function build(
  archives: Readonly<Record<string, readonly { readonly id: string }[]>>,
): Promise<AdvisoryDatabase> {
  for (const [name, records] of Object.entries(archives)) {
    const path = join(directory, 'osv', name, 'all.zip')
    mkdirSync(dirname(path), { recursive: true })
    const members = records.map((item) => ({ name: `${item.id}.json`, content: Buffer.from(JSON.stringify(item)) }))
    writeFileSync(path, makeZip(members))
  }
  const out = join(directory, 'a.ydb')
  unwrap(await buildAdvisoryDatabase({ from: directory, out, clock: { nowMs: () => 0, monotonicMs: () => 0 } }))
  database = unwrap(openAdvisoryDatabase(out))
  return database
}

function verdicts(ecosystem: string, name: string, versions: readonly string[]): string[] {
  const found = database?.lookup(ecosystem, name) ?? []
  return versions.map((version) => {
    const affected = found.filter((item) => judge(item, version, schemeOf(ecosystem) ?? 'semver').kind === 'affected')
    return `${version} ${affected.map(({ id }) => id).join(' ') || '-'}`
  })
}

describe('ecosystems', () => {
  const fixedIn = (fixed: string): Events => [{ introduced: '0' }, { fixed }]

  it.each([
    ['npm', '@scope/left', fixedIn('1.2.0'), ['1.2.0-rc.1', '1.2.0']],
    ['Maven', 'org.example:left', fixedIn('1.2'), ['1.2-SNAPSHOT', '1.2']],
    ['Maven:https://repo.example.org/m2', 'org.example:left', fixedIn('1.2'), ['1.1', '1.2']],
    ['NuGet', 'Example.Left', fixedIn('1.2.0'), ['1.2.0-beta', '1.2.0']],
    ['Red Hat:enterprise_linux:8::baseos', 'curl', fixedIn('0:7.61.1-34.el8'), ['0:7.61.1-33.el8', '0:7.61.1-34.el8']],
    ['Ubuntu:22.04:LTS', 'curl', fixedIn('7.81.0-1ubuntu1.15'), ['7.81.0-1ubuntu1.14', '7.81.0-1ubuntu1.15']],
    [
      'Ubuntu:Pro:18.04:LTS',
      'curl',
      fixedIn('7.58.0-2ubuntu3.24+esm3'),
      ['7.58.0-2ubuntu3.24', '7.58.0-2ubuntu3.24+esm3'],
    ],
    ['SUSE:Linux Enterprise Server 15 SP5', 'curl', fixedIn('8.0.1-150400.5.36.1'), ['8.0.1-1', '8.0.1-150400.5.36.1']],
    ['openSUSE:Leap 15.5', 'curl', fixedIn('8.0.1-150400.5.36.1'), ['8.0.1-1', '8.0.1-150400.5.36.1']],
    ['AlmaLinux:8', 'curl', fixedIn('7.61.1-34.el8'), ['7.61.1-33.el8', '7.61.1-34.el8']],
    ['Rocky Linux:8', 'curl', fixedIn('0:7.61.1-34.el8'), ['0:7.61.1-33.el8', '0:7.61.1-34.el8']],
    ['Debian:11', 'curl', fixedIn('7.74.0-1.3+deb11u11'), ['7.74.0-1.3+deb11u2', '7.74.0-1.3+deb11u11']],
    ['Alpine:v3.18', 'curl', fixedIn('8.5.0-r0'), ['8.4.0-r9', '8.5.0-r0']],
    ['PyPI', 'left', fixedIn('1.2'), ['1.2rc1', '1.2']],
    ['RubyGems', 'left', fixedIn('1.2'), ['1.2.pre', '1.2']],
    ['Packagist', 'a/left', fixedIn('1.2.0'), ['1.2.0-beta1', '1.2.0']],
    ['Hex', 'left', fixedIn('1.2.0'), ['1.1.9', '1.2.0']],
    ['Go', 'example.org/left', fixedIn('1.2.0'), ['1.2.0-rc.1', '1.2.0']],
    ['crates.io', 'left', fixedIn('1.2.0'), ['1.2.0-rc.1', '1.2.0']],
  ])(
    '%s: a package is found by name and release, and judged by its own order of versions',
    async (ecosystem, name, events, versions) => {
      await build({ [ecosystem.split(':', 1)[0] ?? '']: [record('X-1', ecosystem, name, events)] })
      const [before = '', at = ''] = versions
      expect(verdicts(ecosystem, name, versions)).toEqual([`${before} X-1`, `${at} -`])
      expect(database?.covers(ecosystem)).toBe(true)
      expect(database?.ecosystemsOf(ecosystem.split(':', 1)[0] ?? '')).toEqual([ecosystem])
    },
  )

  it('Python name normalisation PEP 503; NuGet, Composer and package URLs of Go ignore the case', async () => {
    await build({
      PyPI: [record('X-1', 'PyPI', 'Zope_Access.Control', fixedIn('2'))],
      NuGet: [record('X-2', 'NuGet', 'Example.Left', fixedIn('2'))],
      Go: [record('GO-1', 'Go', 'github.com/Acme/Left', fixedIn('2'))],
      Packagist: [record('X-3', 'Packagist', 'Vendor/Left', fixedIn('2'))],
    })
    const ids = (ecosystem: string, name: string) => database?.lookup(ecosystem, name).map(({ id }) => id)
    expect(ids('PyPI', 'zope-access--control')).toEqual(['X-1'])
    expect(ids('NuGet', 'example.left')).toEqual(['X-2'])
    expect(ids('Go', 'github.com/acme/left')).toEqual(['GO-1'])
    expect(ids('Packagist', 'vendor/LEFT')).toEqual(['X-3'])
  })
})

describe('OSV ranges', () => {
  it('events sorted, `introduced: 0`, `last_affected` inclusive, `limit`', async () => {
    await build({
      npm: [
        record('SORTED', 'npm', 'a', [
          { fixed: '2.0.0' },
          { introduced: '3.0.0' },
          { introduced: '0' },
          { fixed: '3.1.0' },
        ]),
        record('LAST', 'npm', 'b', [{ introduced: '1.0.0' }, { last_affected: '1.5.0' }]),
        record('LIMIT', 'npm', 'c', [{ introduced: '1.0.0' }, { limit: '2.0.0' }]),
      ],
    })
    expect(verdicts('npm', 'a', ['0.0.1', '1.9.9', '2.0.0', '3.0.5', '3.1.0'])).toEqual([
      '0.0.1 SORTED',
      '1.9.9 SORTED',
      '2.0.0 -',
      '3.0.5 SORTED',
      '3.1.0 -',
    ])
    expect(verdicts('npm', 'b', ['0.9.0', '1.5.0', '1.5.1'])).toEqual(['0.9.0 -', '1.5.0 LAST', '1.5.1 -'])
    expect(verdicts('npm', 'c', ['1.9.9', '2.0.0'])).toEqual(['1.9.9 LIMIT', '2.0.0 -'])
  })

  it('explicit `versions` list unions with ranges, also where there is no range', async () => {
    const listed = { versions: ['1.5.0', '9.0.0'] }
    await build({
      npm: [
        record('BOTH', 'npm', 'a', [{ introduced: '1.0.0' }, { fixed: '2.0.0' }], {}, listed),
        record('LIST', 'npm', 'b', [], {}, { ...listed, ranges: null }),
      ],
    })
    expect(verdicts('npm', 'a', ['1.5.0', '2.0.0', '9.0.0'])).toEqual(['1.5.0 BOTH', '2.0.0 -', '9.0.0 BOTH'])
    expect(verdicts('npm', 'b', ['1.5.0', '1.6.0'])).toEqual(['1.5.0 LIST', '1.6.0 -'])
  })

  it('of commits are left aside and counted', async () => {
    const ranges = [{ type: 'GIT', repo: 'https://example.org', events: [{ introduced: '0' }] }]
    await build({
      npm: [record('GIT', 'npm', 'a', [], {}, { ranges }), record('X-1', 'npm', 'a', [{ introduced: '0' }])],
    })
    expect(database?.info.sources).toMatchObject([{ name: 'npm', advisories: 1, gitRanges: 1 }])
  })
})

describe('one vulnerability', () => {
  const events: Events = [{ introduced: '0' }, { fixed: '2.0.0' }]

  it('withdrawn skip: a withdrawal that is newer takes an older copy of another archive away', async () => {
    const withdrawn = { withdrawn: '2024-06-01T00:00:00Z', modified: '2024-06-01T00:00:00Z' }
    await build({
      A: [record('X-1', 'npm', 'a', events), record('X-2', 'npm', 'a', events, withdrawn)],
      B: [record('X-1', 'npm', 'a', events, withdrawn), record('X-2', 'npm', 'a', events)],
      C: [
        record('X-3', 'npm', 'a', events),
        record('X-3', 'npm', 'a', events, { ...withdrawn, modified: '2020-01-01T00:00:00Z' }),
      ],
    })
    expect(database?.lookup('npm', 'a').map(({ id }) => id)).toEqual(['X-3'])
  })

  it('aliases: GO, GHSA, PYSEC and CVE are one, also where they only know a name in between', async () => {
    await build({
      Go: [record('GO-2024-1', 'Go', 'a', events, { aliases: ['GHSA-1'] })],
      GHSA: [record('GHSA-1', 'npm', 'a', events, { aliases: ['CVE-2024-1000'] })],
      PyPI: [record('PYSEC-1', 'PyPI', 'a', events, { aliases: ['CVE-2024-1000'] })],
    })
    const names = (ecosystem: string) => database?.lookup(ecosystem, 'a')[0]?.detail().aliases
    expect(names('Go')).toEqual(['CVE-2024-1000', 'GHSA-1', 'PYSEC-1'])
    expect(names('npm')).toEqual(['CVE-2024-1000', 'GO-2024-1', 'PYSEC-1'])
    expect(names('PyPI')).toEqual(['CVE-2024-1000', 'GHSA-1', 'GO-2024-1'])
  })

  it('aliases: two CVEs stay two, though a record in between names both', async () => {
    await build({
      npm: [
        record('X-1', 'npm', 'a', events, { aliases: ['CVE-2024-1000'] }),
        record('X-2', 'npm', 'a', events, { aliases: ['CVE-2024-1000', 'CVE-2024-2000'] }),
        record('X-3', 'npm', 'a', events, { aliases: ['CVE-2024-2000'] }),
      ],
    })
    expect(database?.lookup('npm', 'a').map((item) => item.detail().aliases)).toEqual([
      ['CVE-2024-1000'],
      ['CVE-2024-1000', 'CVE-2024-2000'],
      ['CVE-2024-2000'],
    ])
  })

  it('`related` is not `aliases`: AlmaLinux puts CVEs in `related`, which its update carries', async () => {
    const related = ['CVE-2024-1000', 'CVE-2024-2000', 'RHSA-2024:1']
    await build({
      AlmaLinux: [record('ALSA-2024:1', 'AlmaLinux:8', 'a', events, { related })],
      npm: [record('GHSA-1', 'npm', 'a', events, { related: ['CVE-2024-1000'] })],
    })
    const [update, plain] = [database?.lookup('AlmaLinux:8', 'a')[0], database?.lookup('npm', 'a')[0]]
    expect(update?.detail().aliases).toEqual([])
    expect(update && carriedBy(update.id, update.detail())).toEqual(['CVE-2024-1000', 'CVE-2024-2000'])
    expect(plain && carriedBy(plain.id, plain.detail())).toEqual([])
    expect(carriedBy('DSA-1-1', { upstream: ['CVE-2024-3000'], related: ['CVE-2024-4000'] })).toEqual(['CVE-2024-3000'])
  })

  it('`unimportant` hide by default but keep: it is stored with its word', async () => {
    const urgency = (word: string) => ({ ecosystem_specific: { urgency: word } })
    await build({
      Debian: [
        record('X-1', 'Debian:11', 'a', events, {}, urgency('unimportant')),
        record('X-2', 'Debian:11', 'a', events, {}, urgency('low')),
      ],
    })
    expect(database?.lookup('Debian:11', 'a').map(({ severity, isUnimportant }) => [severity, isUnimportant])).toEqual([
      ['negligible', true],
      ['low', undefined],
    ])
  })
})
