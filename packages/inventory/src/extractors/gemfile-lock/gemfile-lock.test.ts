import { expect, test } from 'vitest'
import { lockReader, purlIn } from '../../lock-file/testing.ts'
import { extractor } from './index.ts'

const read = lockReader(extractor, 'Gemfile.lock')

const LOCK = `GIT
  remote: https://example.com/g.git
  revision: 0123456789abcdef0123456789abcdef01234567
  specs:
    g (0.5.0)
      rake (>= 1)

PATH
  remote: .
  specs:
    own (0.1.0)

GEM
  remote: https://registry.example/
  specs:
    actionpack (7.0.4.3)
      rack (~> 2.0, >= 2.2.0)
    nokogiri (1.15.0-x86_64-linux)
      racc (~> 1.4)
    nokogiri (1.15.0)
    pre (2.0.0.rc1)

PLATFORMS
  x86_64-linux

DEPENDENCIES
  rails (= 7.0.4)!

CHECKSUMS
  actionpack (7.0.4.3) sha256=0

BUNDLED WITH
   2.4.10
`

test('gems of registries and repositories; platforms; the project is left out', () => {
  expect(read(LOCK)).toEqual({
    packages: ['g 0.5.0', 'actionpack 7.0.4.3', 'nokogiri 1.15.0', 'pre 2.0.0.rc1'],
    problems: [],
  })
})

test.each([['Gemfile.lock'], ['a/gems.locked'], ['gemfiles/rails_7.gemfile.lock']])('%s', (path) => {
  expect(extractor.wants?.(path)).toBe(true)
})

test('hostile: other files, gems without a version, merge marks, cut short', () => {
  expect(read('nonsense\n').problems).toEqual(['The file is no lock file of bundler.'])
  expect(read('GEM\n  specs:\n    a\n    b (')).toEqual({ packages: [], problems: ['Left out for no version: a, b.'] })
  expect(read('GEM\n  specs:\n<<<<<<< HEAD\n    a (1.0)\n=======\n    a (2.0)\n>>>>>>> x\n')).toEqual({
    packages: ['a 1.0', 'a 2.0'],
    problems: ['The file holds an unresolved merge.'],
  })
})

test('package URL', () => {
  expect(purlIn(extractor, 'Gemfile.lock', 'GEM\n  specs:\n    a_b (1.0)\n')).toBe('pkg:gem/a_b@1.0')
})
