import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileRegex } from '../regex.ts'
import { anyCondition, fields } from './fixture.ts'
import { BUDGET, parseCondition } from './parser.ts'
import { printCondition } from './printer.ts'

function wrong(text: string) {
  const result = parseCondition(text, fields, { regex: compileRegex })
  if (result.ok) throw new Error(`accepted: ${text}`)
  return result.error
}

describe('parseCondition', () => {
  it('reads the example of the API', () => {
    expect(parseCondition('severity in (high, critical) and asset contains web', fields)).toEqual({
      ok: true,
      value: {
        kind: 'and',
        operands: [
          { kind: 'membership', field: 'severity', type: 'severity', operator: 'in', values: ['high', 'critical'] },
          { kind: 'comparison', field: 'asset', type: 'string', operator: 'contains', value: 'web' },
        ],
      },
    })
  })

  it('binds not before and, and before or', () => {
    const plain = parseCondition('not port=1 and port = 2 or port >= 0x10', fields)
    const bracketed = parseCondition('((not (port = 1)) and port=2) OR (port>=16)', fields)
    expect(plain).toEqual(bracketed)
  })

  it('keeps what quotes hold', () => {
    const result = parseCondition(String.raw`asset = "a \"b\" \\ \n and" and asset != 'it''`, fields)
    expect(result.ok).toBe(false)
    expect(parseCondition(String.raw`asset = "a \"b\" \\ \n and"`, fields)).toMatchObject({
      value: { value: String.raw`a "b" \ \n and` },
    })
  })

  it('writes times in one form', () => {
    expect(parseCondition('firstSeenAt >= 2026-11-23T09:00:00+09:00', fields)).toMatchObject({
      value: { value: '2026-11-23T00:00:00.000Z' },
    })
  })

  it.each([
    ['severty = high', 0, 7, 'Unknown field "severty" at column 1; did you mean severity?'],
    ['port == eighty', 8, 6, 'Wrong value at column 9: a number is expected, not "eighty".'],
    ['severity > hihg', 11, 4, /did you mean high\?$/],
    ['kind = vulnerabilty', 7, 12, /did you mean vulnerability\?$/],
    ['asset containz web', 6, 8, 'Unknown operator "containz" at column 7; did you mean contains?'],
    ['port contains 8', 5, 8, 'The field port has no operator contains at column 6.'],
    ['asset', 5, 0, /^Expected an operator after asset: =, !=/],
    ['asset =', 7, 0, 'Expected a value after = at column 8, not the end.'],
    ['asset = and', 8, 3, 'Expected a value after = at column 9, not "and".'],
    ['asset = "web', 8, 4, 'The quote at column 9 is not closed.'],
    ['(asset = web', 12, 0, 'The bracket at column 1 is not closed: expected ")" before the end.'],
    ['asset = web)', 11, 1, 'Expected "and", "or" or the end at column 12, not ")".'],
    ['asset in (a b)', 12, 1, 'Expected "," or ")" at column 13, not "b".'],
    ['asset in ()', 10, 1, 'Expected a value after in at column 11, not ")".'],
    ['asset in a', 9, 1, 'Expected a list in brackets after in at column 10, not "a".'],
    ['asset regex "(a"', 12, 4, /^Wrong pattern at column 13: This is not a regular expression of RE2/],
    ['firstSeenAt > yesterday', 14, 9, /^Wrong value at column 15: a time such as/],
    ['privileged = yes', 13, 3, 'Wrong value at column 14: true or false is expected, not "yes".'],
    ['', 0, 0, 'Expected a field name at column 1, not the end.'],
    ['__proto__ = 1', 0, 9, 'Unknown field "__proto__" at column 1.'],
    ['constructor exists', 0, 11, /^Unknown field "constructor" at column 1/],
  ])('says what is wrong with %j', (text, position, length, message) => {
    const error = wrong(text)
    expect(error).toMatchObject({ code: 'USAGE', position, length })
    expect(error.message).toMatch(message)
  })

  it('keeps its budgets', () => {
    const test = 'port = 1'
    expect(wrong(`${'('.repeat(BUDGET.depth + 1)}${test}${')'.repeat(BUDGET.depth + 1)}`).message).toContain('nested')
    expect(wrong(`${'not '.repeat(BUDGET.depth + 1)}${test}`).message).toContain('nested')
    expect(
      wrong(
        Array(BUDGET.tests + 1)
          .fill(test)
          .join(' or '),
      ).message,
    ).toContain('tests')
    expect(
      wrong(
        `port in (${Array(BUDGET.values + 1)
          .fill('1')
          .join(',')})`,
      ).message,
    ).toContain('values')
    expect(wrong(' '.repeat(BUDGET.characters + 1)).message).toContain('longer')
    expect(parseCondition(`${'('.repeat(BUDGET.depth)}${test}${')'.repeat(BUDGET.depth)}`, fields).ok).toBe(true)
  })

  it('reads back every condition it prints', () => {
    fc.assert(
      fc.property(anyCondition, (condition) => {
        expect(parseCondition(printCondition(condition), fields)).toEqual({ ok: true, value: condition })
      }),
      { numRuns: 500 },
    )
  })

  it('answers any text with a condition or a position inside it', () => {
    const pieces = fc.constantFrom('asset', 'port', '=', 'in', '(', ')', ',', '"', 'and', 'not', 'x', '<', '!', "'")
    const anyText = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 30 }).map((list) => list.join(' ')),
    )
    fc.assert(
      fc.property(anyText, (text) => {
        const result = parseCondition(text, fields)
        if (result.ok) return
        expect(result.error.position).toBeGreaterThanOrEqual(0)
        expect(result.error.position + result.error.length).toBeLessThanOrEqual(text.length)
      }),
      { numRuns: 500 },
    )
  })
})
