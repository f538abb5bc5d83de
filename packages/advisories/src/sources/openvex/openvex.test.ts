import { expect, it } from 'vitest'
import { readFeed } from '../testing.ts'
import { feed } from './index.ts'

const document = (statements: readonly object[], fields: object = {}) => ({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://example.org/vex/1',
  author: 'Example',
  timestamp: '2024-01-01T00:00:00Z',
  version: 1,
  statements,
  ...fields,
})

it('keeps statements with their products, parts and sources; what one does not say it takes from its document', async () => {
  const outcome = await readFeed(feed, {
    'openvex/a/b.json': document([
      {
        vulnerability: {
          '@id': 'https://nvd.nist.gov/vuln/detail/CVE-2024-1000',
          name: 'CVE-2024-1000',
          aliases: ['GHSA-a'],
        },
        products: [
          {
            '@id': 'pkg:oci/app@sha256:aa?repository_url=example.org/app',
            subcomponents: [{ '@id': 'pkg:deb/debian/openssl@3.0.11?distro=debian-12' }],
          },
          {
            '@id': 'https://example.org/p',
            identifiers: { purl: 'pkg:npm/%40scope/left@1.0.0', cpe23: 'cpe:2.3:a:x' },
          },
        ],
        status: 'not_affected',
        justification: 'vulnerable_code_not_in_execute_path',
        impact_statement: 'The code is not called.',
        timestamp: '2024-05-05T00:00:00Z',
      },
    ]),
  })
  expect(outcome.report).toEqual({ records: 1, rejected: 0, newestAt: '2024-05-05T00:00:00.000Z' })
  const keys = Object.keys(outcome.records).map((key) => key.replace(/[0-9a-f]{24}$/, 'DIGEST'))
  expect(keys.sort()).toEqual([
    'vex CVE-2024-1000|DIGEST',
    'vex GHSA-a|DIGEST',
    'vex-products pkg:deb/debian/openssl|CVE-2024-1000|DIGEST',
    'vex-products pkg:npm/@scope/left|CVE-2024-1000|DIGEST',
    'vex-products pkg:oci/app|CVE-2024-1000|DIGEST',
  ])
  expect(Object.values(outcome.records)[0]).toEqual({
    vulnerability: 'CVE-2024-1000',
    aliases: ['GHSA-a'],
    status: 'not_affected',
    justification: 'vulnerable_code_not_in_execute_path',
    note: 'The code is not called.',
    products: [
      {
        purl: 'pkg:oci/app@sha256:aa?repository_url=example.org/app',
        cpe: null,
        name: null,
        platform: null,
        subcomponents: ['pkg:deb/debian/openssl@3.0.11?distro=debian-12'],
      },
      {
        purl: 'pkg:npm/%40scope/left@1.0.0',
        cpe: 'cpe:2.3:a:x',
        name: 'https://example.org/p',
        platform: null,
        subcomponents: [],
      },
    ],
    statedAt: '2024-05-05T00:00:00.000Z',
    source: { feed: 'openvex', document: 'https://example.org/vex/1', author: 'Example' },
  })
})

it('reads the first version of the format, which names things by bare text', async () => {
  const statement = { vulnerability: 'CVE-2023-1', products: ['pkg:apk/wolfi/curl'], status: 'fixed' }
  const files = { 'vex/a.json': document([statement], { '@context': 'https://openvex.dev/ns' }) }
  const outcome = await readFeed(feed, files)
  expect(Object.values(outcome.records)[0]).toMatchObject({
    vulnerability: 'CVE-2023-1',
    products: [{ purl: 'pkg:apk/wolfi/curl' }],
    statedAt: '2024-01-01T00:00:00.000Z',
  })
})

it('leaves documents of other kinds to others, and says what is wrong with its own', async () => {
  const outcome = await readFeed(feed, {
    'vex/csaf.json': { document: { csaf_version: '2.0' } },
    'vex/bad.json': document([{ vulnerability: 'CVE-2023-1', status: 'perhaps' }]),
    'vex/good.json': document([{ vulnerability: 'CVE-2023-1', products: ['pkg:npm/a'], status: 'affected' }]),
    'vex/notes.txt': 'x',
  })
  expect(outcome.report).toMatchObject({ records: 1, rejected: 1 })
  expect(outcome.reasons).toEqual([
    expect.stringMatching(/^vex\/bad\.json is not an OpenVEX document: statements\.0\.status: /),
  ])
})
