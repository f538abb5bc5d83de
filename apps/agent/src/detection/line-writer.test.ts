// A reader that is slow, a pipe that takes half a line, a reader that is gone.
import { expect, it, vi } from 'vitest'
import { createLineWriter } from './line-writer.ts'

function refusal(code: string): Error {
  return Object.assign(new Error(code), { code })
}

it('keeps the order of lines when the pipe is full or takes only a part', () => {
  vi.useFakeTimers()
  let out = ''
  let free = 4
  const writer = createLineWriter(1, (_, bytes, offset) => {
    if (free === 0) throw refusal('EAGAIN')
    const part = bytes.subarray(offset, offset + free)
    free -= part.length
    out += Buffer.from(part).toString()
    return part.length
  })
  writer.write('first')
  writer.write('second')
  expect(out).toBe('firs')
  free = 5
  vi.advanceTimersByTime(10)
  expect(out).toBe('first\nsec')
  free = 100
  vi.advanceTimersByTime(10)
  expect(out).toBe('first\nsecond\n')
  expect(writer.waiting).toBe(0)
  vi.useRealTimers()
})

it('drops the oldest whole lines beyond its bound, and counts them', () => {
  vi.useFakeTimers()
  let isFull = true
  const lines: string[] = []
  const writer = createLineWriter(1, (_, bytes, offset) => {
    if (isFull) throw refusal('EAGAIN')
    lines.push(Buffer.from(bytes.subarray(offset)).toString())
    return bytes.length - offset
  })
  for (let index = 0; index < 20_010; index++) writer.write(String(index))
  expect(writer.waiting).toBe(20_000)
  expect(writer.dropped).toBe(10)
  isFull = false
  writer.flush()
  expect(lines.slice(0, 2)).toEqual(['0\n', '11\n'])
  expect(lines.at(-1)).toBe('20009\n')
  vi.useRealTimers()
})

it('says that nobody reads any more', () => {
  const writer = createLineWriter(1, () => {
    throw refusal('EPIPE')
  })
  expect(() => writer.write('x')).toThrow('EPIPE')
})
