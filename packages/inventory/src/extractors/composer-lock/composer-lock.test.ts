import { expect, test } from 'vitest'
import { lockReader, purlIn } from '../../lock-file/testing.ts'
import { extractor } from './index.ts'

const read = lockReader(extractor, 'composer.lock')

test('both groups, versions as written; folders are left out', () => {
  const lock = {
    packages: [
      { name: 'Symfony/console', version: 'v6.3.0', dist: { type: 'zip' } },
      { name: 'x/dated', version: 20190220 },
      { name: 'x/dev', version: 'dev-main', source: { type: 'git', reference: '0' } },
      { name: 'own/module', version: '1.0.0', dist: { type: 'path', url: './module' } },
    ],
    'packages-dev': [{ name: 'phpunit/phpunit', version: '10.1.0' }],
    aliases: [],
  }
  expect(read(JSON.stringify(lock))).toEqual({
    packages: ['Symfony/console v6.3.0', 'x/dated 20190220', 'x/dev dev-main', 'phpunit/phpunit 10.1.0'],
    problems: [],
  })
})

test('hostile: other documents, wrong kinds, keys of prototypes', () => {
  expect(read('{}').problems).toEqual(['The file is no lock file of composer.'])
  expect(read('{"packages":[1,null,{"name":"a/a"},{"__proto__":{"name":"b/b","version":"1"}}]}')).toEqual({
    packages: [],
    problems: ['An entry has no usable name.', 'Left out for no version: a/a.'],
  })
  expect(read('{"packages":[').problems).toEqual(['The lock file is not JSON.'])
})

test('package URL: vendor and name in small letters', () => {
  expect(purlIn(extractor, 'composer.lock', '{"packages":[{"name":"Symfony/Console","version":"v6.3.0"}]}')).toBe(
    'pkg:composer/symfony/console@v6.3.0',
  )
})
