import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBlockCache, createTable, type Table } from './table-read.ts'
import { packTable, sortRecords } from './table-write.ts'

const BLOCK_BYTES = 512

function pack(records: ReadonlyMap<string, string>) {
  return packTable('made', sortRecords(records), BLOCK_BYTES)
}

function open(records: ReadonlyMap<string, string>, damage: (bytes: Buffer) => void = () => {}): Table {
  const { index, blocks } = pack(records)
  const section = Buffer.concat(blocks)
  damage(section)
  const readAt = (offset: number, length: number) => section.subarray(offset, offset + length)
  const cache = createBlockCache(2048)
  return createTable({ name: 'made', index, lengthBytes: section.length, readAt, cache, path: 'made.ydb' })
}

const key = fc.oneof(
  fc.constantFrom('a', 'a\0b', 'a\0b\0c', 'b', '\uffff', '\u{1f600}', '__proto__'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }).map((text) => text.toWellFormed()),
  fc.nat(2000).map((n) => `k\0${n}`),
)
const records = fc
  .array(fc.tuple(key, fc.jsonValue()), { maxLength: 300 })
  .map((pairs) => new Map(pairs.map(([name, value]) => [name, JSON.stringify(value)])))

describe('a table', () => {
  it('gives back every record by its key and by every prefix, in order, and nothing else', () => {
    fc.assert(
      fc.property(records, fc.array(key), (made, asked) => {
        const table = open(made)
        for (const name of [...made.keys(), ...asked]) {
          const expected = made.get(name)
          expect(table.get(name)).toEqual(expected === undefined ? undefined : JSON.parse(expected))
          const keys = [...made.keys()].filter((other) => other.startsWith(name)).sort()
          expect(table.startingWith(name).map(([found]) => found)).toEqual(keys)
        }
        expect([...table.all()].map((record) => record.key)).toEqual([...made.keys()].sort())
      }),
      { numRuns: 60 },
    )
  })

  it('changes few of its blocks where one record comes, goes or changes', () => {
    const many = new Map(Array.from({ length: 3000 }, (_, i) => [`key ${i * 7919}`, JSON.stringify(`value ${i}`)]))
    const before = new Set(pack(many).blocks.map((block) => block.toString('base64')))
    expect(before.size).toBeGreaterThan(50)
    const changed = (edit: (copy: Map<string, string>) => void) => {
      const copy = new Map(many)
      edit(copy)
      return pack(copy).blocks.filter((block) => !before.has(block.toString('base64'))).length
    }
    fc.assert(
      fc.property(fc.nat(2999), (i) => {
        const name = `key ${i * 7919}`
        expect(changed((copy) => copy.delete(name))).toBeLessThanOrEqual(4)
        expect(changed((copy) => copy.set(`${name}x`, '1'))).toBeLessThanOrEqual(4)
        expect(changed((copy) => copy.set(name, '"other"'))).toBeLessThanOrEqual(4)
      }),
      { numRuns: 15 },
    )
  })

  it('answers damage with one error, whatever byte of a block was changed', () => {
    const many = new Map(Array.from({ length: 60 }, (_, i) => [`key ${i}`, JSON.stringify(`value ${i}`)]))
    fc.assert(
      fc.property(fc.nat(100_000), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const table = open(many, (bytes) => {
          bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ change
        })
        try {
          for (const [name, value] of many) expect(JSON.stringify(table.get(name))).toBe(value)
        } catch (error) {
          expect(error).toMatchObject({ code: 'ADVISORY_DB_INVALID' })
        }
      }),
      { numRuns: 200 },
    )
  })

  it.each(['', 'x', '{}', '[1]', '[["a",1]]', '[["a",-5,10]]', '[["a",1e308,1],["b",1e308,1]]', '[[1,0,0]]'])(
    'refuses the index %j',
    (index) => {
      const options = { name: 'made', lengthBytes: 5, readAt: () => Buffer.alloc(5), path: 'made.ydb' }
      expect(() => createTable({ ...options, index: Buffer.from(index), cache: createBlockCache(1) })).toThrow(
        expect.objectContaining({ code: 'ADVISORY_DB_INVALID' }),
      )
    },
  )
})
