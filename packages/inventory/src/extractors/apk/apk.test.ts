import { expect, test } from 'vitest'
import { readWith } from '../../testing/read-file.ts'
import { extractor } from './index.ts'

function parse(text: string) {
  return readWith(extractor, 'lib/apk/db/installed', text)
}

test('name, version, architecture, origin, licence, and the files it owns', () => {
  const { packages, problems } = parse(
    'C:Q1abc=\nP:libssl1.1\nV:1.1.1g-r0\nA:x86_64\nL:OpenSSL\no:openssl\nF:lib\nR:libssl.so.1.1\na:0:0:755\nZ:Q1def=\n\nP:musl\nV:1.1.24-r2\n\n',
  )
  expect(problems).toEqual([])
  expect(packages).toEqual([
    {
      name: 'libssl1.1',
      version: '1.1.1g-r0',
      type: 'apk',
      architecture: 'x86_64',
      source: { name: 'openssl', version: '1.1.1g-r0' },
      licenses: ['OpenSSL'],
      owns: ['/lib/libssl.so.1.1'],
    },
    {
      name: 'musl',
      version: '1.1.24-r2',
      type: 'apk',
      architecture: null,
      source: { name: 'musl', version: '1.1.24-r2' },
      licenses: [],
      owns: [],
    },
  ])
})

test('a record that is no record costs itself only', () => {
  const { packages, problems } = parse(`P:a\nV:1\n\nV:2\nnonsense\n\nP:c\nV:3\nT:${'x'.repeat(2_000_000)}\n`)
  expect(packages.map((found) => found.name)).toEqual(['a', 'c'])
  expect(problems).toEqual([
    'Line 5 is no field.',
    'A record without usable name and version before line 7.',
    'Line 9 is longer than 1048576 bytes; its end was left aside.',
  ])
})

test('package URL', () => {
  const [found] = parse('P:libssl1.1\nV:1.1.1g-r0\nA:x86_64\n').packages
  expect(found && extractor.purl(found, { id: 'alpine', versionId: '3.11.6', prettyName: null })).toBe(
    'pkg:apk/alpine/libssl1.1@1.1.1g-r0?arch=x86_64&distro=alpine-3.11.6',
  )
})
