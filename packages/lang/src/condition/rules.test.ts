// The language as rules use it: macros, lists, arguments, transforms, fields on the right, addresses, bytes.
import { unwrap } from '@yagura/kernel/result'
import { describe, expect, it } from 'vitest'
import { compileNetwork } from './address.ts'
import type { Condition } from './ast.ts'
import { compileCondition } from './compiler.ts'
import type { Fields } from './fields.ts'
import { parseCondition, type RuleNames } from './parser.ts'
import { printCondition } from './printer.ts'

const fields: Fields = {
  'proc.name': { type: 'string' },
  'proc.aname': { type: 'several', argument: 'optional' },
  'evt.arg': { type: 'string', argument: 'needed' },
  'evt.dir': { type: 'string' },
  'fd.ip': { type: 'address' },
  'proc.pid': { type: 'number' },
  tags: { type: 'list' },
}
const shell = unwrap(parseCondition('proc.name in (sh, bash)', fields))
const names: RuleNames = {
  macro: (name) => (name === 'shell' ? shell : undefined),
  list: (name) => ({ shells: ['sh', 'bash'], none: [] })[name],
}

function parse(text: string): Condition {
  return unwrap(parseCondition(text, fields, { rules: names }))
}

type Values = Readonly<Record<string, string | number | readonly string[]>>

function holds(text: string, values: Values): boolean {
  const test = compileCondition<Values>(
    parse(text),
    ({ field, argument }) =>
      (one) =>
        one[argument === undefined ? field : `${field}[${argument}]`],
  )
  return test(values)
}

describe('conditions of rules', () => {
  it.each([
    ['shell', { 'proc.name': 'sh' }, true],
    ['not shell and proc.pid > 1', { 'proc.name': 'vi', 'proc.pid': 7 }, true],
    ['proc.name in (shells, vi)', { 'proc.name': 'bash' }, true],
    ['proc.name in shells', { 'proc.name': 'vi' }, false],
    ['proc.name in ()', { 'proc.name': 'vi' }, false],
    ['proc.name in none', { 'proc.name': 'vi' }, false],
    ['proc.aname[2] = cron', { 'proc.aname[2]': 'cron' }, true],
    ['proc.aname in (cron, x)', { 'proc.aname': ['sh', 'cron'] }, true],
    ['proc.aname != cron', { 'proc.aname': ['sh', 'cron'] }, false],
    ['evt.arg[ "a b" ] = x', { 'evt.arg[a b]': 'x' }, true],
    ['evt.arg[/a/b,c]=x', { 'evt.arg[/a/b,c]': 'x' }, true],
    ['evt.dir=<', { 'evt.dir': '<' }, true],
    ['(evt.dir=> or proc.name = <NA>)', { 'evt.dir': '>' }, true],
    ['proc.name = <NA>', { 'proc.name': '<NA>' }, true],
    ['tolower(proc.name) = sh', { 'proc.name': 'SH' }, true],
    ['toupper(basename(proc.name)) = SH', { 'proc.name': '/bin/sh' }, true],
    ['b64(proc.name) contains hello', { 'proc.name': 'aGVsbG8=' }, true],
    ['b64(proc.name) contains hello', { 'proc.name': 'no base64!' }, false],
    ['len(proc.name) >= 3', { 'proc.name': 'abc' }, true],
    ['len(tags) = 2', { tags: ['a', 'b'] }, true],
    ['proc.name = val(evt.dir)', { 'proc.name': 'x', 'evt.dir': 'x' }, true],
    ['proc.name startswith tolower(evt.dir)', { 'proc.name': 'xyz', 'evt.dir': 'XY' }, true],
    ['proc.name = val(evt.dir)', { 'proc.name': 'x' }, false],
    ['proc.name iglob "S*h"', { 'proc.name': 'sh' }, true],
    ['proc.name bcontains 6263', { 'proc.name': 'abcd' }, true],
    ['proc.name bstartswith 6263', { 'proc.name': 'abcd' }, false],
    ['fd.ip in ("10.0.0.0/8", "fd00::/8")', { 'fd.ip': 'fd12::1' }, true],
    ['fd.ip = 10.0.0.1', { 'fd.ip': '::ffff:10.0.0.1' }, true],
    ['fd.ip != "127.0.0.0/8"', { 'fd.ip': ['10.0.0.1', '127.0.0.1'] }, false],
  ] as const)('%s', (text, values, expected) => {
    expect(holds(text, values as unknown as Values)).toBe(expected)
  })

  it.each([
    ['proc.name[1] = x', 'takes no argument'],
    ['evt.arg = x', 'needs an argument'],
    ['proc.aname[2 = x', 'not closed'],
    ['unknown', 'Unknown field'],
    ['fd.ip = 10.0.0.0/99', 'an address or a network'],
    ['tolower(toupper(tolower(toupper(tolower(proc.name))))) = x', 'More than'],
    ['proc.name = val(no.field)', 'Unknown field'],
  ])('%s is refused', (text, said) => {
    const parsed = parseCondition(text, fields, { rules: names })
    expect(parsed).toMatchObject({ ok: false, error: { message: expect.stringContaining(said) } })
  })

  it('is not the language of filters', () => {
    for (const text of [
      'shell',
      'proc.name in shells',
      'tolower(proc.name) = x',
      'proc.aname[2] = x',
      'proc.name iglob x',
    ])
      expect(parseCondition(text, fields).ok).toBe(false)
  })

  it('is printed as it can be read again', () => {
    for (const text of [
      'toupper(basename(proc.name)) = SH',
      'proc.aname[2] in (a, b)',
      'proc.name = val(evt.dir)',
      'len(tags) > 2',
    ])
      expect(parse(printCondition(parse(text)))).toEqual(parse(text))
  })
})

describe('networks', () => {
  it.each([
    ['10.0.0.0/8', '10.255.1.2', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['0.0.0.0/0', '1.2.3.4', true],
    ['192.168.1.1', '192.168.1.1', true],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['::1', '0:0:0:0:0:0:0:1', true],
    ['::ffff:10.0.0.0/104', '10.1.1.1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
  ])('%s %s', (network, address, expected) => {
    expect(compileNetwork(network)?.(address)).toBe(expected)
  })
  it.each(['', '10.0.0', '10.0.0.256', '1.2.3.4/33', '::1/129', ':::', '1:2:3', '10.0.0.0/x', 'g::1'])(
    '%s is none',
    (text) => {
      expect(compileNetwork(text)).toBeUndefined()
    },
  )
})
