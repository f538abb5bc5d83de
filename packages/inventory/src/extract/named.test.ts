// Packages that are a file each, through layers, links and deletions.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TarMember } from '@yagura/safe-io/testing'
import type { ImageReport } from '@yagura/schema'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { introduced, layerOf, scanLayers } from '../testing/scan-layers.ts'

let work = ''
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'yagura-named-'))
})
afterEach(() => rmSync(work, { recursive: true }))

const scan = (...layers: Parameters<typeof scanLayers>[1]) => scanLayers(join(work, 'layout'), layers)
const manifest = (name: string, version: string) => JSON.stringify({ name, version, license: 'MIT' })
const installed = (name: string, version: string, prefix = 'app'): TarMember => ({
  name: `${prefix}/node_modules/${name}/package.json`,
  content: manifest(name, version),
})

describe('which layer', () => {
  test('the layer of the file; an upgrade is a new introduction, a copy-up of the same version is none', async () => {
    const report = await scan(
      layerOf(installed('a', '1.0.0'), installed('b', '1.0.0'), installed('c', '1.0.0')),
      layerOf(installed('b', '1.1.0'), installed('d', '1.0.0')),
      layerOf({ ...installed('c', '1.0.0'), mode: 0o600 } as TarMember),
    )
    expect(introduced(report)).toEqual({ 'a 1.0.0': 0, 'b 1.1.0': 1, 'c 1.0.0': 0, 'd 1.0.0': 1 })
    expect(report.coverageGaps).toEqual([])
  })

  test('deleted and installed again is introduced again, also when a directory above was deleted', async () => {
    const report = await scan(
      layerOf(installed('a', '1.0.0'), installed('b', '1.0.0')),
      layerOf({ name: 'app/.wh.node_modules' }),
      layerOf(installed('a', '1.0.0')),
    )
    expect(introduced(report)).toEqual({ 'a 1.0.0': 2 })
  })

  test('a package in several places is one package with all of them', async () => {
    const report = await scan(layerOf(installed('a', '1.0.0', 'one')), layerOf(installed('a', '1.0.0', 'two')))
    expect(report.packages).toHaveLength(1)
    expect(report.packages[0]?.locations.map((location) => location.path)).toEqual([
      '/one/node_modules/a/package.json',
      '/two/node_modules/a/package.json',
    ])
    expect(introduced(report)).toEqual({ 'a 1.0.0': 0 })
  })
})

describe('links and deletions', () => {
  test('whiteout `.wh.x`, opaque directories and files in place of directories take packages away', async () => {
    const report = await scan(
      layerOf(installed('a', '1.0.0'), installed('b', '1.0.0', 'opaque'), installed('c', '1.0.0', 'replaced')),
      layerOf({ name: 'app/node_modules/.wh.a' }, { name: 'opaque/.wh..wh..opq' }, { name: 'replaced', content: 'x' }),
    )
    expect(report.packages).toEqual([])
  })

  test('hardlinks to a store that nobody asks for (pnpm), in the same layer and in a lower one', async () => {
    const stored: TarMember = { name: 'store/v3/ab/cdef', content: manifest('a', '1.0.0') }
    const link: TarMember = { name: 'app/node_modules/a/package.json', type: '1', link: 'store/v3/ab/cdef' }
    expect(introduced(await scan(layerOf(stored, link)))).toEqual({ 'a 1.0.0': 0 })
    expect(introduced(await scan(layerOf(stored), layerOf(link)))).toEqual({ 'a 1.0.0': 1 })
    const gone = await scan(layerOf(stored, link), layerOf({ name: '.wh.store' }))
    expect(introduced(gone)).toEqual({ 'a 1.0.0': 0 })
  })

  test('a second name of a package is no second package, but keeps it when the first is deleted', async () => {
    const layers = [
      layerOf(installed('a', '1.0.0'), {
        name: 'other/node_modules/a/package.json',
        type: '1',
        link: 'app/node_modules/a/package.json',
      }),
      layerOf({ name: '.wh.app' }),
    ]
    expect((await scan(...layers.slice(0, 1))).packages[0]?.locations).toHaveLength(1)
    const report = await scan(...layers)
    expect(report.packages[0]?.locations.map((location) => location.path)).toEqual([
      '/other/node_modules/a/package.json',
    ])
  })

  test('directories that are symbolic links of a lower layer', async () => {
    const report = await scan(
      layerOf({ name: 'srv/node_modules/x', content: '' }, { name: 'app', type: '2', link: 'srv' }),
      layerOf(installed('a', '1.0.0')),
      layerOf({ name: 'srv/node_modules/.wh.a' }, installed('b', '1.0.0')),
    )
    expect(introduced(report)).toEqual({ 'b 1.0.0': 2 })
    expect(report.packages[0]?.locations[0]?.path).toBe('/srv/node_modules/b/package.json')
  })

  test('duplicate paths in one layer: the last wins', async () => {
    const report = await scan(layerOf(installed('a', '1.0.0'), installed('a', '2.0.0')))
    expect(introduced(report)).toEqual({ 'a 2.0.0': 0 })
    expect((await scan(layerOf(installed('a', '1.0.0'), { ...installed('a', '1'), type: '5' }))).packages).toEqual([])
  })
})

