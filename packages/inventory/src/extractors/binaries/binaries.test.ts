import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { basename } from 'node:path'
import { defaultLimits } from '@yagura/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readWith } from '../../testing/read-file.ts'
import { extractor } from './index.ts'
import { products } from './products.ts'

function read(file: string, bytes: Buffer | string, partBytes?: number): string[] {
  const path = `opt/app/${file}`
  if (!extractor.wants?.(path)) return []
  const content = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes
  const { packages, problems } = readWith(extractor, path, content, defaultLimits, partBytes)
  expect(problems).toEqual([])
  return packages.map((found) => `${found.name} ${found.version}`)
}

test('at least 40 products', () => {
  expect(new Set(products.map((product) => product.name)).size).toBeGreaterThanOrEqual(60)
})

describe.each(products.map((product) => [product.name, product] as const))('%s', (name, product) => {
  const [file, text, version] = product.example
  const isText = /^(?:OTP_VERSION|VERSION|release)$/.test(file)
  const noise = isText ? '' : '\x7fELF\x02\x01\0some other text 9.9.9 and 1.1\0'.repeat(50)

  test('is found by its version, wherever the parts of the file end', () => {
    for (const partBytes of [64 * 1024, 200, 37, 1])
      expect(read(file, `${noise}${text}${noise}`, partBytes)).toContain(`${name} ${version}`)
    expect(read(file, text)).toContain(`${name} ${version}`)
  })

  test('is not found in a file of another name, nor where there is no version', () => {
    expect(read('my-application', text)).toEqual([])
    const blank = text.replaceAll(/\d/g, '%s')
    expect(read(file, `${noise}${blank}${noise}`)).toEqual([])
    expect(read(file, noise)).toEqual([])
  })

  test('marks are shorter than what is kept of the file', () => {
    for (const mark of product.marks) expect(mark.near.length).toBeLessThanOrEqual(96)
  })
})

test('a mark that stands at every byte does not make it slow or wrong', () => {
  const everywhere = 'nginx/'.repeat(300_000)
  expect(read('nginx', everywhere)).toEqual([])
  expect(read('redis-server', '\x007.'.repeat(300_000))).toEqual([])
})

test('any bytes: nothing but versions come out', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...products),
      fc.uint8Array({ maxLength: 2000 }),
      fc.nat(2000),
      fc.integer({ min: 1, max: 700 }),
      ({ example: [file, text] }, bytes, at, partBytes) => {
        const content = Buffer.concat([bytes.subarray(0, at), Buffer.from(text, 'latin1'), bytes.subarray(at)])
        for (const found of read(file, content, partBytes)) expect(found).toMatch(/^[a-z\d-]+ \d[\w.+~-]*$/)
      },
    ),
  )
})

test('package URL', () => {
  const found = { name: 'nginx', version: '1.22.1', type: 'generic', architecture: null, source: null, licenses: [] }
  expect(extractor.purl(found, null)).toBe('pkg:generic/nginx@1.22.1')
})

/** Programs of the machine that say themselves which version they are. */
const SQLITE = '/usr/lib/x86_64-linux-gnu/libsqlite3.so.0'
const INSTALLED: readonly (readonly [string, string, readonly string[], RegExp])[] = [
  ['bash', '/bin/bash', ['--version'], /version (\d+\.\d+\.\d+)/],
  ['perl', '/usr/bin/perl', ['-e', 'print $^V'], /v([\d.]+)/],
  ['curl', '/usr/bin/curl', ['--version'], /curl ([\d.]+)/],
  ['gzip', '/usr/bin/gzip', ['--version'], /gzip ([\d.]+)/],
  ['xz', '/usr/bin/xz', ['--version'], /Utils\) ([\d.]+)/],
  ['git', '/usr/bin/git', ['--version'], /version ([\d.]+)/],
  ['sqlite', '/usr/bin/sqlite3', ['--version'], /^([\d.]+)/],
  ['node', process.execPath, ['--version'], /v([\d.]+)/],
  ['openssh', '/usr/bin/ssh', ['-V'], /OpenSSH_([\d.p]+)/],
  ['postgresql', '/usr/lib/postgresql/15/bin/postgres', ['--version'], /([\d.]+)/],
  ['python', '/usr/bin/python3.11', ['--version'], /([\d.]+)/],
]
const present = INSTALLED.filter(([, path]) => existsSync(path))
if (present.length < 5)
  throw new Error('fewer than five known programs are installed: install git, curl, xz-utils, perl')

test.each(present)('%s of this machine says the same itself', (name, path, args, pattern) => {
  const library = name === 'sqlite' ? SQLITE : path
  const child = spawnSync(path, [...args], { encoding: 'utf8', timeout: 20_000 })
  const version = pattern.exec(`${child.stdout}${child.stderr}`)?.[1]
  expect(read(basename(library), readFileSync(realpathSync(library)))).toContain(`${name} ${version}`)
})
