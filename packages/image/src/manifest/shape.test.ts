import { expect, test } from 'vitest'
import { count, lenient, list, matching, object, optional, record, type Shape, text } from './shape.ts'

const shape = object({
  name: text,
  size: optional(count),
  tags: list(matching(/^[a-z]+$/, 'a word'), 3),
  labels: lenient(record(text)),
})

function sentence(read: Shape<unknown>, value: unknown): string {
  try {
    return JSON.stringify(read(value, ''))
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
}

test.each([
  [{ name: 'a', tags: [], more: 1 }, '{"name":"a","tags":[]}'],
  [{ name: 'a', size: 5, tags: ['x'], labels: { k: 'v' } }, '{"name":"a","size":5,"tags":["x"],"labels":{"k":"v"}}'],
  [{ name: 'a', size: null, tags: [], labels: { k: 1 } }, '{"name":"a","tags":[]}'],
  [{ tags: [] }, 'name must be a text'],
  [{ name: 'a', size: -1, tags: [] }, 'size must be a whole number'],
  [{ name: 'a', tags: ['x', 'Y'] }, 'tags[1] must be a word'],
  [{ name: 'a', tags: ['a', 'b', 'c', 'd'] }, 'tags must be a list of at most 3'],
  [[], 'it must be an object'],
  [null, 'it must be an object'],
  // Go takes the last of what it folds into one name
  [{ name: 'a', tags: ['x'], Tags: ['y'] }, 'it must be an object with tags in this spelling alone'],
  [{ name: 'a', tags: ['x'], 'tag\u017f': ['y'] }, 'it must be an object with tags in this spelling alone'],
])('%j', (value, expected) => {
  expect(sentence(shape, value)).toBe(expected)
})