describe('a file owned by an OS package must not be judged by upstream advisories', () => {
  const metadata: TarMember = {
    name: 'usr/lib/python3/dist-packages/requests-2.28.1.egg-info/PKG-INFO',
    content: 'Name: requests\nVersion: 2.28.1\n',
  }
  const status: TarMember = {
    name: 'var/lib/dpkg/status',
    content:
      'Package: python3-requests\nStatus: install ok installed\nArchitecture: all\nVersion: 2.28.1+dfsg-1\nSource: requests\n',
  }
  const list = (path: string): TarMember => ({
    name: 'var/lib/dpkg/info/python3-requests.list',
    content: `/.\n${path}\n`,
  })
  const owner = async (...layers: Parameters<typeof scanLayers>[1]) =>
    (await scan(...layers)).packages.find((one) => one.type === 'pypi')?.ownedBy

  test('dpkg .list, and its deletion', async () => {
    const base = layerOf(metadata, status, list(`/${metadata.name}`))
    expect(await owner(base)).toEqual({ name: 'python3-requests', type: 'deb' })
    expect(await owner(base, layerOf({ name: 'var/lib/dpkg/info/.wh.python3-requests.list' }))).toBeNull()
  })

  test('paths that were packed before the image merged a directory', async () => {
    const merged: TarMember = { name: 'lib', type: '2', link: 'usr/lib' }
    expect(await owner(layerOf(merged, metadata, list(`/${metadata.name.slice('usr/'.length)}`)))).toEqual({
      name: 'python3-requests',
      type: 'deb',
    })
  })

  test('distroless md5sums', async () => {
    const sums = {
      name: 'var/lib/dpkg/status.d/python3-requests.md5sums',
      content: `${'0'.repeat(32)}  ${metadata.name}\n`,
    }
    expect(await owner(layerOf(metadata, sums))).toEqual({ name: 'python3-requests', type: 'deb' })
  })

  test('apk F:/R:', async () => {
    const database = {
      name: 'lib/apk/db/installed',
      content: `P:py3-requests\nV:2.28.1-r0\nF:usr/lib/python3/dist-packages/requests-2.28.1.egg-info\nR:PKG-INFO\n\n`,
    }
    expect(await owner(layerOf(metadata, database))).toEqual({ name: 'py3-requests', type: 'apk' })
  })

  test('one copy beside it that belongs to nobody is not the vendor’s', async () => {
    const copy = { ...metadata, name: 'opt/venv/requests-2.28.1.egg-info/PKG-INFO' }
    expect(await owner(layerOf(metadata, copy, status, list(`/${metadata.name}`)))).toBeNull()
  })
})

describe('a layer is read once more only where something can come of it', () => {
  const server: TarMember = { name: 'opt/server-1', content: '\0nginx version: nginx/1.22.1\0' }
  const link: TarMember = { name: 'opt/nginx', type: '2', link: 'server-1' }
  async function reads(...members: TarMember[]): Promise<{ report: ImageReport; count: number }> {
    let count = 0
    const report = await scanLayers(join(work, 'layout'), [layerOf(...members)], { onRead: () => count++ })
    return { report, count }
  }

  test('a program under a name that tells nothing, with a link that does', async () => {
    const { report, count } = await reads(server, link)
    expect(introduced(report)).toEqual({ 'nginx 1.22.1': 0 })
    expect(count).toBe(2)
  })

  test('not where it belongs to a package of the operating system, whatever the link is called', async () => {
    const list: TarMember = { name: 'var/lib/dpkg/info/nginx.list', content: `/.\n/${server.name}\n` }
    const { report, count } = await reads(server, link, list)
    expect(report.packages).toEqual([])
    expect(count).toBe(1)
  })

  test('not where the name of the file says that it is no program', async () => {
    const script: TarMember = { name: 'opt/tool.js', content: '#!/usr/bin/env node\n' }
    expect((await reads(script, { name: 'usr/bin/tool', type: '2', link: '/opt/tool.js' })).count).toBe(1)
  })
})

describe('Lockfiles inside an image are not installed packages', () => {
  test('package-lock.json beside node_modules', async () => {
    const lock = {
      name: 'app/package-lock.json',
      content: '{"lockfileVersion":3,"packages":{"node_modules/z":{"version":"9.0.0"}}}',
    }
    expect(introduced(await scan(layerOf(installed('a', '1.0.0'), lock)))).toEqual({ 'a 1.0.0': 0 })
  })
})
