// Lists: the extension of cel-go (ext, "Lists") and that of Kubernetes (k8s.io/apiserver/pkg/cel/library/lists.go).
import { arithmetic, int64 } from '../arithmetic.ts'
import { compare, equals, keyOf } from '../equality.ts'
import { CelFailure } from '../error.ts'
import { global, integer, type Library, list, member, some } from '../function.ts'
import { charge, type Run } from '../run.ts'
import { type CelKey, type CelList, CelOptional, type CelValue, intOf, isList } from '../value.ts'

function isSorted(run: Run, items: CelList): boolean {
  charge(run, items.length)
  return items.every((one, index) => index === 0 || (compare(items[index - 1] as CelValue, one) ?? 1) <= 0)
}

function sum(run: Run, items: CelList): CelValue {
  charge(run, items.length)
  return items.length === 0 ? 0n : items.reduce((total, one) => arithmetic(run, '+', total, one))
}

function extreme(run: Run, items: CelList, sign: 1 | -1, name: string): CelValue {
  charge(run, items.length)
  const [first, ...others] = items
  if (first === undefined) throw new CelFailure(`${name} called on empty list`)
  return others.reduce((best, one) => ((compare(one, best) ?? 0) * sign > 0 ? one : best), first)
}

function position(run: Run, items: CelList, value: CelValue, from: 'first' | 'last'): bigint {
  charge(run, items.length)
  const index =
    from === 'first'
      ? items.findIndex((one) => equals(run, one, value))
      : items.findLastIndex((one) => equals(run, one, value))
  return index < 0 ? -1n : intOf(index)
}

function slice(items: CelList, from: CelValue, to: CelValue): CelList {
  const [start, end] = [integer(from), integer(to)]
  if (start < 0n || end < 0n || start > end || end > BigInt(items.length))
    throw new CelFailure(`cannot slice(${start}, ${end}) of a list of ${items.length}`)
  return items.slice(Number(start), Number(end))
}

function flatten(run: Run, items: CelList, depth: number): CelValue[] {
  charge(run, items.length)
  return items.flatMap((one) => (isList(one) && depth > 0 ? flatten(run, one, depth - 1) : [one]))
}

function distinct(run: Run, items: CelList): CelValue[] {
  const seen = new Set<CelKey>()
  const kept: CelValue[] = []
  const odd: CelValue[] = []
  for (const one of items) {
    const key = keyOf(one)
    if (key === undefined) {
      charge(run, odd.length)
      if (odd.some((other) => equals(run, other, one))) continue
      odd.push(one)
    } else {
      if (seen.has(key)) continue
      seen.add(key)
    }
    kept.push(one)
  }
  charge(run, items.length)
  return kept
}

/** Sorts `items` by `keys`, which stand at the same places. */
export function sortBy(run: Run, items: CelList, keys: CelList): CelValue[] {
  charge(run, items.length * Math.ceil(Math.log2(items.length + 2)))
  const order = items.map((_, index) => index)
  order.sort((a, b) => compare(keys[a] as CelValue, keys[b] as CelValue) ?? 0)
  return order.map((index) => items[index] as CelValue)
}

function range(run: Run, end: CelValue): CelValue[] {
  const count = int64(integer(end))
  charge(run, 2 * Number(count > 0n ? count : 0n))
  return Array.from({ length: Math.max(0, Number(count)) }, (_, index) => intOf(index))
}

function optional(value: CelValue | undefined): CelOptional {
  return value === undefined ? CelOptional.none : some(value)
}

export const lists: Library = {
  isSorted: [member(1, isList, (run, items) => isSorted(run, items as CelList))],
  sum: [member(1, isList, (run, items) => sum(run, items as CelList))],
  min: [member(1, isList, (run, items) => extreme(run, items as CelList, -1, 'min'))],
  max: [member(1, isList, (run, items) => extreme(run, items as CelList, 1, 'max'))],
  indexOf: [member(2, isList, (run, items, value) => position(run, items as CelList, value, 'first'))],
  lastIndexOf: [member(2, isList, (run, items, value) => position(run, items as CelList, value, 'last'))],
  slice: [member(3, isList, (_, items, from, to) => slice(items as CelList, from, to))],
  flatten: [
    member(1, isList, (run, items) => flatten(run, items as CelList, 1)),
    member(2, isList, (run, items, depth) => flatten(run, items as CelList, Number(integer(depth)))),
  ],
  sort: [member(1, isList, (run, items) => sortBy(run, items as CelList, items as CelList))],
  distinct: [member(1, isList, (run, items) => distinct(run, items as CelList))],
  reverse: [
    member(1, isList, (run, items) => {
      charge(run, (items as CelList).length)
      return [...(items as CelList)].reverse()
    }),
  ],
  first: [member(1, isList, (_, items) => optional((items as CelList)[0]))],
  last: [member(1, isList, (_, items) => optional((items as CelList).at(-1)))],
  'lists.range': [global(1, (run, end) => range(run, end))],
  'sets.contains': [global(2, (run, all, some) => subset(run, list(some), list(all)))],
  'sets.equivalent': [
    global(2, (run, left, right) => subset(run, list(left), list(right)) && subset(run, list(right), list(left))),
  ],
  'sets.intersects': [global(2, (run, left, right) => list(left).some((one) => has(run, list(right), one)))],
}

function subset(run: Run, some: CelList, all: CelList): boolean {
  return some.every((one) => has(run, all, one))
}

function has(run: Run, items: CelList, value: CelValue): boolean {
  charge(run, items.length)
  return items.some((one) => equals(run, one, value))
}
