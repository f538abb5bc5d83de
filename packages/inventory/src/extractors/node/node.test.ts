import { describe, expect, test } from 'vitest'
import { readWith } from '../../testing/read-file.ts'
import { extractor } from './index.ts'

const manifest = (fields: object) => JSON.stringify({ name: 'left-pad', version: '1.3.0', ...fields })

function found(fields: object, path = 'app/node_modules/left-pad/package.json') {
  return readWith(extractor, path, manifest(fields)).packages[0]
}

describe('node_modules/**/package.json: test and fixture copies are ignored', () => {
  test.each([
    ['app/node_modules/a/package.json', true],
    ['node_modules/@scope/a/package.json', true],
    ['app/node_modules/a/node_modules/b/package.json', true],
    ['app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json', true],
    ['app/node_modules/tests/package.json', true],
    ['usr/share/nodejs/@babel/core/package.json', true],
    ['usr/local/lib/node_modules/npm/package.json', true],
    ['opt/yarn-v1.22.22/package.json', true],
    ['app/package.json', false],
    ['node_modules/package.json', false],
    ['app/node_modules/a/lib/package.json', false],
    ['app/node_modules/@scope/package.json', false],
    ['app/node_modules/.bin/package.json', false],
    ['app/node_modules/resolve/test/resolver/node_modules/x/package.json', false],
    ['app/node_modules/a/fixtures/node_modules/@x/y/package.json', false],
    ['app/node_modules/a/b-1.0/package.json', false],
    ['app/node_modules/a/package.json/x', false],
  ])('%s: %s', (path, wanted) => expect(extractor.wants?.(path)).toBe(wanted))
})

test('name, version and licence, in every form there has been', () => {
  expect(found({ license: 'MIT' })).toEqual({
    name: 'left-pad',
    version: '1.3.0',
    type: 'npm',
    architecture: null,
    source: null,
    licenses: ['MIT'],
  })
  expect(found({ license: { type: 'BSD-3-Clause', url: 'x' } })?.licenses).toEqual(['BSD-3-Clause'])
  expect(found({ licenses: [{ type: 'MIT' }, 'WTFPL', 7] })?.licenses).toEqual(['MIT', 'WTFPL'])
  expect(found({ version: 'v2.0.0' })?.version).toBe('2.0.0')
})

test('npm aliases `npm:` are the package they stand for', () => {
  expect(found({ name: 'right-pad' }, 'app/node_modules/my-alias/package.json')?.name).toBe('right-pad')
})

test('a package that tells no version is told, code of the project is not', () => {
  const problems = (fields: object) => readWith(extractor, 'app/node_modules/a/package.json', manifest(fields)).problems
  expect(problems({ version: undefined })).toEqual(['The manifest of a package has no usable version.'])
  expect(problems({ version: undefined, private: true })).toEqual([])
})

test('a byte order mark, and markers that are no packages', () => {
  expect(readWith(extractor, 'node_modules/a/package.json', `\ufeff${manifest({})}`).packages).toHaveLength(1)
  expect(readWith(extractor, 'node_modules/a/package.json', '{"type":"module"}')).toEqual({
    packages: [],
    problems: [],
  })
  expect(readWith(extractor, 'node_modules/a/package.json', '[]').packages).toEqual([])
})

test('a directory named after another release than it holds says nothing', () => {
  const yarn = manifest({ name: 'yarn', version: '1.22.22' })
  expect(readWith(extractor, 'opt/yarn-v1.22.22/package.json', yarn).packages).toHaveLength(1)
  expect(readWith(extractor, 'opt/yarn-v1.22.21/package.json', yarn).packages).toEqual([])
})

test.each([
  ['no JSON', '{"name": "a"', 'The file is not JSON.'],
  ['depth', `${'['.repeat(300)}${']'.repeat(300)}`, 'The file is nested deeper than 200 levels.'],
])('hostile: %s', (_, text, problem) => {
  expect(readWith(extractor, 'node_modules/a/package.json', text)).toEqual({ packages: [], problems: [problem] })
})

test('hostile: names of other kinds, blanks and control characters, __proto__', () => {
  for (const name of [7, null, {}, '', 'a b', 'a\u0000b', 'x'.repeat(600)]) expect(found({ name })).toBeUndefined()
  const text = '{"__proto__": {"name": "a", "version": "1"}}'
  expect(readWith(extractor, 'node_modules/a/package.json', text).packages).toEqual([])
})

test('package URL', () => {
  const scoped = found({ name: '@scope/a' })
  expect(scoped && extractor.purl(scoped, null)).toBe('pkg:npm/%40scope/a@1.3.0')
})
