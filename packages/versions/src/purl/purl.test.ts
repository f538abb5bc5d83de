// Rules of ECMA-427 and of the type definitions, each by name. Packages are made up, the notation is the specification's.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatPurl, makePurl, type PurlParts, parsePurl, purlCovers, purlText, readPurl } from './index.ts'

function canonical(text: string): string {
  const result = parsePurl(text)
  return result.ok ? formatPurl(result.value) : `error: ${result.error.message}`
}

describe('canonical form', () => {
  it.each([
    // scheme, type and slashes that say nothing
    ['pkg:npm/left@1.0.0', 'pkg:npm/left@1.0.0'],
    ['PKG:NPM/left@1.0.0', 'pkg:npm/left@1.0.0'],
    ['pkg://maven/org.acme/io', 'pkg:maven/org.acme/io'],
    ['pkg:///maven//org.acme//io//', 'pkg:maven/org.acme/io'],
    ['pkg:generic/%2Fa%2F', 'pkg:generic/a'],
    // the colon is never encoded, all other separators are
    ['pkg:deb/debian/attr@1%3A2.4.47-2', 'pkg:deb/debian/attr@1:2.4.47-2'],
    [
      'pkg:oci/debian@sha256%3A24?repository_url=reg.example/lib/debian',
      'pkg:oci/debian@sha256:24?repository_url=reg.example%2Flib%2Fdebian',
    ],
    [
      'pkg:generic/a?download_url=https://acme.example/a b',
      'pkg:generic/a?download_url=https:%2F%2Facme.example%2Fa%20b',
    ],
    ['pkg:generic/a?checksum=sha1:ad,sha256:41', 'pkg:generic/a?checksum=sha1:ad%2Csha256:41'],
    ['pkg:generic/a?v=git+https://h/x@y', 'pkg:generic/a?v=git%2Bhttps:%2F%2Fh%2Fx%40y'],
    ['pkg:generic/a?preencoded=%255B&plain=%5B', 'pkg:generic/a?plain=%5B&preencoded=%255B'],
    // the plus sign is a plus sign, everywhere, and is encoded
    ['pkg:deb/debian/g++@4:12-1+b1', 'pkg:deb/debian/g%2B%2B@4:12-1%2Bb1'],
    ['pkg:generic/a?q=1+1', 'pkg:generic/a?q=1%2B1'],
    // so are marks that encodeURIComponent leaves alone; the tilde is not
    ["pkg:generic/a!b'c(d)e*f@1~2", 'pkg:generic/a%21b%27c%28d%29e%2Af@1~2'],
    ['pkg:generic/%7Ea', 'pkg:generic/~a'],
    ['pkg:generic/%e4%be%8b@%F0%9F%98%83', 'pkg:generic/%E4%BE%8B@%F0%9F%98%83'],
    // qualifiers: keys in lower case, sorted, none empty
    ['pkg:rpm/fedora/curl@7?Epoch=1&Arch=i386', 'pkg:rpm/fedora/curl@7?arch=i386&epoch=1'],
    ['pkg:generic/a?b=&c=1&&d', 'pkg:generic/a?c=1'],
    ['pkg:generic/a?', 'pkg:generic/a'],
    ['pkg:generic/a?a=1=2', 'pkg:generic/a?a=1%3D2'],
    // subpath: no empty segment, no dots
    ['pkg:golang/acme.example/x#/a//./b/../c/', 'pkg:golang/acme.example/x#a/b/c'],
    ['pkg:generic/a#%2E%2E/b', 'pkg:generic/a#b'],
    ['pkg:cocoapods/Util@7#NSData+zlib', 'pkg:cocoapods/Util@7#NSData%2Bzlib'],
    // the last @ is that of the version; that of a scope should have been encoded
    ['pkg:npm/%40acme/core@1', 'pkg:npm/%40acme/core@1'],
    ['pkg:npm/@acme/core', 'pkg:npm/%40acme/core'],
    ['pkg:npm/@acme/core@1', 'pkg:npm/%40acme/core@1'],
    ['pkg:generic/a@1@2', 'pkg:generic/a%401@2'],
    ['pkg:generic/a@', 'pkg:generic/a'],
    ['pkg:generic/a@release/1', 'pkg:generic/a@release%2F1'],
  ])('%s → %s', (given, expected) => {
    expect(canonical(given)).toBe(expected)
    expect(canonical(expected)).toBe(expected)
  })
})

