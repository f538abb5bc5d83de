import { err, unwrap } from '@yagura/kernel/result'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileRegex } from '../regex.ts'
import { compileCondition, type FieldValue } from './compiler.ts'
import { ConditionError } from './error.ts'
import { anyCondition, fields } from './fixture.ts'
import { parseCondition } from './parser.ts'

type Subject = Readonly<Record<string, FieldValue>>
const getters = Object.fromEntries(Object.keys(fields).map((name) => [name, (subject: Subject) => subject[name]]))

function holds(text: string, subject: Subject): boolean {
  return compileCondition(unwrap(parseCondition(text, fields)), getters, { regex: compileRegex })(subject)
}

const subject: Subject = {
  severity: 'high',
  asset: 'Web-1',
  port: 443,
  privileged: false,
  firstSeenAt: '2026-11-23T08:00:00Z',
  tags: ['prod', 'edge'],
  path: '/etc/ssh/sshd_config',
}

describe('compileCondition', () => {
  it.each([
    ['severity >= medium', true],
    ['severity > high', false],
    ['severity in (high, critical)', true],
    ['asset contains web', false],
    ['asset icontains web', true],
    ['asset startswith Web and asset endswith 1', true],
    ['asset glob "W?b-*"', true],
    ['asset glob "*x*"', false],
    ['asset regex "Web-[0-9]+"', true],
    ['asset regex Web', false],
    ['port in (80, 443)', true],
    ['port < 443 or port <= 443', true],
    ['privileged = false', true],
    ['firstSeenAt > 2026-11-23', true],
    ['firstSeenAt = 2026-11-23T17:00:00+09:00', true],
    ['tags = prod', true],
    ['tags != prod', false],
    ['tags != test', true],
    ['tags in (prod, edge, x)', true],
    ['tags in (prod)', false],
    ['tags intersects (x, edge)', true],
    ['tags startswith pr', true],
    ['path pmatch (/etc/ssh)', true],
    ['path pmatch (/etc/s)', false],
    ['path pmatch (/var, "/*/ssh")', true],
    ['path pmatch (/etc/ssh/sshd_config/more)', false],
    ['kind exists', false],
    ['kind != secret', false],
    ['not kind = secret', true],
    ['proc.name exists or tags exists', true],
  ])('%s → %s', (text, expected) => {
    expect(holds(text, subject)).toBe(expected)
  })

  it('reads a field only when its test is reached', () => {
    const read: string[] = []
    const watched = Object.fromEntries(
      Object.keys(fields).map((name) => [
        name,
        (one: Subject) => {
          read.push(name)
          return one[name]
        },
      ]),
    )
    const predicate = compileCondition(
      unwrap(parseCondition('port = 1 and asset = a or severity = low', fields)),
      watched,
    )
    predicate(subject)
    expect(read).toEqual(['port', 'severity'])
  })

  it('refuses regex without a compiler and fields without a getter', () => {
    const regex = unwrap(parseCondition('asset regex a', fields))
    expect(() => compileCondition(regex, getters)).toThrow('Regular expressions cannot be used here.')
    expect(() => compileCondition(regex, {})).toThrow('The field asset cannot be tested here.')
    const broken = () => err(new ConditionError('no', 0, 0))
    expect(() => compileCondition(regex, getters, { regex: broken })).toThrow('no')
  })

  it('obeys De Morgan for any condition and subject', () => {
    const anySubject = fc.record(
      {
        severity: fc.constantFrom('low', 'critical', null),
        asset: fc.string(),
        port: fc.integer(),
        privileged: fc.boolean(),
        firstSeenAt: fc.integer({ min: 0, max: 4e12 }).map((ms) => new Date(ms).toISOString()),
        tags: fc.array(fc.string()),
        path: fc.string(),
      },
      { requiredKeys: [] },
    )
    const options = { regex: () => ({ ok: true as const, value: (text: string) => text.length > 3 }) }
    fc.assert(
      fc.property(anyCondition, anyCondition, anySubject, (a, b, one) => {
        const left = compileCondition<Subject>(
          { kind: 'not', operand: { kind: 'and', operands: [a, b] } },
          getters,
          options,
        )
        const either = [a, b].map((operand) => ({ kind: 'not' as const, operand }))
        const right = compileCondition<Subject>({ kind: 'or', operands: either }, getters, options)
        expect(left(one)).toBe(right(one))
      }),
    )
  })
})
