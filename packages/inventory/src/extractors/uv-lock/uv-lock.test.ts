import { expect, test } from 'vitest'
import { lockReader, purlIn } from '../../lock-file/testing.ts'
import { extractor } from './index.ts'

const read = lockReader(extractor, 'uv.lock')

const LOCK = `version = 1
revision = 2
requires-python = ">=3.12"

[[package]]
name = "anyio"
version = "4.3.0"
source = { registry = "https://registry.example/simple" }
dependencies = [{ name = "idna" }]
wheels = [{ url = "https://x/anyio-4.3.0-py3-none-any.whl", hash = "sha256:0", size = 1 }]

[[package]]
name = "app"
source = { virtual = "." }

[[package]]
name = "member"
version = "0.1.0"
source = { editable = "packages/member" }

[[package]]
name = "g"
version = "0.5"
source = { git = "https://example.com/g?rev=main#0123456789abcdef0123456789abcdef01234567" }

[[package]]
name = "dynamic"
source = { git = "https://example.com/d#0123456789abcdef0123456789abcdef01234567" }
`

test('packages of registries and repositories; the project and its members are left out', () => {
  expect(read(LOCK)).toEqual({
    packages: ['anyio 4.3.0', 'g 0.5', 'dynamic 0123456789abcdef0123456789abcdef01234567'],
    problems: [],
  })
})

test('hostile: cut short, no version, deep', () => {
  expect(read(LOCK.slice(0, 150)).problems).toHaveLength(1)
  expect(read('[[package]]\nname = "a"\nsource = { registry = "x" }\n').problems).toEqual([
    'Left out for no version: a.',
  ])
  expect(read(`a = ${'['.repeat(100_000)}`).problems).toEqual(['The lock file is not TOML, or nested too deep.'])
  expect(read(`${'a.'.repeat(50_000)}a = 1`).packages).toEqual([])
})

test('package URL', () => {
  expect(purlIn(extractor, 'uv.lock', '[[package]]\nname = "typing-extensions"\nversion = "4.11.0"\n')).toBe(
    'pkg:pypi/typing-extensions@4.11.0',
  )
})
