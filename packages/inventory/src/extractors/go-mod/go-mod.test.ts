import { expect, test } from 'vitest'
import { lockReader, purlIn } from '../../lock-file/testing.ts'
import { extractor } from './index.ts'

const read = lockReader(extractor, 'go.mod')

test('requirements in lines and blocks; replace directives; excluded versions', () => {
  const text = `module example.com/app // the project

go 1.22.1
toolchain go1.22.5

require example.com/one v1.0.0
require (
	example.com/Two/v2 v2.0.0-20240101000000-0123456789ab // indirect
	"example.com/three" v3.0.0+incompatible
	example.com/old v1.0.0
	example.com/every v1.0.0
	example.com/folder v0.0.0
	example.com/bad v1.1.0
)
replace example.com/old v1.0.0 => example.com/new v1.5.0
replace (
	example.com/every => example.com/fork v2.1.0
	example.com/folder => ../folder
	example.com/one v9.9.9 => example.com/other v1.0.0
)
exclude example.com/bad v1.1.0
retract [v1.0.0, v1.9.9]
tool example.com/tool/cmd
`
  expect(read(text)).toEqual({
    packages: [
      'example.com/one v1.0.0',
      'example.com/Two/v2 v2.0.0-20240101000000-0123456789ab',
      'example.com/three v3.0.0+incompatible',
      'example.com/new v1.5.0',
      'example.com/fork v2.1.0',
    ],
    problems: ['Left out for a version that is excluded, in whose place Go takes a higher one: example.com/bad.'],
  })
})

test('go.mod toolchain != built toolchain: no standard library is named', () => {
  expect(read('module a\ngo 1.22\ntoolchain go1.22.5\n')).toEqual({ packages: [], problems: [] })
})

test('before Go 1.17 indirect requirements are not listed, which is said', () => {
  const problem = ['Before Go 1.17 this file names direct requirements only; what those require was not seen.']
  expect(read('module a\ngo 1.16\nrequire b v1.0.0\n').problems).toEqual(problem)
  expect(read('module a\nrequire b v1.0.0\n').problems).toEqual(problem)
  expect(read('module a\ngo 1.17\nrequire b v1.0.0\n').problems).toEqual([])
  expect(read('module a\ngo 2\nrequire b v1.0.0\n').problems).toEqual([])
})

test('hostile: unknown lines, open blocks, open quotes, long lines', () => {
  expect(read('module a\ngo 1.22\nrequire b\nnonsense\nrequire "b v1\n').problems).toEqual([
    'Line 3 is no line of a go.mod file.',
    'Line 4 is no line of a go.mod file.',
    'Line 5 is no line of a go.mod file.',
  ])
  expect(read('go 1.22\nrequire (\nb v1.0.0\n')).toEqual({
    packages: ['b v1.0.0'],
    problems: ['The file ends inside a block.'],
  })
  expect(read(`go 1.22\nrequire b ${'v'.repeat(2_000_000)}\n`).problems).toHaveLength(1)
})

test('package URL', () => {
  expect(purlIn(extractor, 'go.mod', 'require example.com/a/b/v2 v2.0.0+incompatible\n')).toBe(
    'pkg:golang/example.com/a/b/v2@v2.0.0%2Bincompatible',
  )
})
