// Line diffs against what they must mean: taking only the old or only the new lines gives the two texts back.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changedParts, lineDiff } from './line-diff.ts'

const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 }).map((lines) => lines.join('\n'))
const strip = (one: string) => one.replace(/\n$/, '')

test('the two texts come back, and equal texts have no change', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = lineDiff(before, after)
      const side = (gone: string) => lines.filter(({ kind }) => kind !== gone).map((line) => line.text)
      expect(side('added').join('\n')).toBe(strip(before))
      expect(side('removed').join('\n')).toBe(strip(after))
      if (before === after) expect(lines.every(({ kind }) => kind === 'same')).toBe(true)
    }),
  )
})

test('only the changed line and its neighbours are left', () => {
  const lines = lineDiff('a\nb\nc\nd\ne', 'a\nb\nX\nd\ne')
  expect(lines.map(({ kind }) => kind)).toEqual(['same', 'same', 'removed', 'added', 'same', 'same'])
  expect(changedParts(lines, 1).map((line) => line.text)).toEqual(['b', 'c', 'X', 'd'])
})
