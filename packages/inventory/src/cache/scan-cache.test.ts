import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { introduced, layerOf, scanLayers } from '../testing/scan-layers.ts'
import { openScanCache } from './scan-cache.ts'

let work = ''
let folder = ''
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'yagura-cache-'))
  folder = join(work, 'cache')
})
afterEach(() => rmSync(work, { recursive: true }))

const onlyFile = () => join(folder, readdirSync(folder)[0] ?? '')

describe('one result', () => {
  test('what was put comes back, for its key alone, and only its user can read it', () => {
    const cache = openScanCache(folder)
    cache.put('a', { x: ['櫓', 1] })
    expect(openScanCache(folder).get('a')).toEqual({ x: ['櫓', 1] })
    expect(cache.get('b')).toBeUndefined()
    expect(statSync(onlyFile()).mode & 0o777).toBe(0o600)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    cache.put('a', 'newer')
    expect(cache.get('a')).toBe('newer')
  })

  test.each<[string, (path: string) => void]>([
    [
      'one byte changed',
      (path) =>
        writeFileSync(
          path,
          readFileSync(path).map((byte, at) => (at === 40 ? byte ^ 1 : byte)),
        ),
    ],
    ['cut short', (path) => truncateSync(path, 50)],
    ['empty', (path) => truncateSync(path, 0)],
    ['noise', (path) => writeFileSync(path, randomBytes(100))],
    [
      'a link to another',
      (path) => {
        renameSync(path, `${path}.moved`)
        symlinkSync(`${path}.moved`, path)
      },
    ],
  ])('damaged: %s is as if it were not there', (_, damage) => {
    const cache = openScanCache(folder)
    cache.put('a', { x: 'y'.repeat(200) })
    damage(onlyFile())
    expect(cache.get('a')).toBeUndefined()
  })

  test('a result under the name of another is not taken for it', () => {
    const cache = openScanCache(folder)
    cache.put('a', 'of a')
    const ofA = onlyFile()
    const bytes = readFileSync(ofA)
    rmSync(ofA)
    cache.put('b', 'of b')
    writeFileSync(onlyFile(), bytes)
    expect(cache.get('b')).toBeUndefined()
  })

  test('a place that cannot be written is no failure', () => {
    writeFileSync(join(work, 'file'), '')
    const cache = openScanCache(join(work, 'file', 'cache'))
    cache.put('a', 1)
    expect(cache.get('a')).toBeUndefined()
  })
})

test('the least recently used goes first, and what is too large is not kept', () => {
  const cache = openScanCache(folder, { maxBytes: 10_000 })
  const noise = () => randomBytes(1500).toString('hex')
  for (const [at, key] of ['a', 'b', 'c'].entries()) {
    const before = new Set(at === 0 ? [] : readdirSync(folder))
    cache.put(key, noise())
    const added = readdirSync(folder).find((name) => !before.has(name)) ?? ''
    utimesSync(join(folder, added), at + 1, at + 1)
  }
  expect(cache.get('a')).toBeDefined()
  for (const key of ['d', 'e', 'f', 'g']) cache.put(key, noise())
  expect(cache.get('b')).toBeUndefined()
  expect(cache.get('g')).toBeDefined()
  const total = () => readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
  expect(total()).toBeLessThanOrEqual(10_000)
  cache.put('large', randomBytes(20_000).toString('hex'))
  expect(cache.get('large')).toBeUndefined()
  expect(total()).toBeLessThanOrEqual(10_000)
})

