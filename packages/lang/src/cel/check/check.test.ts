import { describe, expect, it } from 'vitest'
import { compileCel } from '../program.ts'
import { DYN, mapOf, optionalOf, STRING, type StaticType, structure, textOf, typeOf } from './type.ts'

const types = new Map<string, StaticType>([
  ['object', DYN],
  ['labels', mapOf(STRING, STRING)],
  ['request', structure('request', { name: STRING, options: DYN })],
  ['authorizer', typeOf('Authorizer')],
  ['maybe', optionalOf(STRING)],
])

function typeOfText(text: string): string {
  const program = compileCel(text, types)
  return program.ok ? textOf(program.value.type ?? DYN) : program.error.message
}

describe('types of expressions', () => {
  it.each([
    ['object.spec.replicas', 'dyn'],
    ['object.spec.replicas + 1', 'int'],
    ["object.name + 'x'", 'string'],
    ['object.a + object.b', 'dyn'],
    ['object.replicas > 1.5 && object.ready', 'bool'],
    ['request.name', 'string'],
    ["labels['a']", 'string'],
    ["labels[?'a'].orValue('x').size()", 'int'],
    ['labels.map(k, labels[k]).join()', 'string'],
    ["['a', 'b'].filter(x, x.startsWith('a'))", 'list(string)'],
    ["['a'].transformMap(i, v, i + 1)", 'map(int, int)'],
    ['[1, "a", null]', 'list(dyn)'],
    ['maybe.optMap(m, m.size())', 'optional(int)'],
    ["object.?a.?b.orValue('')", 'dyn'],
    ["cel.bind(x, 'a', x + x)", 'string'],
    ["object.x ? 'a' : object.y", 'dyn'],
    ['has(object.a) ? 1 : 2', 'int'],
    ["quantity('1Gi').compareTo(quantity(object.memory)) < 0", 'bool'],
    ["authorizer.group('').resource('pods').check('get').allowed()", 'bool'],
    ["cidr('10.0.0.0/8').containsIP(ip(object.ip))", 'bool'],
    ["url(object.u).getHostname() in ['a']", 'bool'],
    ["timestamp('2026-01-01T00:00:00Z') - duration('1h')", 'timestamp'],
    ["type(object) == map && 1 in {1: 'a'}", 'bool'],
    ['null == object.a', 'bool'],
    ["sets.contains(['a'], object.list)", 'bool'],
    ["'%s %d'.format([object.name, 1])", 'string'],
  ])('%s is %s', (text, type) => {
    expect(typeOfText(text)).toBe(type)
  })

  it.each([
    ["1 + 'a'", /\+ is not for int and string/],
    ["1 == 'a'", /== is not for int and string/],
    ["'a' < 1", /< is not for string and int/],
    ['labels.a && true', /&& is not for string and bool/],
    ['!1', /! is not for a value of type int/],
    ['-true', /- is not for/],
    ["1 in ['a']", /in is not for int and list\(string\)/],
    ["true ? 1 : 'a'", /either int or string/],
    ['1 ? 2 : 3', /decides nothing/],
    ['request.names', /request has no field names/],
    ['request.name.first', /no field first in a value of type string/],
    ['has(request.oops)', /request has no field oops/],
    ["'a'.all(x, x)", /nothing to go through/],
    ["['a'].all(x, x)", /A condition is true or false, not of type string/],
    ["['a'].filter(x, x + 1 > 2)", /\+ is not for string and int/],
    ['(1).startsWith("a")', /startsWith\(\) is not for int, string; there is string\.startsWith\(string\): bool/],
    ['size(1)', /size\(\) is not for int/],
    ["'a'.orValue('b')", /orValue\(\) is for an optional value, not for string/],
    ['maybe.orValue(1)', /either string or int/],
    ["[1]['a']", /no element at a value of type string/],
    ['labels[1]', /keys of type string has none of type int/],
    ["quantity('1') < quantity('2')", /< is not for Quantity and Quantity/],
    ["authorizer.check('get')", /check\(\) is not for Authorizer, string/],
  ])('%s is refused', (text, message) => {
    expect(typeOfText(text)).toMatch(message)
  })

  it('ends on types that double with every step', () => {
    const names = Array.from({ length: 60 }, (_, index) => `v${index}`)
    const nested = names.reduceRight(
      (body, name, index) => `cel.bind(${name}, {${names[index - 1] ?? 1}: ${names[index - 1] ?? 1}}, ${body})`,
      'v59 == v58',
    )
    expect(typeOfText(nested)).toBe('bool')
  })
})
