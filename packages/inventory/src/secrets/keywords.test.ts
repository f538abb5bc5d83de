import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createKeywords } from './keywords.ts'
import { secretRules } from './rules.ts'

function findPlainly(words: readonly string[], text: string): string[] {
  const lower = text.toLowerCase()
  return words
    .flatMap((word) => {
      const places: string[] = []
      for (let at = lower.indexOf(word.toLowerCase()); at >= 0; at = lower.indexOf(word.toLowerCase(), at + 1))
        places.push(`${word} ${at}`)
      return places
    })
    .sort()
}

function find(words: readonly string[], text: string): string[] {
  const places: string[] = []
  createKeywords(words).find(Buffer.from(text, 'latin1'), (word, start) => places.push(`${words[word]} ${start}`))
  return places.sort()
}

test('the same as one search for each word, however they overlap', () => {
  const letters = fc.constantFrom('a', 'b', 'A', 'c', '-', 'x')
  const word = fc.array(letters, { minLength: 2, maxLength: 5 }).map((chars) => chars.join(''))
  const words = fc.uniqueArray(word, { minLength: 1, maxLength: 8, selector: (one) => one.toLowerCase() })
  fc.assert(
    fc.property(words, fc.array(letters, { maxLength: 60 }), (list, chars) => {
      const text = chars.join('')
      expect(find(list, text)).toEqual(findPlainly(list, text))
    }),
    { numRuns: 2000 },
  )
})

test('the words of all kinds of secrets, among text and behind each other', () => {
  const words = [...new Set(secretRules().flatMap(({ keywords }) => keywords))].filter((word) => word.length > 1)
  const unique = words.filter((word, at) => words.findIndex((one) => one.toLowerCase() === word.toLowerCase()) === at)
  const piece = fc.oneof(fc.constantFrom(...unique), fc.stringMatching(/^[ -~]{0,6}$/))
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('')
      expect(find(unique, text)).toEqual(findPlainly(unique, text))
    }),
    { numRuns: 300 },
  )
})
