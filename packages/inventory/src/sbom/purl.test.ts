import { readPurl } from '@yagura/versions/purl'
import { expect, test } from 'vitest'
import { isSameName, isSameVersion, packageName, packageVersion } from './purl.ts'

test.each([
  ['pkg:npm/%40scope/thing@1.2.3', '@scope/thing', '1.2.3'],
  ['pkg:maven/org.example/core@1.0?type=jar', 'org.example:core', '1.0'],
  ['pkg:golang/github.com/a/b/v2@v2.0.0#sub', 'github.com/a/b/v2', 'v2.0.0'],
  ['pkg:composer/acme/http@4.1.0', 'acme/http', '4.1.0'],
  ['pkg:pypi/foo-bar@2.0', 'foo-bar', '2.0'],
  ['pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64', 'libssl3', '3.0.11-1~deb12u2'],
  ['pkg:deb/debian/passwd@4.13?epoch=1', 'passwd', '1:4.13'],
  ['pkg:rpm/redhat/bash@4.4.20-4.el8?epoch=0', 'bash', '4.4.20-4.el8'],
  ['pkg:cargo/serde@1.0', 'serde', '1.0'],
  ['pkg:swift/github.com/apple/swift-nio@2.0', 'github.com/apple/swift-nio', '2.0'],
])('%s is %s %s', (text, name, version) => {
  const purl = readPurl(text)
  expect(purl && [packageName(purl), packageVersion(purl)]).toEqual([name, version])
})

test('names and versions are the same as far as their ecosystem goes', () => {
  expect(isSameName('pypi', 'Foo_Bar', 'foo-bar')).toBe(true)
  expect(isSameName('npm', 'foo_bar', 'foo-bar')).toBe(false)
  expect(isSameVersion('rpm', '1:4.4-1', '4.4-1')).toBe(true)
  expect(isSameVersion('rpm', '1:4.4-1', '2:4.4-1')).toBe(false)
  expect(isSameVersion('golang', 'v1.0.0', '1.0.0')).toBe(true)
  expect(isSameVersion('npm', '1.0', '1.0.0')).toBe(false)
})