describe('scans', () => {
  const manifest = (name: string) => ({
    name: `app/node_modules/${name}/package.json`,
    content: JSON.stringify({ name, version: '1.0.0' }),
  })
  const status = { name: 'var/lib/dpkg/status', content: 'Package: bash\nStatus: install ok installed\nVersion: 5\n' }
  const base = layerOf(status, { name: 'etc/os-release', content: 'ID=debian\nVERSION_ID=12\n' }, manifest('a'), {
    name: 'lib',
    type: '2',
    link: 'usr/lib',
  })
  const upper = layerOf(
    manifest('b'),
    { name: 'app/node_modules/.wh.a' },
    { name: 'lib/node_modules/c/package.json', content: '{"name":"c","version":"1"}' },
  )
  const broken = layerOf({ name: 'app/node_modules/d/package.json', content: '{' })

  test('a second scan of a known image reads no layer, and says the same', async () => {
    const cache = openScanCache(folder)
    let read = 0
    const scan = (layers: Parameters<typeof scanLayers>[1], withCache = true) =>
      scanLayers(join(work, 'layout'), layers, { onRead: () => read++, ...(withCache ? { cache } : {}) })
    const without = await scan([base, upper, broken], false)
    expect(introduced(without)).toEqual({ 'bash 5': 0, 'b 1.0.0': 1, 'c 1': 1 })
    read = 0
    expect(await scan([base, upper, broken])).toEqual(without)
    expect(read).toBe(3)
    expect(await scan([base, upper, broken])).toEqual(without)
    expect(read).toBe(3)
  })

  test('a layer that several images share is read once', async () => {
    const cache = openScanCache(folder)
    let read = 0
    const options = { cache, onRead: () => read++ }
    await scanLayers(join(work, 'one'), [base, upper], options)
    const shared = await scanLayers(join(work, 'two'), [base, broken], options)
    expect(read).toBe(3)
    expect(shared).toEqual(await scanLayers(join(work, 'two'), [base, broken]))
    // all layers are known, the image is not
    const mixed = await scanLayers(join(work, 'three'), [upper, broken, base], options)
    expect(read).toBe(3)
    expect(mixed).toEqual(await scanLayers(join(work, 'three'), [upper, broken, base]))
  })

  test('secrets and mistakes are the same from the cache, and asked for apart', async () => {
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${'MIIEowIBAAKCAQEA7Zq3'.repeat(20)}\n-----END RSA PRIVATE KEY-----\n`
    const layers = [base, layerOf({ name: 'root/key.pem', content: key })]
    const cache = openScanCache(folder)
    let read = 0
    const scan = (options: Parameters<typeof scanLayers>[2]) =>
      scanLayers(join(work, 'layout'), layers, { onRead: () => read++, ...options })
    const inspect = ['secrets', 'mistakes'] as const
    const without = await scan({ inspect })
    expect(without.secrets?.length).toBeGreaterThan(0)
    expect(await scan({ cache, inspect })).toEqual(without)
    read = 0
    expect(await scan({ cache, inspect })).toEqual(without)
    expect(read).toBe(0)
    expect((await scan({ cache })).secrets).toBeUndefined()
  })

  test('other limits are another question', async () => {
    const cache = openScanCache(folder)
    const path = join(work, 'layout')
    const small = await scanLayers(path, [base], { cache, limits: { fileBytes: 10 } })
    expect(small.coverageGaps.map((gap) => gap.code)).toContain('LIMIT_REACHED')
    expect((await scanLayers(path, [base], { cache })).coverageGaps).toEqual([])
  })

  test('what a limit stopped is looked at again', async () => {
    const cache = openScanCache(folder)
    let read = 0
    const options = { cache, onRead: () => read++, limits: { layerBytes: 1024 } }
    const stopped = await scanLayers(join(work, 'layout'), [base], options)
    expect(stopped.coverageGaps.map((gap) => gap.code)).toEqual(['LIMIT_REACHED'])
    await scanLayers(join(work, 'layout'), [base], options)
    expect(read).toBe(2)
  })

  test('an unreadable cache changes nothing', async () => {
    const cache = openScanCache(folder)
    const first = await scanLayers(join(work, 'layout'), [base], { cache })
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), 'noise')
    chmodSync(folder, 0o700)
    expect(await scanLayers(join(work, 'layout'), [base], { cache })).toEqual(first)
  })
})