describe('what a type adds', () => {
  it.each([
    ['pkg:pypi/My.PyPI_.--._Package@1', 'pkg:pypi/my-pypi-package@1'],
    ['pkg:pub/Path-Provider@1', 'pkg:pub/path_provider@1'],
    ['pkg:github/Acme/Tool@v1', 'pkg:github/acme/tool@v1'],
    ['pkg:bitbucket/Acme/Tool@v1', 'pkg:bitbucket/acme/tool@v1'],
    ['pkg:composer/Acme/Http@1', 'pkg:composer/acme/http@1'],
    ['pkg:npm/%40MyScope/MyPackage@1.0.0-RC', 'pkg:npm/%40myscope/mypackage@1.0.0-RC'],
    ['pkg:golang/GitHub.com/Acme/Tool@v1', 'pkg:golang/github.com/acme/tool@v1'],
    ['pkg:deb/Debian/Curl@1', 'pkg:deb/debian/curl@1'],
    ['pkg:apk/Alpine/Curl@1', 'pkg:apk/alpine/curl@1'],
    ['pkg:rpm/Fedora/ImageMagick@1', 'pkg:rpm/fedora/ImageMagick@1'],
    ['pkg:oci/Debian@sha256:1', 'pkg:oci/debian@sha256:1'],
    ['pkg:hex/Acme/Jason@1', 'pkg:hex/acme/jason@1'],
    ['pkg:maven/HTTPClient/HTTPClient@0.3-3', 'pkg:maven/HTTPClient/HTTPClient@0.3-3'],
    ['pkg:nuget/Acme.Common@6', 'pkg:nuget/Acme.Common@6'],
    ['pkg:gem/Acme@1?Platform=java', 'pkg:gem/Acme@1?platform=java'],
    ['pkg:swift/github.com/Acme/Net@5', 'pkg:swift/github.com/Acme/Net@5'],
    ['pkg:cran/A3@0.9.1', 'pkg:cran/A3@0.9.1'],
    ['pkg:cpan/ACME/Date-Time@1', 'pkg:cpan/ACME/Date-Time@1'],
    ['pkg:cpan/Date-Time@1?author=ACME', 'pkg:cpan/Date-Time@1?author=ACME'],
    ['pkg:bazel/Curl@8', 'pkg:bazel/Curl@8'],
    ['pkg:brew/Acme/Tap/Tool%4020@1', 'pkg:brew/acme/tap/tool%4020@1'],
    ['pkg:vcpkg/Zlib@1?port_version=6', 'pkg:vcpkg/Zlib@1?port_version=6'],
    ['pkg:julia/AWS@1?uuid=fbe9', 'pkg:julia/AWS@1?uuid=fbe9'],
    ['pkg:conan/acme/zlib@1?channel=stable', 'pkg:conan/acme/zlib@1?channel=stable'],
    [`pkg:huggingface/Acme/M-1B@${'AB'.repeat(20)}`, `pkg:huggingface/Acme/M-1B@${'ab'.repeat(20)}`],
    ['pkg:huggingface/Acme/M-1B@100B', 'pkg:huggingface/Acme/M-1B@100B'],
    [
      'pkg:mlflow/Fraud@3?repository_url=https://adb-1.azuredatabricks.net/x',
      'pkg:mlflow/fraud@3?repository_url=https:%2F%2Fadb-1.azuredatabricks.net%2Fx',
    ],
    [
      'pkg:mlflow/Fraud@3?repository_url=https://ml.example/x',
      'pkg:mlflow/Fraud@3?repository_url=https:%2F%2Fml.example%2Fx',
    ],
    ['pkg:swid/Acme/Server@1?tag_id=75b8', 'pkg:swid/Acme/Server@1?tag_id=75b8'],
  ])('%s → %s', (given, expected) => {
    expect(canonical(given)).toBe(expected)
    expect(canonical(expected)).toBe(expected)
  })
})

