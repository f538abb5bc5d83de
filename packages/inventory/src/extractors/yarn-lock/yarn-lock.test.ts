import { expect, test } from 'vitest'
import { lockReader, purlIn } from '../../lock-file/testing.ts'
import { extractor } from './index.ts'

const read = lockReader(extractor, 'yarn.lock')

const CLASSIC = `# yarn lockfile v1


"@s/a@^1.0.0", "@s/a@^1.1.0":
  version "1.2.0"
  resolved "https://registry.example/@s/a/-/a-1.2.0.tgz#abc"
  dependencies:
    version "^9.0.0"

b@^2.0.0, b@~2.1.0:
  version "2.1.3"

"alias@npm:@s/real@^3.0.0":
  version "3.0.1"

"git-one@git+https://example.com/x.git#v1":
  version "4.0.0"

"folder@file:../folder":
  version "0.0.0"

"packed@file:./packed-5.0.0.tgz":
  version "5.0.0"
`

test('yarn 1: several ranges, a dependency called version, npm aliases `npm:`, folders', () => {
  expect(read(CLASSIC)).toEqual({
    packages: ['@s/a 1.2.0', 'b 2.1.3', '@s/real 3.0.1', 'git-one 4.0.0', 'packed 5.0.0'],
    problems: [],
  })
  expect(read(CLASSIC.replaceAll('\n', '\r\n')).packages).toHaveLength(5)
})

const BERRY = `__metadata:
  version: 8
  cacheKey: 10c0

"@s/a@npm:^1.0.0, @s/a@npm:^1.1.0":
  version: 1.2.0
  resolution: "@s/a@npm:1.2.0"
  dependencies:
    version: "npm:^9.0.0"
  checksum: 10c0/abc
  languageName: node
  linkType: hard

"alias@npm:real@^3.0.0":
  version: 3.0.1
  resolution: "real@npm:3.0.1"

"typescript@patch:typescript@npm%3A^5.0.0#optional!builtin<compat/typescript>":
  version: 5.4.5
  resolution: "typescript@patch:typescript@npm%3A5.4.5#optional!builtin<compat/typescript>::version=5.4.5&hash=e012d7"

"typescript@npm:^5.0.0":
  version: 5.4.5
  resolution: "typescript@npm:5.4.5"

"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."

"beside@portal:../beside::locator=app%40workspace%3A.":
  version: 0.0.0-use.local
  resolution: "beside@portal:../beside::locator=app%40workspace%3A."

"git-one@https://github.com/x/y.git":
  version: 4.0.0
  resolution: "git-one@https://github.com/x/y.git#commit=0123456789abcdef0123456789abcdef01234567"

? "${'long@npm:^1.0.0, '.repeat(70)}long@npm:^1.0.1"
:
  version: 1.0.1
  resolution: "long@npm:1.0.1"
`

test('yarn berry `patch:`/`workspace:`, aliases and long keys', () => {
  expect(read(BERRY)).toEqual({
    packages: ['@s/a 1.2.0', 'real 3.0.1', 'typescript 5.4.5', 'git-one 4.0.0', 'long 1.0.1'],
    problems: [],
  })
})

test('field names in quotes, as some tools write them', () => {
  expect(read('a@^1.0.0:\n  "version" "1.0.2"\n  "resolved" "x"\n').packages).toEqual(['a 1.0.2'])
})

test('hostile: a missing version, lines of no entry, a line without an end, names of prototypes', () => {
  expect(read('"a@^1.0.0":\n  resolved "x"\n')).toEqual({ packages: [], problems: ['Left out for no version: a.'] })
  expect(read('nonsense\n').problems).toEqual(['Line 1 is no entry.'])
  expect(read('nonsense:\n  version "1"\n').problems).toEqual(['The entry of line 1 names no package.'])
  expect(read('"__proto__@^1.0.0":\n  version "1.0.0"\n').packages).toEqual(['__proto__ 1.0.0'])
  expect(read(`"a@1":\n  version "1.0.0"\n  resolved "${'x'.repeat(2_000_000)}"\n`).packages).toEqual(['a 1.0.0'])
  expect(read('<<<<<<< HEAD\n"a@1":\n  version "1.0.0"\n').problems).toEqual(['Line 1 is no entry.'])
})

test('package URL', () => {
  expect(purlIn(extractor, 'yarn.lock', '"@s/a@^1":\n  version "1.2.0"\n')).toBe('pkg:npm/%40s/a@1.2.0')
})
