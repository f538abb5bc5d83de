import { expect, test } from 'vitest'
import { lockReader, purlIn } from '../../lock-file/testing.ts'
import { extractor } from './index.ts'

const read = lockReader(extractor, 'bun.lock')

test('places, aliases, commits, workspaces; commas at ends', () => {
  const lock = `{
  "lockfileVersion": 1,
  "workspaces": { "": { "name": "app", "dependencies": { "a": "^1.0.0", }, }, },
  "packages": {
    "@s/a": ["@s/a@1.2.0", "", { "dependencies": { "b": "2" } }, "sha512-x=="],

    "alias": ["real@3.0.0", "", {}, "sha512-,]"],
    "@s/a/b": ["b@2.0.0-rc.1", "", { "bin": { "b": "b.js", }, }, "sha512-x=="],
    "own": ["own@workspace:packages/own"],
    "git": ["git@github:x/git#0123abc", {}, "x-git-0123abc"],
    "web": ["web@https://example.com/web.tgz", {}],
    "folder": ["folder@file:../folder", {}],
  }
}`
  expect(read(lock)).toEqual({
    packages: ['@s/a 1.2.0', 'real 3.0.0', 'b 2.0.0-rc.1', 'git 0123abc'],
    problems: ['Left out for an address in place of a version: web.'],
  })
})

test('the binary form is noticed, not read', () => {
  expect(lockReader(extractor, 'bun.lockb')('#!/usr/bin/env bun\nbun-lockfile-format-v0\n').problems).toHaveLength(1)
})

test('hostile: wrong kinds, a comma in a string, keys of prototypes, cut short', () => {
  expect(read('{"lockfileVersion":1,"packages":{"a":[],"b":["b"],"c":7,"d":[["d@1"]]}}').problems).toEqual([
    'An entry names no package.',
  ])
  expect(read('{"lockfileVersion":1,"packages":{"a":["a@1.0.0",",}\\",]"],"__proto__":["p@1.0.0"]}}').packages).toEqual(
    ['a 1.0.0'],
  )
  expect(read('{"lockfileVersion":1,"packages":{"a":["a@1.0.0",').problems).toEqual(['The lock file is not JSON.'])
  expect(read('{}').problems).toEqual(['The file is no lock file of bun.'])
  expect(read('['.repeat(100_000)).problems).toEqual(['The lock file is nested deeper than 200 levels.'])
})

test('package URL', () => {
  expect(purlIn(extractor, 'bun.lock', '{"lockfileVersion":1,"packages":{"@s/a":["@s/a@1.2.0"]}}')).toBe(
    'pkg:npm/%40s/a@1.2.0',
  )
})
