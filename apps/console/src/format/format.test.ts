import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatBytes, formatCount, formatDuration, formatShare } from './number.ts'
import { csvCell, toCsv } from './table-copy.ts'
import {
  commandLine,
  imageRepository,
  shortDigest,
  shortImageName,
  shortScope,
  visibleText,
  webAddress,
} from './text.ts'
import { absoluteTime, clockTime, relativeTime } from './time.ts'

const NOW = Date.UTC(2026, 10, 23, 12, 0, 0)

describe('times', () => {
  test('relative times use the largest whole unit', () => {
    expect(relativeTime(NOW - 2_000, NOW, 'en')).toBe('now')
    expect(relativeTime(NOW - 59_000, NOW, 'en')).toBe('59 sec. ago')
    expect(relativeTime(NOW - 119_000, NOW, 'en')).toBe('1 min. ago')
    expect(relativeTime(NOW - 26 * 3_600_000, NOW, 'en')).toBe('yesterday')
    expect(relativeTime(NOW + 3 * 86_400_000, NOW, 'en')).toBe('in 3 days')
    expect(relativeTime(NOW - 180_000, NOW, 'ja')).toBe('3 分前')
    expect(relativeTime(NOW - 180_000, NOW, 'zh')).toBe('3分钟前')
  })

  test('absolute times are of the chosen zone', () => {
    expect(absoluteTime(NOW, 'en', 'UTC')).toContain('12:00:00')
    expect(absoluteTime(NOW, 'ja', 'Asia/Tokyo')).toContain('21:00:00')
    expect(clockTime(NOW + 42, 'en', 'UTC')).toBe('12:00:00.042')
  })
})

describe('numbers', () => {
  test('sizes in binary units', () => {
    expect(formatBytes(0, 'en')).toBe('0 B')
    expect(formatBytes(1536, 'en')).toBe('1.5 KiB')
    expect(formatBytes(1023 * 1024, 'en')).toBe('1,023 KiB')
    expect(formatBytes(10 * 1024 ** 3, 'en')).toBe('10 GiB')
  })

  test('counts, durations, shares', () => {
    expect(formatCount(1234567, 'en')).toBe('1,234,567')
    expect(formatDuration(340, 'en')).toBe('340 ms')
    expect(formatDuration(3_600_000 * 3, 'en')).toBe('3 hr')
    expect(formatShare(1, 1_000_000_000, 'en')).toBe('0.01%')
    expect(formatShare(0, 10, 'en')).toBe('0%')
    expect(formatShare(999_999_999, 1_000_000_000, 'en')).toBe('99.99%')
  })
})

describe('text of strangers', () => {
  test('overrides and control characters are written out', () => {
    expect(visibleText('invoice\u202egpj.exe')).toBe('invoice\\u202egpj.exe')
    expect(visibleText('a\u0000b\u200bc\u009bd')).toBe('a\\x00b\\u200bc\\x9bd')
    expect(visibleText('日本語 中文 émoji 👍')).toBe('日本語 中文 émoji 👍')
  })

  test('only web addresses become links', () => {
    expect(webAddress('https://example.org/CVE')).toBe('https://example.org/CVE')
    for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'nonsense', '//evil.example'])
      expect(webAddress(bad)).toBeNull()
  })

  test('names are shortened where they are all alike', () => {
    expect(shortImageName('registry.example:5000/shop/web:1')).toBe('shop/web:1')
    expect(shortImageName('docker.io/library/nginx:1.25')).toBe('library/nginx:1.25')
    expect(shortImageName('nginx:1.25')).toBe('nginx:1.25')
    expect(shortScope(`image:sha256:${'a1'.repeat(32)}`)).toBe('image a1a1a1a1a1a1')
    expect(imageRepository('registry.example:5000/shop/web:1@sha256:ab')).toBe('registry.example:5000/shop/web')
    expect(imageRepository('registry.example:5000/shop/web')).toBe('registry.example:5000/shop/web')
    expect(imageRepository('alpine')).toBe('alpine')
    expect(shortScope('host:abc')).toBe('host:abc')
  })

  test('a command line can be pasted', () => {
    expect(commandLine(['sh', '-c', "echo 'hi' > x"])).toBe(String.raw`sh -c 'echo '\''hi'\'' > x'`)
    expect(shortDigest(`sha256:${'4f'.repeat(32)}`)).toBe('4f4f4f4f4f4f')
  })
})

describe('copy as CSV', () => {
  test('formulas are prefixed', () => {
    expect(csvCell('=cmd|calc')).toBe("'=cmd|calc")
    expect(csvCell('@x,y')).toBe('"\'@x,y"')
    expect(csvCell(-3)).toBe('-3')
    expect(csvCell(null)).toBe('')
  })

  test('whatever the cells hold, they come back, and none starts a formula', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 2 }), { minLength: 1 }), (rows) => {
        const parsed = parseCsv(toCsv(['a', 'b'], rows)).slice(1)
        const plain = parsed.map((row) => row.map((cell) => (/^'[=+\-@\t\r\n]/.test(cell) ? cell.slice(1) : cell)))
        const expected = rows.map((row) => row.map((cell) => (/^'[=+\-@\t\r\n]/.test(cell) ? cell.slice(1) : cell)))
        expect(plain).toEqual(expected)
        for (const cell of parsed.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r\n]/)
      }),
    )
  })
})

/** RFC 4180 reader, as the oracle. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [['']]
  let quoted = false
  for (let i = 0; i < text.length; i += 1) {
    const row = rows.at(-1) as string[]
    const char = text[i] as string
    if (quoted) {
      if (char === '"' && text[i + 1] === '"') {
        row[row.length - 1] += '"'
        i += 1
      } else if (char === '"') quoted = false
      else row[row.length - 1] += char
    } else if (char === '"') quoted = true
    else if (char === ',') row.push('')
    else if (char === '\r' && text[i + 1] === '\n') {
      rows.push([''])
      i += 1
    } else row[row.length - 1] += char
  }
  return rows
}
