import { expect, test } from 'vitest'
import { readWith } from '../../testing/read-file.ts'
import { extractor } from './index.ts'

const PATH = 'opt/conda/conda-meta/openssl-3.2.1-hd590300_0.json'

test('name, version, platform and licence', () => {
  const record = { name: 'openssl', version: '3.2.1', build: 'hd590300_0', subdir: 'linux-64', license: 'Apache-2.0' }
  const { packages } = readWith(extractor, PATH, JSON.stringify(record))
  expect(packages).toEqual([
    {
      name: 'openssl',
      version: '3.2.1',
      type: 'conda',
      architecture: 'linux-64',
      source: null,
      licenses: ['Apache-2.0'],
    },
  ])
  expect(packages[0] && extractor.purl(packages[0], null)).toBe('pkg:conda/openssl@3.2.1?subdir=linux-64')
})

test.each([
  [PATH, true],
  ['opt/conda/conda-meta/history', false],
  ['opt/conda/pkgs/x/info/index.json', false],
])('%s: %s', (path, wanted) => expect(extractor.wants?.(path)).toBe(wanted))

test.each([
  ['{', 'The file is not JSON.'],
  ['{"name": ["a"], "version": "1"}', 'The record has no usable name and version.'],
])('hostile: %s', (text, problem) => {
  expect(readWith(extractor, PATH, text)).toEqual({ packages: [], problems: [problem] })
})
