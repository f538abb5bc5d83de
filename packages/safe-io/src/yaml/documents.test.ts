import { describe, expect, it } from 'vitest'
import { parseYamlDocuments } from './documents.ts'

function read(text: string) {
  return parseYamlDocuments(Buffer.from(text), 'x.yaml').map(({ line, value }) => ({
    line,
    value: value.ok ? value.value : value.error.message,
  }))
}

describe('documents', () => {
  it('stand alone, with their lines', () => {
    expect(read('a: 1\n---\n# nothing\n---\nb: [\n--- # c\nc: 3\n')).toMatchObject(
      [
        { line: 1, value: { a: 1 } },
        { line: 5, value: /this is not YAML/ },
        { line: 7, value: { c: 3 } },
      ].map((one) => (one.value instanceof RegExp ? { line: one.line, value: expect.stringMatching(one.value) } : one)),
    )
  })

  it('are read as Kubernetes reads them', () => {
    expect(
      read('a: yes\nb: 2024-01-01\nc: 1:30\nd: 0o17\ne: "1"\nf: 1.0\ng: &x {h: 1}\ni: {<<: *x, j: 2}\nk: 0777\n')[0]
        ?.value,
    ).toEqual({
      a: true,
      b: '2024-01-01',
      c: '1:30',
      d: '0o17',
      e: '1',
      f: 1,
      g: { h: 1 },
      i: { h: 1, j: 2 },
      k: 511,
    })
    expect(read('{"a": [1, "b"]}')[0]?.value).toEqual({ a: [1, 'b'] })
  })

  it('that are empty are left out, however many lines they have', () => {
    expect(read(`${'\n'.repeat(80)}櫓: 1`)).toHaveLength(1)
    expect(read(`${' \n'.repeat(80)}  # nothing\n---\n---\n...\n`)).toEqual([])
    expect(read(`${'\n\t '.repeat(40)}`)).toEqual([])
  })

  it('are no way to other objects', () => {
    const [document] = read('__proto__: {polluted: true}\nconstructor: 1')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(Object.getPrototypeOf(document?.value)).toBe(Object.prototype)
  })
})

describe('what a stranger writes', () => {
  const bomb = `a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]\n`).join('')}`
  it.each([
    ['aliases', bomb],
    ['an alias loop', 'a: &a [*a]'],
    ['brackets', '['.repeat(5000)],
    ['dashes', '- '.repeat(5000)],
    ['indentation', Array.from({ length: 600 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')],
    ['empty lines', `a: |\n${'\n'.repeat(200_000)}`],
    ['quotes', '"'.repeat(50_000)],
    ['colons', ': '.repeat(25_000)],
    ['size', `a: ${'x'.repeat(5 * 1024 * 1024)}`],
    ['documents', '---\na: 1\n'.repeat(6000)],
  ])('%s is refused with a sentence', (_, text) => {
    expect(read(text)).toEqual(
      [{ line: 1, value: expect.stringMatching(/\.$/) }].map((one) => ({ ...one, line: expect.any(Number) })),
    )
  })
})
