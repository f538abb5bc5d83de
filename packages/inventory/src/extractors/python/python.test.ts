import { makeZip, type ZipMember } from '@yagura/safe-io/testing/zip'
import { describe, expect, test } from 'vitest'
import { readWith } from '../../testing/read-file.ts'
import { extractor } from './index.ts'

const SITE = 'usr/lib/python3/dist-packages'
const parse = (text: string) => readWith(extractor, `${SITE}/a-1.dist-info/METADATA`, text)

test.each([
  [`${SITE}/requests-2.31.0.dist-info/METADATA`, true],
  [`${SITE}/six-1.16.0.egg-info`, true],
  [`${SITE}/six-1.16.0.egg-info/PKG-INFO`, true],
  ['opt/x.egg/EGG-INFO/PKG-INFO', true],
  ['src/app/app.egg-info/PKG-INFO', true],
  [`${SITE}/requests-2.31.0.dist-info/RECORD`, false],
  [`${SITE}/six-1.16.0.egg-info/SOURCES.txt`, false],
  ['src/PKG-INFO', false],
])('%s: %s', (path, wanted) => expect(extractor.wants?.(path)).toBe(wanted))

test('name, version and licence; the description is not read', () => {
  const text =
    'Metadata-Version: 2.1\r\nName: requests\r\nVersion: 2.31.0\r\nLicense: Apache 2.0\r\nPlatform: a\r\n\r\nName: other\r\nVersion: 9\r\n'
  expect(parse(text)).toEqual({
    packages: [
      { name: 'requests', version: '2.31.0', type: 'pypi', architecture: null, source: null, licenses: ['Apache 2.0'] },
    ],
    problems: [],
  })
})

describe('Python name normalisation PEP 503', () => {
  test.each([
    ['Jinja2', 'jinja2'],
    ['ruamel.yaml.clib', 'ruamel-yaml-clib'],
    ['zope__interface--x', 'zope-interface-x'],
  ])('%s is %s', (written, name) => {
    const [found] = parse(`Name: ${written}\nVersion: 1\n`).packages
    expect(found?.name).toBe(name)
    expect(found && extractor.purl(found, null)).toBe(`pkg:pypi/${name}@1`)
  })
})

test('editable installs are installed', () => {
  expect(extractor.wants?.('home/app/src/app.egg-info/PKG-INFO')).toBe(true)
  expect(extractor.wants?.(`${SITE}/app-0.1.dist-info/METADATA`)).toBe(true)
})

test('licences: an expression before free text before classifiers', () => {
  const head = 'Name: a\nVersion: 1\n'
  const licenses = (rest: string) => parse(`${head}${rest}`).packages[0]?.licenses
  expect(licenses('License: x\nLicense-Expression: MIT OR Apache-2.0\n')).toEqual(['MIT OR Apache-2.0'])
  expect(licenses(`License: ${'all of it '.repeat(20)}\nClassifier: License :: OSI Approved :: MIT License\n`)).toEqual(
    ['MIT License'],
  )
  expect(licenses('License: UNKNOWN\nClassifier: License :: OSI Approved\nClassifier: Topic :: X\n')).toEqual([])
})

test.each([
  ['no name', 'Version: 1\n'],
  ['no version', 'Name: a\n'],
  ['a version with blanks', 'Name: a\nVersion: 1 2\n'],
  ['a line without an end', `Name: ${'x'.repeat(2_000_000)}\nVersion: 1\n`],
  ['continued, not said', 'Name:\n a\nVersion:\n 1\n'],
])('hostile: %s', (_, text) => {
  expect(parse(text)).toEqual({ packages: [], problems: ['The metadata has no usable Name and Version.'] })
})

describe('archives', () => {
  const metadata = (name: string, version: string) =>
    Buffer.from(`Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`)
  const read = (path: string, members: ZipMember[]) => {
    const { packages, problems } = readWith(extractor, path, makeZip(members))
    return { found: packages.map((one) => `${one.name} ${one.version} ${one.path}`), problems }
  }

  test('an egg that is one file is installed', () => {
    const members = [{ name: 'EGG-INFO/PKG-INFO', content: metadata('Six_Two', '1.0') }]
    expect(read(`${SITE}/six-1.0-py3.11.egg`, members)).toEqual({
      found: ['six-two 1.0 EGG-INFO/PKG-INFO'],
      problems: [],
    })
  })

  test('all that a zipapp packed in; a wheel that lies somewhere is not installed', () => {
    const members = [
      { name: 'a-1.0.dist-info/METADATA', content: metadata('a', '1.0') },
      { name: 'b-2.0.dist-info/METADATA', content: metadata('b', '2.0') },
      { name: 'b/METADATA', content: metadata('c', '3.0') },
    ]
    expect(read('usr/local/bin/tool.pyz', members).found).toEqual([
      'a 1.0 a-1.0.dist-info/METADATA',
      'b 2.0 b-2.0.dist-info/METADATA',
    ])
    expect(extractor.wants?.('usr/lib/python3.12/ensurepip/_bundled/pip-24.0-py3-none-any.whl')).toBe(false)
  })

  test('hostile: no archive, and metadata that is none', () => {
    expect(readWith(extractor, 'a.egg', 'nonsense')).toMatchObject({ packages: [], problems: [expect.any(String)] })
    const broken = [{ name: 'EGG-INFO/PKG-INFO', content: Buffer.from('x') }]
    expect(read('a.egg', broken)).toEqual({ found: [], problems: ['The metadata has no usable Name and Version.'] })
  })
})
