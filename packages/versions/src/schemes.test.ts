// What each scheme's specification says in so many words, and what holds for all of them.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareVersions, isVersion, SCHEME_NAMES, type SchemeName } from './index.ts'

/** Ascending, by the documents named in each scheme's folder. */
const ASCENDING: Partial<Record<SchemeName, readonly string[]>> = {
  rpm: ['1.0~rc1', '1.0', '1.0^git1', '1.0.1', '1.0.1-1.el8', '1.0.1-1.el9', '1:0.1'],
  pep440: [
    '1.0.dev1',
    '1.0a1.dev1',
    '1.0a1',
    '1.0b1',
    '1.0rc1',
    '1.0',
    '1.0+abc',
    '1.0+abc.5',
    '1.0+5',
    '1.0.post1.dev1',
    '1.0.post1',
    '1.1',
    '1!0.1',
  ],
  maven: ['1-alpha', '1-beta', '1-milestone', '1-rc', '1-SNAPSHOT', '1', '1-sp', '1-foo', '1-1', '1.1'],
  gem: ['1.0.a', '1.0.b1', '1.0.rc1', '1.0', '1.0.0.1', '1.1'],
  nuget: [
    '1.0.0-9',
    // too great for 32 bits: words
    '1.0.0-20230101120000',
    '1.0.0-9999999999',
    '1.0.0-alpha',
    '1.0.0-ALPHA.1',
    '1.0.0-beta',
    '1.0.0',
    '1.0.0.1',
    '1.0.1',
    '1.10',
  ],
  composer: [
    'dev-main',
    '1.0-dev',
    '1.0-alpha1',
    '1.0-beta',
    '1.0-RC1',
    '1.0',
    '1.0-patch1',
    '1.0.1',
    '1.x-dev',
    '2.0',
  ],
  go: [
    'v0.0.0-20190101000000-abcdefabcdef',
    'v1.0.0-rc.1',
    'v1',
    'v1.2',
    'v1.2.1',
    'go1.21rc2',
    'go1.21',
    'v2.0.0+incompatible',
  ],
  hex: ['1.0.0-a', '1.0.0', '1.0.1'],
  conan: [
    '1.0-',
    '1.0-3',
    '1.0-3-1',
    '1.0-4',
    '1.0-pre',
    '1.0-pre+b.1',
    '1',
    '1.0+build1',
    '1.1',
    '1.1*',
    '1.10',
    '1.1_1',
    '2.cci.1',
  ],
}

describe.each(Object.entries(ASCENDING))('%s', (scheme, versions) => {
  test('orders as its document says', () => {
    for (const [i, a] of versions.entries())
      for (const [j, b] of versions.entries())
        expect(compareVersions(scheme as SchemeName, a, b), `${a} against ${b}`).toEqual({
          ok: true,
          value: Math.sign(i - j),
        })
  })
})

const EQUAL: readonly [SchemeName, string, string][] = [
  ['rpm', '1.0', '0:1.0'],
  ['rpm', '1.05', '1.5'],
  ['pep440', '1.0', 'v1.0.0'],
  ['pep440', '1.0-1', '1.0.post1'],
  ['pep440', '1.0c1', '1.0.RC.1'],
  ['maven', '1.0.0-ga', '1'],
  ['maven', '1.0.RELEASE', '1.0.0'],
  ['maven', '1-a1', '1-alpha-1'],
  ['gem', '1.0.0', '1'],
  ['nuget', '1.0', '1.0.0.0+build'],
  ['nuget', '1.0-RC', '1.0.0-rc'],
  ['composer', 'v1.0', '1.0.0.0'],
  ['composer', '1.0b2', '1.0.0-beta2'],
  ['composer', '2024-01-02', '2024:01:02'],
  ['go', 'go1.21.0', '1.21.0'],
  ['conan', '1.0', '1'],
  ['conan', '01.0-pre1.0', '1-pre1'],
  ['conan', '2024_01', '202401'],
]

test.each(EQUAL)('%s takes %s and %s for the same', (scheme, a, b) => {
  expect(compareVersions(scheme, a, b)).toEqual({ ok: true, value: 0 })
})

const REFUSED: readonly [SchemeName, string][] = [
  ['rpm', ''],
  ['rpm', '1 0'],
  ['pep440', '1.0-foo'],
  ['pep440', 'latest'],
  ['maven', ''],
  ['gem', '1.0+x'],
  ['nuget', '1.0.0.0.0'],
  ['nuget', 'v1.0'],
  ['nuget', '1.0.0-01'],
  ['nuget', '1.0+a..b'],
  ['composer', 'latest'],
  ['go', '(devel)'],
  ['go', 'v1.2-pre'],
  ['hex', '1.0'],
  ['conan', '1.0 '],
]

test.each(REFUSED)('%s refuses %j instead of guessing', (scheme, text) => {
  expect(isVersion(scheme, text)).toBe(false)
})

test.each(SCHEME_NAMES)('%s is antisymmetric and never throws, whatever the text', (scheme) => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9]+([.~^+_-]?[0-9a-z]{1,3}){0,6}$/))
  fc.assert(
    fc.property(text, text, (a, b) => {
      const one = compareVersions(scheme, a, b)
      const two = compareVersions(scheme, b, a)
      return one.ok && two.ok ? one.value + two.value === 0 : one.ok === two.ok
    }),
  )
})
