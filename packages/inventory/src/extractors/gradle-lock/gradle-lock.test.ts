import { expect, test } from 'vitest'
import { lockReader, purlIn } from '../../lock-file/testing.ts'
import { extractor } from './index.ts'

const read = lockReader(extractor, 'gradle.lockfile')

test('one line a dependency, with and without configurations', () => {
  expect(
    read(
      '# This is a Gradle generated file for dependency locking.\norg.x:a:1.0=compileClasspath,runtimeClasspath\r\norg.x:b:2.0.RELEASE\nempty=annotationProcessor\n',
    ),
  ).toEqual({ packages: ['org.x:a 1.0', 'org.x:b 2.0.RELEASE'], problems: [] })
})

test.each([
  ['app/gradle.lockfile', true],
  ['buildscript-gradle.lockfile', true],
  ['gradle/dependency-locks/compileClasspath.lockfile', true],
  ['other.lockfile', false],
])('%s', (path, wanted) => {
  expect(extractor.wants?.(path)).toBe(wanted)
})

test('hostile: lines of no dependency', () => {
  expect(read('nonsense\na:b\na:b:c:d=x\n')).toEqual({
    packages: [],
    problems: ['Line 1 names no dependency.', 'Line 2 names no dependency.', 'Line 3 names no dependency.'],
  })
  expect(read(`a:b:1=${'x'.repeat(2_000_000)}\n`).problems).toHaveLength(1)
})

test('package URL', () => {
  expect(purlIn(extractor, 'gradle.lockfile', 'org.x:a:1.0=x\n')).toBe('pkg:maven/org.x/a@1.0')
})