describe('what is no package URL', () => {
  it.each([
    ['', 'starts with “pkg:”'],
    ['npm/left@1', 'starts with “pkg:”'],
    ['pkg%3Anpm/left', 'starts with “pkg:”'],
    ['http://acme.example/npm/left', 'starts with “pkg:”'],
    ['pkg:left@1', 'comes a type'],
    ['pkg:n&g?inx/nginx@0.8.9', 'comes a type'],
    ['pkg:3npm/left', 'made of letters'],
    ['pkg:npm:a/left', 'made of letters'],
    ['pkg:n%70m/left', 'made of letters'],
    ['pkg://user:word@host:80/npm/left', 'made of letters'],
    ['pkg:generic/', 'name is missing'],
    ['pkg:maven/@1.3.4', 'name is missing'],
    ['pkg:swift/github.com/Acme/@5.4.3', 'name is missing'],
    ['pkg:generic/a%2Fb/c', 'namespace holds an encoded slash'],
    ['pkg:generic/a#b%2Fc', 'subpath holds an encoded slash'],
    ['pkg:generic/a%zz', 'percent sign'],
    ['pkg:generic/a@%ff', 'percent sign'],
    ['pkg:npm/a@1?in%20production=true', 'key of the qualifiers is made of'],
    ['pkg:npm/a?1a=b', 'key of the qualifiers is made of'],
    ['pkg:npm/a?a=1&A=2', 'stands there twice'],
    [`pkg:npm/${'a'.repeat(9000)}`, 'at most'],
    ['pkg:maven/io@1', 'needs a namespace'],
    ['pkg:swift/Net@5', 'needs a namespace'],
    ['pkg:swift/github.com/acme/Net', 'needs a version'],
    ['pkg:cran/A3', 'needs a version'],
    ['pkg:cpan/Perl::Version@1', 'not modules'],
    ['pkg:vcpkg/acme/zlib@1', 'has no namespace'],
    ['pkg:cpan/ACME/URI::Thing', 'not modules'],
    ['pkg:vscode-extension/java@1', 'needs a namespace'],
    ['pkg:otp/acme/hex@2', 'has no namespace'],
    ['pkg:oci/library/debian@1', 'has no namespace'],
    ['pkg:conan/acme/zlib@1', 'needs a channel'],
    ['pkg:conan/zlib@1?channel=stable', 'needs a namespace'],
    ['pkg:julia/Dates@1', 'needs its uuid'],
    ['pkg:pub/a.b@1', 'Dart'],
    ['pkg:chrome-extension/abc', '32 letters'],
  ])('%s: %s', (given, reason) => {
    expect(canonical(given)).toContain('error: ')
    expect(canonical(given)).toContain(reason)
    expect(readPurl(given)).toBeUndefined()
  })

  it.each([
    { type: '', name: 'a' },
    { type: 'npm', name: '' },
    { type: 'npm', name: '/' },
    { type: 'npm', name: 'a', qualifiers: { 'in production': 'true' } },
    { type: 'npm', name: '\ud800' },
  ] satisfies PurlParts[])('parts %j', (parts) => {
    expect(makePurl(parts).ok).toBe(false)
    expect(() => purlText(parts)).toThrow(/./)
  })
})

it('what is made of any parts is read back as it was', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  const segment = text.filter((part) => !/^\.{1,2}$|\//.test(part))
  const path = fc.option(
    fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
    { nil: undefined },
  )
  const key = fc.stringMatching(/^[a-z][a-z0-9._-]{0,5}$/)
  const parts = fc.record({
    type: fc.stringMatching(/^x[a-z0-9.-]{0,8}$/),
    namespace: path,
    name: text.filter((name) => name.replace(/^\/+|\/+$/g, '') !== ''),
    version: fc.option(text, { nil: undefined }),
    qualifiers: fc.dictionary(key, text, { maxKeys: 4 }),
    subpath: path,
  })
  fc.assert(
    fc.property(parts, (given) => {
      const made = makePurl(given)
      if (!made.ok) throw made.error
      const written = formatPurl(made.value)
      expect(written).toMatch(/^[\x21-\x7e]+$/)
      expect(parsePurl(written)).toEqual(made)
    }),
    { numRuns: 500 },
  )
})

it('reads any text without a fault, and what it reads it writes in one way', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^pkg:[a-z]{2,6}\/[ -~]{0,40}$/)), (text) => {
      const result = parsePurl(text)
      if (result.ok) expect(canonical(formatPurl(result.value))).toBe(formatPurl(result.value))
      else expect(result.error.message).not.toBe('')
    }),
    { numRuns: 1000 },
  )
})

describe('a statement covers a package', () => {
  const item = 'pkg:deb/debian/openssl@3.0.11?arch=amd64&distro=debian-12.13'
  it.each([
    ['pkg:deb/debian/openssl', true],
    ['pkg:deb/Debian/openssl@3.0.11?distro=debian-12', true],
    ['pkg:deb/debian/openssl?arch=source&epoch=1', true],
    ['pkg:deb/debian/openssl@3.0.12', false],
    ['pkg:deb/debian/openssl?distro=debian-1', false],
    ['pkg:deb/ubuntu/openssl', false],
    ['pkg:deb/debian/openssl?arch=arm64', false],
  ])('%s: %s', (said, expected) => {
    const [wide, narrow] = [readPurl(said), readPurl(item)]
    expect(wide && narrow && purlCovers(wide, narrow)).toBe(expected)
  })
})
