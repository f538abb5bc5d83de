import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { remembering, rememberingNames, rememberingWords, textOf } from './text.ts'

const all = (bytes: Uint8Array) => textOf(bytes, 0, bytes.length)

describe('text of bytes', () => {
  test('valid UTF-8 is kept', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => all(Buffer.from(text)) === text))
    // a byte order mark is a name's own
    expect(all(Buffer.from('\ufeffname'))).toBe('\ufeffname')
  })

  test('every other byte is written as \\xNN', () => {
    expect(all(Buffer.from([0x61, 0xff, 0xc3, 0xa9, 0xc3, 0x62, 0xed, 0xa0, 0x80, 0xf4, 0x90]))).toBe(
      'a\\xffé\\xc3b\\xed\\xa0\\x80\\xf4\\x90',
    )
  })

  test('any bytes give text that can be stored and is at most four times as long', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = all(bytes)
        expect(text.isWellFormed()).toBe(true)
        expect(text.length).toBeLessThanOrEqual(4 * bytes.length)
      }),
    )
  })
})

describe('remembered text', () => {
  test('is what would have been read, however the table is crowded', () => {
    const read = remembering(4, textOf)
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => read(bytes, 0, bytes.length) === all(bytes)))
  })

  test('compared by words too, wherever it lies and whatever follows', () => {
    const read = rememberingWords(4, textOf)
    const bytes = new Uint8Array(1024)
    const u32 = new Uint32Array(bytes.buffer)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(100), fc.nat(255), (text, word, filler) => {
        bytes.fill(filler)
        bytes.set(text, 4 * word)
        const end = 4 * word + text.length
        return read(u32, bytes, 4 * word, end) === textOf(bytes, 4 * word, end)
      }),
    )
  })

  test('of fixed names too', () => {
    const read = rememberingNames(4)
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const end = bytes.indexOf(0)
        expect(read(new Uint32Array(bytes.buffer, 0, 4), bytes, 0)).toBe(textOf(bytes, 0, end < 0 ? 16 : end))
      }),
    )
    expect(read(new Uint32Array(4), new Uint8Array(16), 0)).toBe('')
  })
})
