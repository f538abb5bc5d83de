import { expect, test } from 'vitest'
import { readWith } from '../../testing/read-file.ts'
import { extractor } from './index.ts'

function parse(text: string, path = 'var/lib/dpkg/status') {
  return readWith(extractor, path, text)
}

const paragraph = (name: string, rest: string) => `Package: ${name}\nStatus: install ok installed\n${rest}\n`

test('names, versions with an epoch, architecture, continued fields', () => {
  const { packages, problems } = parse(
    paragraph(
      'bsdutils',
      'Architecture: amd64\nSource: util-linux (2.36.1-8)\nVersion: 1:2.36.1-8\nDescription: tools\n Package: not-this\n .\n more',
    ),
  )
  expect(problems).toEqual([])
  expect(packages).toEqual([
    {
      name: 'bsdutils',
      version: '1:2.36.1-8',
      type: 'deb',
      architecture: 'amd64',
      source: { name: 'util-linux', version: '2.36.1-8' },
      licenses: [],
    },
  ])
})

test.each([
  ['Source: glibc', { name: 'glibc', version: '2.31-13+b1' }],
  ['Source: glibc (2.31-13)', { name: 'glibc', version: '2.31-13' }],
  ['Section: libs', { name: 'libc6', version: '2.31-13+b1' }],
])('%s', (line, source) => {
  expect(parse(paragraph('libc6', `Version: 2.31-13+b1\n${line}`)).packages[0]?.source).toEqual(source)
})

test.each([
  ['install ok installed', 1],
  ['hold ok installed', 1],
  ['deinstall ok config-files', 0],
  ['purge ok not-installed', 0],
  ['install ok half-configured', 0],
  ['install reinstreq half-installed', 0],
])('Status: %s', (status, count) => {
  const { packages, problems } = parse(`Package: a\nStatus: ${status}\nVersion: 1\n`)
  expect(packages).toHaveLength(count)
  // what may lie there in part is told
  expect(problems).toHaveLength(status.includes('half') ? 1 : 0)
})

test('status-old must be ignored, and so must be what tools leave beside the database', () => {
  const wanted = (path: string) =>
    extractor.files.includes(path) || extractor.directories.includes(path.replace(/\/[^/]+$/, ''))
  expect(wanted('var/lib/dpkg/status')).toBe(true)
  expect(wanted('var/lib/dpkg/status.d/base')).toBe(true)
  for (const other of ['status-old', 'available', 'status.dpkg-new', 'updates/0001'])
    expect(wanted(`var/lib/dpkg/${other}`), other).toBe(false)
})

test('files of status.d need no Status, and their lists of checksums are not read', () => {
  expect(parse('Package: tzdata\nVersion: 2024a-0\n', 'var/lib/dpkg/status.d/tzdata').packages).toHaveLength(1)
  const sums = parse('d41d8cd98f00b204e9800998ecf8427e  usr/share/x\nnoise\n', 'var/lib/dpkg/status.d/tzdata.md5sums')
  expect(sums).toEqual({ packages: [], problems: [], owns: ['/usr/share/x'], owner: { name: 'tzdata', type: 'deb' } })
})

test('damage costs its own paragraph and is told with its line', () => {
  const text = `${paragraph('a', 'Version: 1')}\n${paragraph('b', 'no version here')}\n${paragraph('c', `Version: 3\nDescription: ${'x'.repeat(2_000_000)}`)}`
  const { packages, problems } = parse(text)
  expect(packages.map((found) => found.name)).toEqual(['a', 'c'])
  expect(problems).toEqual([
    'Line 7 is no field.',
    'A paragraph without usable Package and Version (b) before line 9.',
    'Line 12 is longer than 1048576 bytes; its end was left aside.',
  ])
})

test('Windows line ends are no part of a value', () => {
  expect(parse('Package: a\r\nStatus: install ok installed\r\nVersion: 1\r\n\r\n').packages[0]?.version).toBe('1')
})

test('files of a package, whatever else is in its list', () => {
  const path = 'var/lib/dpkg/info/libc6:amd64.list'
  expect(extractor.wants?.(path)).toBe(true)
  expect(extractor.wants?.('var/lib/dpkg/info/libc6.md5sums')).toBe(false)
  const { owns, owner } = parse(`/.\n/lib\n/lib/x86_64-linux-gnu/libc.so.6\nx\n${'/'.repeat(2_000_000)}\n`, path)
  expect(owns).toEqual(['/.', '/lib', '/lib/x86_64-linux-gnu/libc.so.6'])
  expect(owner).toEqual({ name: 'libc6', type: 'deb' })
})

test('package URL', () => {
  const [found] = parse(paragraph('libstdc++6', 'Architecture: amd64\nVersion: 1:10.2~rc1-6+b1')).packages
  const os = { id: 'debian', versionId: '11', prettyName: null }
  expect(found && extractor.purl(found, os)).toBe(
    'pkg:deb/debian/libstdc%2B%2B6@1:10.2~rc1-6%2Bb1?arch=amd64&distro=debian-11',
  )
  expect(found && extractor.purl(found, null)).toBe('pkg:deb/debian/libstdc%2B%2B6@1:10.2~rc1-6%2Bb1?arch=amd64')
})
