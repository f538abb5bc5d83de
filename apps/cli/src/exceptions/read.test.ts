import { YaguraError } from '@yagura/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseExceptions } from './read.ts'

const parse = (text: string) => parseExceptions(text, '.yagura.yaml')

it('exceptions become statements with their line', () => {
  const statements = parse(`# ours
exceptions:
  - id: CVE-2024-1000
    purl: pkg:deb/debian/openssl
    reason: no TLS here
    expires: 2030-01-31
  - {id: GHSA-1, path: /opt, package: a, reason: not reachable}
`)
  expect(statements).toMatchObject([
    {
      kind: 'exception',
      vulnerabilities: ['CVE-2024-1000'],
      products: [{ id: 'pkg:deb/debian/openssl' }],
      reason: 'no TLS here',
      source: '.yagura.yaml',
      line: 3,
      expires: '2030-01-31',
    },
    { products: [{ package: 'a', path: '/opt' }], line: 7, expires: null },
  ])
  expect(parse('')).toEqual([])
  expect(parse('exceptions: []\n')).toEqual([])
})

describe('what is wrong is told with its line', () => {
  it.each([
    ['a missing reason', 'exceptions:\n  - id: a\n', /line 2: exceptions 1 reason is missing\.$/],
    [
      'a day that is none',
      'exceptions:\n  - id: a\n    reason: b\n    expires: 2026-02-30\n',
      /line 4: .*must be a day/,
    ],
    ['a purl that is none', 'exceptions:\n  - id: a\n    reason: b\n    purl: openssl\n', /line 4: .*pkg:/],
    [
      'an unknown field',
      'exceptions:\n  - id: a\n    reason: b\n    until: 2027\n',
      /line 2: until is not known here\.$/,
    ],
    ['an unknown section', 'exeptions: []\n', /line 1: exeptions is not known here\.$/],
    ['a list in place of a map', '- a\n', /line 1: .*expected object/],
    ['text in place of a list', 'exceptions: none\n', /line 1: exceptions: .*expected array/],
    ['broken YAML', 'exceptions:\n  - id: [a\n', /line [23]: /],
    ['a key twice', 'exceptions: []\nexceptions: []\n', /line 2: .*unique/],
  ])('%s', (_, text, message) => {
    expect(() => parse(text)).toThrow(message)
  })

  it('references that multiply are refused (billion laughs)', () => {
    const levels = Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`)
    expect(() => parse(`a0: &a0 [x]\n${levels.join('\n')}\n`)).toThrow(/refers to itself too often|not known here/)
  })
})

it('any text gives statements or one sentence, never another error', () => {
  const piece = fc.constantFrom(
    'exceptions:',
    '\n',
    '  ',
    '- ',
    'id: a',
    'reason: b',
    '[',
    '{',
    '&a ',
    '*a',
    '!!js ',
    '"',
    ': ',
    '\t',
    '#',
    '---\n',
    '<<: ',
  )
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
  )
  fc.assert(
    fc.property(text, (given) => {
      try {
        return Array.isArray(parse(given))
      } catch (error) {
        return error instanceof YaguraError && /^\.yagura\.yaml, line \d+: [^\n]+\.$/.test(error.message)
      }
    }),
    { numRuns: 500 },
  )
})
