import { expect, test } from 'vitest'
import { lockReader, purlIn } from '../../lock-file/testing.ts'
import { extractor } from './index.ts'

const read = lockReader(extractor, 'mix.lock')

const LOCK = `%{
  "plug": {:hex, :plug, "1.14.2", "cff7d4ec", [:mix], [{:mime, "~> 1.0 or ~> 2.0", [hex: :mime, repo: "hexpm", optional: false]}], "hexpm", "842fc50187"},
  "alias": {:hex, :real_name, "2.0.0-rc.1", "0", [:make, :mix], [], "hexpm", "0"},
  "private": {:hex, :private, "3.0.0", "0", [:mix], [], "hexpm:acme", "0"},
  "old": {:hex, :old, "0.1.0"},
  "g": {:git, "https://example.com/g.git", "0123456789abcdef0123456789abcdef01234567", [branch: "main"]},
}
`

test('packages by the name of the registry, commits of repositories', () => {
  expect(read(LOCK)).toEqual({
    packages: [
      'plug 1.14.2',
      'real_name 2.0.0-rc.1',
      'acme/private 3.0.0',
      'old 0.1.0',
      'g 0123456789abcdef0123456789abcdef01234567',
    ],
    problems: [],
  })
})

test('hostile: other terms, unknown sources, cut short, deep, strings and comments without an end', () => {
  const problem = 'The file is not the Elixir map that mix writes, or ends early.'
  expect(read('[1, 2]').problems).toEqual([problem])
  expect(read('%{"a": {:svn, "x"}, "b": 1}').problems).toEqual(['Left out for no known source: a, b.'])
  expect(read(LOCK.slice(0, LOCK.indexOf('"private"') + 20))).toEqual({
    packages: ['plug 1.14.2', 'real_name 2.0.0-rc.1'],
    problems: [problem],
  })
  expect(read('%{"a": '.repeat(100_000)).problems).toContain(problem)
  expect(read(`%{"a": "${'x'.repeat(1_000_000)}`).problems).toEqual([problem])
  expect(read('#'.repeat(100_000)).problems).toEqual([problem])
  expect(read('%{"a": {:hex, :a, "1.0"}]').problems).toEqual([problem])
})

test('package URL', () => {
  expect(purlIn(extractor, 'mix.lock', '%{"a": {:hex, :a_b, "1.0.0"}}')).toBe('pkg:hex/a_b@1.0.0')
})
