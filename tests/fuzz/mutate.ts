// An example → bytes near it: what a damaged disk, a careless program or an attacker makes of it.
import { createRandom, type Random, seedOf } from './random.ts'

const MAX_BYTES = 256 * 1024

type Mutation = (bytes: Buffer, random: Random, seeds: readonly Buffer[]) => Buffer

/** What parsers stumble over, whatever they parse. */
const TOKENS = [
  ...[
    '\0',
    '\n',
    '\r\n',
    '"',
    "'",
    '`',
    '\\',
    '/',
    '..',
    '../',
    '%',
    '%zz',
    '&a',
    '*a',
    '<<',
    '!!',
    '<!DOCTYPE x [',
    ']]>',
    '&#0;',
  ],
  ...[
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '[[',
    '{{',
    '---\n',
    '...',
    '#',
    '=',
    ':',
    ': ',
    ',',
    '@',
    '+',
    '~',
    '^',
    '|',
    '\t',
    ' ',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'null',
    'true',
    'NaN',
    '-0',
    '1e999',
    '9007199254740993',
    '-1',
    '0x',
    '99999999999999999999',
  ],
  ...[
    '\u202e',
    '\u001b[2J',
    '櫓',
    '\ud83d\ude00',
    '\u0000\u0000',
    '\ufeff',
    'a'.repeat(5000),
    '['.repeat(2000),
    '{"a":'.repeat(500),
  ],
].map((text) => Buffer.from(text))

const NUMBERS = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff]

const MUTATIONS: readonly Mutation[] = [
  changed((bytes, random) => {
    const at = random.below(bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
  }),
  changed((bytes, random) => {
    bytes[random.below(bytes.length)] = random.below(256)
  }),
  changed((bytes, random) => {
    if (bytes.length < 4) return
    const at = random.below(bytes.length - 3)
    const value = random.pick(NUMBERS)
    if (random.below(2) === 0) bytes.writeUInt32LE(value, at)
    else bytes.writeUInt32BE(value, at)
  }),
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random) => bytes.subarray(random.below(bytes.length + 1)),
  (bytes, random) => {
    const [from, to] = range(bytes, random)
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)])
  },
  (bytes, random) => {
    const [from, to] = range(bytes, random)
    const times = 1 + random.below(to - from < 100 ? 200 : 4)
    return Buffer.concat([
      bytes.subarray(0, to),
      ...Array.from({ length: times }, () => bytes.subarray(from, to)),
      bytes.subarray(to),
    ])
  },
  (bytes, random) => {
    const at = random.below(bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, at), random.pick(TOKENS), bytes.subarray(at)])
  },
  (bytes, random) => {
    const [from, to] = range(bytes, random)
    return Buffer.concat([bytes.subarray(0, from), random.pick(TOKENS), bytes.subarray(to)])
  },
  (bytes, random, seeds) => {
    const other = random.pick(seeds)
    const [from, to] = range(other, random)
    const at = random.below(bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, at), other.subarray(from, to), bytes.subarray(at)])
  },
  (bytes, random) => {
    const numbers = [...bytes.toString('latin1').matchAll(/\d+/g)]
    const found = numbers.length > 0 ? random.pick(numbers) : undefined
    if (!found) return bytes
    const text = bytes.toString('latin1')
    const other = random.pick(['0', '-1', '1e9', '4294967296', '99999999999999999999', '00000', ''])
    return Buffer.from(text.slice(0, found.index) + other + text.slice(found.index + found[0].length), 'latin1')
  },
]

/** The same for the same parser, seed and number of the case. The first cases are the examples as they are. */
export function inputOf(parser: string, seeds: readonly Buffer[], seed: number, number: number): Buffer {
  const example = seeds[number]
  if (example) return Buffer.from(example)
  const random = createRandom(seedOf(parser, seed, number))
  let bytes = Buffer.from(random.pick(seeds))
  for (let left = 1 + random.below(6); left > 0; left--)
    bytes = Buffer.from(random.pick(MUTATIONS)(bytes, random, seeds)).subarray(0, MAX_BYTES)
  return bytes
}

function changed(change: (bytes: Buffer, random: Random) => void): Mutation {
  return (bytes, random) => {
    if (bytes.length > 0) change(bytes, random)
    return bytes
  }
}

function range(bytes: Buffer, random: Random): [number, number] {
  const from = random.below(bytes.length + 1)
  const most = random.below(3) === 0 ? bytes.length : 40
  return [from, Math.min(bytes.length, from + 1 + random.below(most + 1))]
}
