import { expect, test } from 'vitest'
import { lockReader, purlIn } from '../../lock-file/testing.ts'
import { extractor } from './index.ts'

const read = lockReader(extractor, 'pdm.lock')

test('packages, one for each name and version; folders are left out', () => {
  const lock = `[metadata]
lock_version = "4.5.0"
content_hash = "sha256:0"

[[package]]
name = "pytest"
version = "7.4.0"
requires_python = ">=3.7"
groups = ["dev"]

[[package]]
name = "pytest"
version = "7.4.0"
extras = ["testing"]

[[package]]
name = "g"
git = "https://example.com/g.git"
revision = "0123456789abcdef0123456789abcdef01234567"

[[package]]
name = "own"
version = "0.1.0"
editable = true
path = "./own"
`
  expect(read(lock)).toEqual({ packages: ['pytest 7.4.0', 'g 0123456789abcdef0123456789abcdef01234567'], problems: [] })
})

test('hostile: cut short, wrong kinds', () => {
  expect(read('[[package]]\nname = "a').problems).toEqual(['The lock file is not TOML, or nested too deep.'])
  expect(read('[[package]]\nname = "a"\nversion = 1.0\n').problems).toEqual(['Left out for no usable version: a.'])
})

test('package URL', () => {
  expect(purlIn(extractor, 'pdm.lock', '[[package]]\nname = "a_b"\nversion = "1.0"\n')).toBe('pkg:pypi/a-b@1.0')
})
