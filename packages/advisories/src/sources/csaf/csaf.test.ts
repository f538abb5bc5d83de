import { expect, it } from 'vitest'
import { readFeed } from '../testing.ts'
import { feed } from './index.ts'

const product = (id: string, name: string, helper?: object) => ({
  product_id: id,
  name,
  ...(helper ? { product_identification_helper: helper } : {}),
})

const tree = {
  branches: [
    {
      category: 'vendor',
      name: 'Example',
      branches: [
        {
          category: 'product_name',
          name: 'OS 9',
          product: product('os9', 'Example OS 9', { cpe: 'cpe:/o:example:os:9' }),
        },
        {
          category: 'product_version',
          name: 'curl',
          product: product('curl', 'curl-7.76.1', { purl: 'pkg:rpm/example/curl@7.76.1-29.el9?arch=src' }),
        },
      ],
    },
  ],
  full_product_names: [product('plain', 'A product without identifiers')],
  relationships: [
    {
      category: 'default_component_of',
      full_product_name: product('os9:curl', 'curl as a part of Example OS 9'),
      product_reference: 'curl',
      relates_to_product_reference: 'os9',
    },
  ],
  product_groups: [{ group_id: 'g1', product_ids: ['os9:curl'] }],
}

const csaf = (vulnerability: object, tracking: object = {}) => ({
  document: {
    category: 'csaf_vex',
    csaf_version: '2.0',
    title: 'curl',
    publisher: { category: 'vendor', name: 'Example', namespace: 'https://example.org' },
    tracking: { id: 'EX-1', status: 'final', current_release_date: '2024-03-03T00:00:00Z', version: '1', ...tracking },
  },
  product_tree: tree,
  vulnerabilities: [vulnerability],
})

const curl = {
  purl: 'pkg:rpm/example/curl@7.76.1-29.el9?arch=src',
  cpe: null,
  name: 'curl as a part of Example OS 9',
  platform: 'cpe:/o:example:os:9',
  subcomponents: [],
}

it('keeps a part of a product with the product that it is a part of, and why it is not affected', async () => {
  const outcome = await readFeed(feed, {
    'csaf/2024/ex-1.json': csaf({
      cve: 'CVE-2024-2000',
      product_status: { known_not_affected: ['os9:curl'], recommended: ['plain'] },
      flags: [{ label: 'vulnerable_code_not_present', group_ids: ['g1'] }],
      threats: [{ category: 'impact', details: 'Low', product_ids: ['os9:curl'] }],
    }),
  })
  expect(outcome.report).toEqual({ records: 1, rejected: 0, newestAt: '2024-03-03T00:00:00.000Z' })
  expect(Object.values(outcome.records)[0]).toEqual({
    vulnerability: 'CVE-2024-2000',
    aliases: [],
    status: 'not_affected',
    justification: 'vulnerable_code_not_present',
    note: 'Low',
    products: [curl],
    statedAt: '2024-03-03T00:00:00.000Z',
    source: { feed: 'csaf', document: 'EX-1', author: 'Example' },
  })
})

it('makes one statement of the products that share status and words', async () => {
  const outcome = await readFeed(feed, {
    'csaf/a.json': csaf({
      cve: 'CVE-2024-2000',
      product_status: {
        fixed: ['os9:curl', 'curl'],
        first_fixed: ['plain'],
        known_affected: ['os9'],
        under_investigation: ['gone'],
      },
      remediations: [{ category: 'no_fix_planned', details: 'End of life', product_ids: ['os9'] }],
    }),
  })
  const statements = Object.entries(outcome.records).filter(([key]) => key.startsWith('vex CVE-2024-2000'))
  const shown = statements.map(([, value]) => {
    const { status, note, products } = value as { status: string; note: string | null; products: { name: string }[] }
    return [status, note, products.map(({ name }) => name)]
  })
  expect(shown).toEqual([
    ['fixed', null, ['curl as a part of Example OS 9', 'curl-7.76.1', 'A product without identifiers']],
    ['affected', 'no_fix_planned: End of life', ['Example OS 9']],
    ['under_investigation', null, ['gone']],
  ])
})

it('leaves out drafts, and says what is wrong with a document', async () => {
  const vulnerability = { cve: 'CVE-2024-2000', product_status: { fixed: ['curl'] } }
  const outcome = await readFeed(feed, {
    'csaf/draft.json': csaf(vulnerability, { status: 'draft' }),
    'csaf/index.json': ['2024/ex-1.json'],
    'csaf/no-id.json': csaf(vulnerability, { id: '' }),
    'csaf/z.json': csaf(vulnerability),
  })
  expect(outcome.report).toMatchObject({ records: 1, rejected: 2 })
  expect(outcome.reasons).toEqual([
    'csaf/draft.json is a draft.',
    expect.stringMatching(/^csaf\/no-id\.json is not a CSAF document: document\.tracking\.id: /),
  ])
})

it('survives relations that lead in a circle', async () => {
  const relation = (id: string, part: string) => ({
    category: 'default_component_of',
    full_product_name: product(id, id),
    product_reference: part,
    relates_to_product_reference: 'os9',
  })
  const document = csaf({ cve: 'CVE-2024-2000', product_status: { fixed: ['a'] } })
  const files = {
    'csaf/a.json': { ...document, product_tree: { ...tree, relationships: [relation('a', 'b'), relation('b', 'a')] } },
  }
  expect(Object.values((await readFeed(feed, files)).records)).toMatchObject([
    { products: [{ purl: null, name: 'a' }] },
  ])
})
