import { expect, test } from 'vitest'
import { lockReader, purlIn } from '../../lock-file/testing.ts'
import { extractor } from './index.ts'

const read = lockReader(extractor, 'Package.resolved')

const state = { revision: '0123456789abcdef0123456789abcdef01234567', version: '2.57.0' }

test('version 1', () => {
  const pins = [
    {
      package: 'swift-nio',
      repositoryURL: 'https://github.com/apple/swift-nio.git',
      state: { branch: null, ...state },
    },
  ]
  expect(read(JSON.stringify({ object: { pins }, version: 1 }))).toEqual({
    packages: ['github.com/apple/swift-nio 2.57.0'],
    problems: [],
  })
})

test.each([2, 3])('version %i: addresses of all kinds; branches by their commit; folders left out', (version) => {
  const pins = [
    { identity: 'a', kind: 'remoteSourceControl', location: 'git@GitHub.com:apple/a.git', state },
    {
      identity: 'b',
      kind: 'remoteSourceControl',
      location: 'ssh://git@example.com:22/group/sub/b',
      state: { revision: state.revision, branch: 'main' },
    },
    { identity: 'c', kind: 'localSourceControl', location: '/home/x/c', state },
    { identity: 'd.d', kind: 'registry', location: '', state: { version: '1.0.0' } },
    { identity: 'e', kind: 'remoteSourceControl', location: 'nonsense', state },
  ]
  expect(read(JSON.stringify({ pins, version }))).toEqual({
    packages: ['github.com/apple/a 2.57.0', `example.com/group/sub/b ${state.revision}`],
    problems: [
      'Left out for an identity of a registry in place of an address: d.d.',
      'Left out for an address that names no host: e.',
    ],
  })
})

test('hostile: other documents, wrong kinds, keys of prototypes', () => {
  expect(read('{"pins":{}}').problems).toEqual(['The file is no Package.resolved.'])
  expect(
    read(
      '{"pins":[1,{"location":"https://x/y/z"},{"location":"https://x/y/z","__proto__":{"state":{"version":"1"}}}]}',
    ),
  ).toEqual({
    packages: [],
    problems: ['Left out for an address that names no host: a package.', 'Left out for no version: x/y/z, x/y/z.'],
  })
  expect(read('{"pins":[').problems).toEqual(['The lock file is not JSON.'])
})

test('package URL', () => {
  const pins = [{ identity: 'a', location: 'https://github.com/apple/swift-nio', state }]
  expect(purlIn(extractor, 'Package.resolved', JSON.stringify({ pins }))).toBe(
    'pkg:swift/github.com/apple/swift-nio@2.57.0',
  )
})
