import { expect, test } from 'vitest'
import { lockReader, purlIn } from '../../lock-file/testing.ts'
import { extractor } from './index.ts'

const read = lockReader(extractor, 'pnpm-lock.yaml')

test.each([
  ['5.4', '/@s/a/1.2.0', '@s/a 1.2.0'],
  ['5.4', '/a/1.2.0', 'a 1.2.0'],
  ['5.4', '/a/1.2.0_@s+peer@4.5.6+x@1.0.0', 'a 1.2.0'],
  ['5.3', '/a/1.2.0-rc.1+build', 'a 1.2.0-rc.1+build'],
  ['5.4', 'registry.example.com/a/1.2.0', 'a 1.2.0'],
  ['6.0', '/@s/a@1.2.0', '@s/a 1.2.0'],
  ['6.0', '/a@1.2.0(@s/peer@4.5.6(deep@1.0.0))(other@2.0.0)', 'a 1.2.0'],
  ['6.1', 'registry.example.com/@s/a@1.2.0', '@s/a 1.2.0'],
  ['9.0', '@s/a@1.2.0', '@s/a 1.2.0'],
  ['9.0', 'a@1.2.0(peer@4.5.6)', 'a 1.2.0'],
])('pnpm v5/v6/v9 keys: %s %s', (version, key, expected) => {
  const lock = `lockfileVersion: '${version}'\n\npackages:\n\n  '${key}':\n    resolution: {integrity: sha512-x==}\n    dev: true\n`
  expect(read(lock)).toEqual({ packages: [expected], problems: [] })
})

test('repositories and packed files name themselves; folders are left out', () => {
  const lock = `lockfileVersion: '9.0'
packages:
  'a@https://codeload.example.com/x/a/tar.gz/0123456789abcdef':
    resolution: {tarball: 'https://codeload.example.com/x/a/tar.gz/0123456789abcdef'}
    version: 1.10
  b@file:../b:
    resolution: {directory: ../b, type: directory}
  c@git+https://example.com/c.git#abc:
    resolution: {commit: 0123456789abcdef0123456789abcdef01234567, repo: https://example.com/c.git, type: git}
  d@https://example.com/d.tgz:
    resolution: {tarball: https://example.com/d.tgz}
snapshots:
  e@1.0.0: {}
`
  expect(read(lock)).toEqual({
    packages: ['a 1.10', 'c 0123456789abcdef0123456789abcdef01234567'],
    problems: ['Left out for no version: d.'],
  })
  const six = `lockfileVersion: '6.0'\npackages:\n  github.com/x/y/0123456789abcdef:\n    resolution: {tarball: https://x}\n    name: y\n    version: 2.0.0\n    dev: false\n  file:../b:\n    resolution: {directory: ../b, type: directory}\n    name: b\n`
  expect(read(six)).toEqual({ packages: ['y 2.0.0'], problems: [] })
})

test('two documents: what pnpm itself needs stands before the project', () => {
  const lock =
    "---\nlockfileVersion: '9.0'\npackages:\n  pnpm@11.0.0:\n    resolution: {integrity: x}\n---\nlockfileVersion: '9.0'\npackages:\n  a@1.0.0:\n    resolution: {integrity: x}\n"
  expect(read(lock).packages).toEqual(['pnpm 11.0.0', 'a 1.0.0'])
})

test('hostile: unknown version, merge marks, wrong kinds', () => {
  expect(read('lockfileVersion: 12.0\npackages: {}\n').problems).toEqual([
    'The file has no known version of the lock file of pnpm.',
  ])
  expect(read('<<<<<<< HEAD\nlockfileVersion: 9.0\n=======\n').problems).toHaveLength(1)
  expect(read("lockfileVersion: '9.0'\npackages:\n  - a\n  - b\n")).toEqual({ packages: [], problems: [] })
  expect(
    read("lockfileVersion: '9.0'\npackages:\n  __proto__@1.0.0: null\n  __proto__:\n    version: 1\n").packages,
  ).toEqual(['__proto__ 1.0.0'])
})

test('package URL', () => {
  const lock = "lockfileVersion: '9.0'\npackages:\n  '@s/a@1.2.0': {}\n"
  expect(purlIn(extractor, 'pnpm-lock.yaml', lock)).toBe('pkg:npm/%40s/a@1.2.0')
})
