// Documents that are small and mean much (hostile inputs 16 to 18): refused by how they look, before anything is built from them.
import { expect, test } from 'vitest'
import { createFindings } from './findings.ts'
import { readToml } from './toml.ts'
import { readXml } from './xml.ts'
import { readYaml } from './yaml.ts'

function yaml(text: string): { documents: readonly unknown[]; problems: readonly string[] } {
  const findings = createFindings('x')
  const documents = readYaml(Buffer.from(text), findings)
  return { documents, problems: findings.parsed().problems }
}

const LAUGHS = `a: &a [x, x, x, x, x, x, x, x, x]
${'bcdefghi'.replace(/./g, (name) => {
  const before = String.fromCharCode(name.charCodeAt(0) - 1)
  return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]\n`
})}`

test.each([
  ['billion laughs', LAUGHS],
  ['an anchor inside itself', 'a: &a [*a]\n'],
  ['a merge of an alias', 'a: &a {x: 1}\nb:\n  <<: *a\n'],
  ['a tag of its own', 'a: !!js/function "x"\n'],
  ['a hundred documents', '---\na: 1\n'.repeat(100)],
  ['lists in lists in a line', '- '.repeat(100_000)],
  ['keys in keys in a line', '? '.repeat(100_000)],
  ['empty lines', `a: >\n${'\n'.repeat(500_000)}b`],
  ['brackets without an end', '['.repeat(500_000)],
  ['brackets with text between', '[a, '.repeat(100_000)],
  ['steps down', Array.from({ length: 1000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')],
])('YAML: %s', (_name, text) => {
  const { documents, problems } = yaml(text)
  expect(documents).toEqual([])
  expect(problems).toHaveLength(1)
})

test('YAML: scalars are text, keys of prototypes are keys', () => {
  const { documents } = yaml('a: 1.10\nb: yes\n__proto__:\n  c: null\n')
  expect(JSON.stringify(documents)).toBe('[{"a":"1.10","b":"yes","__proto__":{"c":"null"}}]')
  expect(({} as { c?: string }).c).toBeUndefined()
})

test('TOML: nesting by brackets, tables and dots', () => {
  for (const text of [`a = ${'['.repeat(100_000)}`, `a = ${'{a='.repeat(100_000)}`, `${'a.'.repeat(500_000)}a = 1`]) {
    const findings = createFindings('x')
    expect(readToml(Buffer.from(text), findings)).toBeUndefined()
    expect(findings.parsed().problems).toHaveLength(1)
  }
})

test('XML: no document type, no entity of its own', () => {
  expect(readXml(Buffer.from('<!DOCTYPE a><a/>'), {})).toBe('The file has a document type, which is not read.')
  expect(readXml(Buffer.from('<a>&b;</a>'), {})).toBe('The file is not well-formed XML.')
  const texts: string[] = []
  readXml(Buffer.from('<a>&lt;&#65;<![CDATA[&b;]]></a>'), { close: (_path, text) => texts.push(text) })
  expect(texts).toEqual(['<A&b;'])
})
