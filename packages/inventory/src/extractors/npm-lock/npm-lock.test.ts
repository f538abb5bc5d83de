import { expect, test } from 'vitest'
import { lockReader, purlIn } from '../../lock-file/testing.ts'
import { extractor } from './index.ts'

const read = lockReader(extractor, 'app/package-lock.json')

test('version 3: places, scopes, nested and bundled packages; the project, workspaces and links are left out', () => {
  const lock = {
    lockfileVersion: 3,
    packages: {
      '': { name: 'app', version: '1.0.0' },
      'node_modules/a': { version: '1.0.0', dev: true },
      'node_modules/@s/b': { version: '2.0.0' },
      'node_modules/a/node_modules/@s/b': { version: '2.1.0', inBundle: true },
      'packages/own': { name: 'own', version: '3.0.0' },
      'packages/own/node_modules/c': { version: '4.0.0-rc.1+build', optional: true },
      'node_modules/own': { resolved: 'packages/own', link: true },
    },
  }
  expect(read(JSON.stringify(lock))).toEqual({
    packages: ['a 1.0.0', '@s/b 2.0.0', '@s/b 2.1.0', 'c 4.0.0-rc.1+build'],
    problems: [],
  })
})

test('npm aliases `npm:` are reported under the real name, in every version of the file', () => {
  const places = { lockfileVersion: 2, packages: { 'node_modules/alias': { name: '@s/real', version: '1.2.3' } } }
  expect(read(JSON.stringify(places)).packages).toEqual(['@s/real 1.2.3'])
  const tree = {
    lockfileVersion: 1,
    dependencies: { alias: { version: 'npm:@s/real@1.2.3' }, x: { version: 'npm:y' } },
  }
  expect(read(JSON.stringify(tree))).toEqual({
    packages: ['@s/real 1.2.3'],
    problems: ['Left out for no version behind its alias: x.'],
  })
})

test('version 1: nested packages, commits of repositories, folders', () => {
  const commit = '0123456789abcdef0123456789abcdef01234567'
  const lock = {
    lockfileVersion: 1,
    dependencies: {
      a: { version: '1.0.0', requires: { b: '^2.0.0' }, dependencies: { b: { version: '2.0.0', bundled: true } } },
      b: { version: '1.9.0' },
      g: { version: `git+ssh://git@example.com/g.git#${commit}`, from: 'g@example/g' },
      h: { version: `github:example/h#${commit}` },
      folder: { version: 'file:../folder' },
      packed: { version: 'file:packed.tgz' },
      web: { version: 'https://example.com/web.tgz' },
    },
  }
  expect(read(JSON.stringify(lock))).toEqual({
    packages: ['a 1.0.0', 'b 2.0.0', 'b 1.9.0', `g ${commit}`, `h ${commit}`],
    problems: ['Left out for an address in place of a version: packed, web.'],
  })
})

test('version 2 says everything twice and is read once', () => {
  const lock = {
    lockfileVersion: 2,
    packages: { 'node_modules/a': { version: '1.0.0' } },
    dependencies: { a: { version: '1.0.0' }, z: { version: '9' } },
  }
  expect(read(JSON.stringify(lock))).toEqual({ packages: ['a 1.0.0'], problems: [] })
})

test('a package without a version of its own is a problem, or known by its commit', () => {
  const lock = {
    lockfileVersion: 3,
    packages: {
      'node_modules/a': {},
      'node_modules/b': { version: 7 },
      'node_modules/c': null,
      'node_modules/d': { resolved: 'git+https://x/d#0123456789abcdef0123456789abcdef01234567' },
    },
  }
  expect(read(JSON.stringify(lock))).toEqual({
    packages: ['d 0123456789abcdef0123456789abcdef01234567'],
    problems: ['Left out for no version: a, c.', 'Left out for no usable version: b.'],
  })
})

test('hostile: deep, cut short, of other kinds, with keys that would change prototypes', () => {
  expect(read('{"dependencies":'.repeat(100_000)).problems).toEqual(['The lock file is nested deeper than 200 levels.'])
  expect(read('{"lockfileVersion":3,"packages":{"node_modules/a":{"vers').problems).toEqual([
    'The lock file is not JSON.',
  ])
  expect(read('[]').problems).toEqual(['The file is no lock file of npm.'])
  const proto =
    '{"lockfileVersion":3,"packages":{"__proto__":{"version":"1"},"node_modules/__proto__":{"version":"1","__proto__":{"link":true}},"node_modules/constructor":{"version":"1.0.0"}}}'
  expect(read(proto).packages).toEqual(['__proto__ 1', 'constructor 1.0.0'])
  // as npm does, the last of equal keys counts
  const twice = '{"packages":{"node_modules/a":{"version":"1.0.0"},"node_modules/a":{"version":"2.0.0"}}}'
  expect(read(twice).packages).toEqual(['a 2.0.0'])
})

test('files inside node_modules belong to others', () => {
  expect(extractor.wants?.('app/npm-shrinkwrap.json')).toBe(true)
  expect(extractor.wants?.('app/node_modules/a/npm-shrinkwrap.json')).toBe(false)
})

test('package URL', () => {
  const lock = (place: string) => JSON.stringify({ packages: { [place]: { version: '1.0.0+b' } } })
  expect(purlIn(extractor, 'package-lock.json', lock('node_modules/@s/b'))).toBe('pkg:npm/%40s/b@1.0.0%2Bb')
  expect(purlIn(extractor, 'package-lock.json', lock('node_modules/b'))).toBe('pkg:npm/b@1.0.0%2Bb')
})
