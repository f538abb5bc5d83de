import { expect, test } from 'vitest'
import { lockReader, purlIn } from '../../lock-file/testing.ts'
import { extractor } from './index.ts'

const read = lockReader(extractor, 'pylock.toml')

test('packages with and without a version of their own', () => {
  const lock = `lock-version = '1.0'
created-by = 'some-installer'

[[packages]]
name = 'attrs'
version = '25.1.0'
[[packages.wheels]]
name = 'attrs-25.1.0-py3-none-any.whl'
url = 'https://example.com/attrs-25.1.0-py3-none-any.whl'

[[packages]]
name = 'g'
[packages.vcs]
type = 'git'
url = 'https://example.com/g.git'
commit-id = '0123456789abcdef0123456789abcdef01234567'

[[packages]]
name = 'own'
directory = { path = '.' }

[[packages]]
name = 'open'
`
  expect(read(lock)).toEqual({
    packages: ['attrs 25.1.0', 'g 0123456789abcdef0123456789abcdef01234567'],
    problems: ['Left out for no version: open.'],
  })
})

test('its names, and hostile content', () => {
  expect(
    ['pylock.toml', 'app/pylock.dev.toml', 'my-pylock.toml', 'pylock.a.b.toml'].map((path) => extractor.wants?.(path)),
  ).toEqual([true, true, false, false])
  expect(read('packages = 1\n').problems).toEqual(['The file has no lock-version.'])
  expect(read('packages = [').problems).toEqual(['The lock file is not TOML, or nested too deep.'])
})

test('package URL', () => {
  expect(purlIn(extractor, 'pylock.toml', '[[packages]]\nname = "a"\nversion = "1.0"\n')).toBe('pkg:pypi/a@1.0')
})
