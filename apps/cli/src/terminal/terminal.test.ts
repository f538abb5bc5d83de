import { YaguraError } from '@yagura/kernel'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { explain } from './explain.ts'
import { createProgress } from './progress.ts'
import { formatTable } from './table.ts'
import { displayWidth, fit } from './width.ts'

describe('width', () => {
  it.each([
    ['abc', 3],
    ['櫓', 2],
    ['ﾔｸﾞﾗ', 4],
    ['e\u0301', 1],
    ['👍', 2],
    ['·…', 2],
  ])('of %s is %i columns', (text, columns) => {
    expect(displayWidth(text)).toBe(columns)
  })

  it('is what a text is fitted to, whatever is in it', () => {
    const text = fc.array(fc.constantFrom('a', '櫓', 'e\u0301', '👍', '-')).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 12 }), (value, columns) => {
        expect(displayWidth(fit(value, columns))).toBe(columns)
      }),
    )
  })
})

describe('a table', () => {
  const columns = [{ title: 'WORD' }, { title: 'NAME', minColumns: 6 }, { title: 'NOTE', minColumns: 4 }]
  const rows = [
    ['high', 'a-rather-long-name', 'x'],
    ['low', 'short', 'a longer note than that'],
  ].map((row) => row.map((text) => ({ text })))

  it('is as wide as its content where nothing limits it', () => {
    expect(formatTable(columns, rows, undefined)).toEqual([
      'WORD  NAME                NOTE',
      'high  a-rather-long-name  x',
      'low   short               a longer note than that',
    ])
  })

  it('fits the terminal: the widest columns give way, none below its least width', () => {
    for (let width = 18; width < 60; width++)
      for (const line of formatTable(columns, rows, width)) expect(displayWidth(line)).toBeLessThanOrEqual(width)
    expect(formatTable(columns, rows, 5)[1]).toBe('high  a-rat…  x')
  })

  it('colours after fitting, so that colours take no room', () => {
    const style = (text: string) => `<${text}>`
    const coloured = rows.map((row) => row.map((cell) => ({ ...cell, style })))
    expect(formatTable(columns, coloured, 30)[1]).toMatch(/^<high> {2}<.*> {2}<x>$/)
  })
})

describe('progress', () => {
  it('is silent for two seconds, and for good where no person looks', () => {
    vi.useFakeTimers({ now: 1_000_000, toFake: ['performance', 'setInterval', 'clearInterval'] })
    const written: string[] = []
    const terminal = { isTTY: true, columns: 24, write: (text: string) => written.push(text) }
    const progress = createProgress(terminal)
    const piped = createProgress({ ...terminal, isTTY: false })
    progress.update('Reading')
    piped.update('never')
    vi.advanceTimersByTime(1900)
    expect(written).toEqual([])
    vi.advanceTimersByTime(200)
    progress.update('Reading layer 3 of 100')
    vi.advanceTimersByTime(1000)
    progress.done()
    piped.done()
    vi.advanceTimersByTime(5000)
    vi.useRealTimers()
    const clear = '\r\u001b[2K'
    expect(written[0]).toBe(`${clear}Reading … 2 s`)
    expect(written).toContain(`${clear}Reading layer 3 of 100 `)
    expect(written.at(-1)).toBe(clear)
  })
})

describe('an error', () => {
  it('is a sentence and what to do, without what acts on a terminal', () => {
    const error = new YaguraError('INPUT_INVALID', 'The name \u001b[31mred is bad.', { hint: 'Use another.' })
    expect(explain(error)).toEqual({ text: 'yagura: The name \\x1b[31mred is bad. Use another.\n', exitCode: 2 })
  })

  it('that nobody foresaw is said to be ours, and shows its stack only on request', () => {
    const text = explain(new TypeError('x is not a function')).text
    expect(text).toBe('yagura: Something went wrong inside Yagura: x is not a function\n')
    expect(explain(new TypeError('boom'), true).text).toMatch(/boom\n[^\n]*TypeError: boom\n\s+at /)
  })
})
