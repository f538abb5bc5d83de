import { expect, test } from 'vitest'
import { lockReader, purlIn } from '../../lock-file/testing.ts'
import { extractor } from './index.ts'

const read = lockReader(extractor, 'Cargo.lock')

const PACKAGES = `[[package]]
name = "app"
version = "0.1.0"
dependencies = ["libc"]

[[package]]
name = "libc"
version = "0.2.150"
source = "registry+https://registry.example/index"
checksum = "0"

[[package]]
name = "g"
version = "0.5.0"
source = "git+https://example.com/g?branch=main#0123456789abcdef0123456789abcdef01234567"

[[package]]
name = "s"
version = "1.0.0-rc.1+build"
source = "sparse+https://registry.example/"
`

test.each(['', 'version = 3\n\n', 'version = 4\n\n'])(
  '%j: registries and repositories; the workspace is left out',
  (head) => {
    expect(read(`${head}${PACKAGES}`)).toEqual({
      packages: ['libc 0.2.150', 'g 0.5.0', 's 1.0.0-rc.1+build'],
      problems: [],
    })
  },
)

test('version 1: checksums stand in [metadata]', () => {
  const lock = `[root]\nname = "app"\nversion = "0.1.0"\n\n${PACKAGES}\n[metadata]\n"checksum libc 0.2.150 (registry+x)" = "0"\n`
  expect(read(lock).packages).toHaveLength(3)
})

test('hostile: cut short, wrong kinds, keys of prototypes', () => {
  expect(read(PACKAGES.slice(0, 120)).problems).toEqual(['The lock file is not TOML, or nested too deep.'])
  expect(read('package = { a = 1 }\n')).toEqual({ packages: [], problems: [] })
  expect(read('[[package]]\nname = "a"\nversion = ["1"]\nsource = "x"\n').problems).toEqual([
    'Left out for no usable version: a.',
  ])
  expect(read('[[package]]\n__proto__ = { name = "a", version = "1", source = "x" }\n').packages).toEqual([])
})

test('package URL', () => {
  expect(purlIn(extractor, 'Cargo.lock', '[[package]]\nname = "libc"\nversion = "0.2.150"\nsource = "x"\n')).toBe(
    'pkg:cargo/libc@0.2.150',
  )
})
