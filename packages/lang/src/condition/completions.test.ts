import { describe, expect, it } from 'vitest'
import { completions } from './completions.ts'
import { fields } from './fixture.ts'
import { parseCondition } from './parser.ts'

function labels(text: string): string[] {
  return completions(text, text.length, fields).options.map(({ label }) => label)
}

describe('completions', () => {
  it('offers fields, then operators, then values, then connectives', () => {
    expect(labels('')).toContain('severity')
    expect(labels('sev')).toEqual(['severity'])
    expect(labels('port ')).toEqual(['=', '!=', '<', '<=', '>', '>=', 'in', 'exists'])
    expect(labels('severity >= ')).toEqual(['critical', 'high', 'medium', 'low', 'negligible', 'unknown'])
    expect(labels('kind = s')).toEqual(['secret', 'mistake'])
    expect(labels('kind in ')).toEqual(['('])
    expect(labels('kind in (')).toContain('secret')
    expect(labels('kind in (secret')).toEqual(['secret'])
    expect(labels('kind in (secret ')).toEqual([',', ')'])
    expect(labels('kind = "sec')).toEqual(['secret'])
    expect(labels('(port exists ')).toEqual(['and', 'or', ')'])
    expect(labels('port exists ')).toEqual(['and', 'or'])
    expect(labels('port exists and not ')).toContain('asset')
    expect(labels('nonsense ')).toEqual([])
  })

  it('replaces from where the word began', () => {
    expect(completions('port = 1 and as', 15, fields).from).toBe(13)
    expect(completions('port ', 5, fields).from).toBe(5)
    expect(completions('kind = "sec', 11, fields).from).toBe(7)
  })

  it('makes a condition that parses when the first option is always taken', () => {
    let text = 'kind'
    for (let step = 0; step < 4; step += 1) {
      const { from, options } = completions(text, text.length, fields)
      text = text.slice(0, from) + (options[0]?.insert ?? '')
    }
    expect(text).toBe('kind = vulnerability and ')
    expect(parseCondition(text.replace(/ and $/, ''), fields).ok).toBe(true)
  })
})
