import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unwrap } from '@yagura/kernel'
import { purlCovers, readPurl } from '@yagura/versions/purl'
import { afterAll, describe, expect, it } from 'vitest'
import { openAdvisoryDatabase } from '../database/open.ts'
import { writeDatabase } from '../database/testing.ts'
import type { VexStatement } from '../enrichment.ts'
import { putStatement } from './store.ts'

describe('VEX: purl match ignoring missing version and qualifiers', () => {
  it.each([
    ['pkg:deb/debian/openssl', 'pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12.13', true],
    ['pkg:deb/debian/openssl@3.0.11-1', 'pkg:deb/debian/openssl@3.0.11-1?arch=amd64', true],
    ['pkg:deb/debian/openssl@3.0.11-1?distro=debian-12', 'pkg:deb/debian/openssl', true],
    ['pkg:deb/debian/openssl@3.0.11-1', 'pkg:deb/debian/openssl@3.0.12-1', false],
    ['pkg:deb/debian/openssl', 'pkg:deb/ubuntu/openssl', false],
    ['pkg:deb/debian/openssl', 'pkg:deb/debian/openssl-dev', false],
    ['pkg:npm/%40scope/a', 'pkg:npm/@scope/a@1.0.0', true],
    ['pkg:npm/@scope/a@1.0.0', 'pkg:npm/%40scope/a@1.0.0', true],
    ['pkg:deb/debian/libstdc%2B%2B6@1%2B2', 'pkg:deb/debian/libstdc++6@1+2', true],
    ['pkg:rpm/redhat/curl?arch=src', 'pkg:rpm/redhat/curl@7?arch=x86_64', true],
    ['pkg:rpm/redhat/curl?arch=x86_64', 'pkg:rpm/redhat/curl@7?arch=aarch64', false],
    ['not a purl', 'not a purl', false],
  ])('%s said of %s: %s', (said, item, expected) => {
    expect(covers(said, item)).toBe(expected)
  })

  it('distro=debian-12 must match 12.13, and not 13', () => {
    const said = 'pkg:deb/debian/openssl?distro=debian-12'
    expect(covers(said, 'pkg:deb/debian/openssl@3?distro=debian-12.13')).toBe(true)
    expect(covers(said, 'pkg:deb/debian/openssl@3?distro=debian-13')).toBe(false)
    expect(covers('pkg:deb/debian/openssl?distro=debian-1', 'pkg:deb/debian/openssl@3?distro=debian-12')).toBe(false)
  })
})

function covers(said: string, item: string): boolean {
  const [wide, narrow] = [readPurl(said), readPurl(item)]
  return wide !== undefined && narrow !== undefined && purlCovers(wide, narrow)
}

describe('statements in the database', () => {
  const directory = mkdtempSync(join(tmpdir(), 'yg-vex-'))
  afterAll(() => rmSync(directory, { recursive: true }))

  function statement(fields: Partial<VexStatement>, purl: string): VexStatement {
    return {
      vulnerability: 'CVE-2024-1',
      aliases: [],
      status: 'not_affected',
      justification: null,
      note: null,
      products: [{ purl, cpe: null, name: null, platform: null, subcomponents: ['pkg:deb/debian/zlib1g'] }],
      statedAt: '2024-01-01T00:00:00.000Z',
      source: { feed: 'openvex', document: 'd', author: null },
      ...fields,
    }
  }

  it('are found by every name of the vulnerability and by product or part, newest first, the more careful first', () => {
    const records: { vex: Record<string, unknown>; 'vex-products': Record<string, unknown> } = {
      vex: {},
      'vex-products': {},
    }
    const sink = {
      put: (table: string, key: string, value: unknown) => {
        records[table as 'vex'][key] = value
      },
      putText: (table: string, key: string, json: string) => {
        records[table as 'vex'][key] = JSON.parse(json)
      },
    }
    const curl = 'pkg:deb/debian/curl'
    putStatement(sink, statement({ aliases: ['GHSA-1'] }, curl))
    putStatement(sink, statement({ status: 'affected' }, curl))
    putStatement(sink, statement({ status: 'fixed', statedAt: '2025-01-01T00:00:00.000Z' }, `${curl}@8`))
    putStatement(sink, statement({ vulnerability: 'CVE-2024-12' }, 'pkg:deb/debian/bash'))
    const path = join(directory, 'a.ydb')
    writeDatabase(path, { records })
    const database = unwrap(openAdvisoryDatabase(path))
    const found = (query: Parameters<typeof database.vexStatements>[0]) =>
      database.vexStatements(query).map(({ vulnerability, status }) => `${vulnerability} ${status}`)
    const all = ['CVE-2024-1 fixed', 'CVE-2024-1 affected', 'CVE-2024-1 not_affected']
    expect(found({ vulnerability: 'CVE-2024-1' })).toEqual(all)
    expect(found({ vulnerability: 'GHSA-1' })).toEqual(['CVE-2024-1 not_affected'])
    expect(found({ vulnerability: 'CVE-2024-1', purl: `${curl}@7?arch=amd64` })).toEqual(all.slice(1))
    expect(found({ purl: `${curl}@8` })).toEqual(all)
    expect(found({ purl: 'pkg:deb/debian/zlib1g@1' })).toHaveLength(4)
    expect(found({ vulnerability: 'CVE-2024-1', purl: 'pkg:deb/debian/bash' })).toEqual([])
    expect(found({})).toEqual([])
    database.close()
  })
})
