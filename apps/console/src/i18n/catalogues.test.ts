// The three catalogues say the same things, each with the plural forms of its language, and nothing is said outside of them.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'vite'
import { describe, expect, test } from 'vitest'
import en from './catalogues/en.json' with { type: 'json' }
import ja from './catalogues/ja.json' with { type: 'json' }
import zh from './catalogues/zh.json' with { type: 'json' }

const CATALOGUES = { en: flatten(en), ja: flatten(ja), zh: flatten(zh) }
const PLURAL = /_(zero|one|two|few|many|other)$/
const source = join(import.meta.dirname, '..')

function flatten(tree: object, path = ''): Map<string, string> {
  const flat = new Map<string, string>()
  for (const [name, value] of Object.entries(tree)) {
    const key = path ? `${path}.${name}` : name
    if (typeof value === 'string') flat.set(key, value)
    else for (const [inner, text] of flatten(value, key)) flat.set(inner, text)
  }
  return flat
}

function baseKeys(catalogue: Map<string, string>): string[] {
  return [...new Set([...catalogue.keys()].map((key) => key.replace(PLURAL, '')))].sort()
}

function placeholders(text: string): string[] {
  return [...new Set([...text.matchAll(/{{(\w+)}}/g)].map((match) => match[1] ?? ''))].sort()
}

describe.each(Object.entries(CATALOGUES))('catalogue %s', (language, catalogue) => {
  test('has the keys of the English one', () => {
    expect(baseKeys(catalogue)).toEqual(baseKeys(CATALOGUES.en))
  })

  test('has every plural form of its language, and no form that the language lacks', () => {
    const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories
    const bases = new Set(
      [...CATALOGUES.en.keys()].filter((key) => PLURAL.test(key)).map((key) => key.replace(PLURAL, '')),
    )
    for (const base of bases) {
      const forms = [...catalogue.keys()].filter((key) => key.replace(PLURAL, '') === base && PLURAL.test(key))
      const categories = forms.map((key) => key.slice(base.length + 1)).filter((category) => category !== 'zero')
      expect([base, categories.sort()]).toEqual([base, needed.toSorted()])
    }
  })

  test('no text is empty, and each names the values of the English one', () => {
    for (const [key, text] of catalogue) {
      expect(text.trim(), key).not.toBe('')
      const english = CATALOGUES.en.get(key) ?? CATALOGUES.en.get(`${key.replace(PLURAL, '')}_other`) ?? ''
      const wanted = placeholders(english)
      // A form for "none" or "one" may do without the number.
      const allowed = PLURAL.test(key) ? [...wanted, 'count', 'shown', 'rows', 'dropped'] : wanted
      expect(
        placeholders(text).filter((name) => !allowed.includes(name)),
        key,
      ).toEqual([])
      if (!PLURAL.test(key)) expect(placeholders(text), key).toEqual(wanted)
    }
  })

  test('is of its own language', () => {
    const translated = [...catalogue].filter(([key, text]) => language !== 'en' && text === CATALOGUES.en.get(key))
    // Names and terms that stay as they are in every language.
    const same = translated.filter(([, text]) => !/^(root|cgroups?|Capabilities|PID|UID|Pod|eBPF)$/.test(text))
    expect(same).toEqual([])
  })
})

interface Node {
  readonly type: string
  readonly start: number
  readonly [field: string]: unknown
}

function* nodesOf(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const item of value) yield* nodesOf(item)
  else if (typeof value === 'object' && value !== null) {
    if ('type' in value && typeof value.type === 'string') yield value as Node
    for (const field of Object.values(value)) yield* nodesOf(field)
  }
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name),
)

function parse(name: string): Node[] {
  return [...nodesOf(parseSync(name, readFileSync(join(source, name), 'utf8')).program)]
}

/** Attributes and props whose value a person reads or hears. */
const SPOKEN = new Set(['title', 'aria-label', 'placeholder', 'alt', 'label', 'text', 'name', 'aria-description'])
/** Names of things that are called the same everywhere. */
const PROPER =
  /^(Yagura|purl|SHA-256|UTC|PostgreSQL.*|eBPF|\/proc|yagura .*|sudo .*|Ctrl.*|kind|name|role|days|container|process|minutes|reason|note|verdict|url|severity)$/

test('no text in components outside the catalogues', () => {
  const found: string[] = []
  for (const name of files.filter((file) => file.endsWith('.tsx'))) {
    for (const node of parse(name)) {
      if (node.type === 'JSXText' && /\p{L}{2,}/u.test(String(node.value)) && !PROPER.test(String(node.value).trim()))
        found.push(`${name}: ${String(node.value).trim()}`)
      if (node.type !== 'JSXAttribute') continue
      const attribute = (node.name as Node | undefined)?.name
      const literal = node.value as Node | null
      if (!SPOKEN.has(String(attribute)) || literal?.type !== 'Literal') continue
      if (/\p{L}{2,}/u.test(String(literal.value)) && !PROPER.test(String(literal.value)))
        found.push(`${name}: ${attribute}="${literal.value}"`)
    }
  }
  expect(found).toEqual([])
})

test('every text is used', () => {
  const exact = new Set<string>()
  const prefixes: string[] = []
  for (const name of files) {
    for (const node of parse(name)) {
      if (node.type === 'Literal' && typeof node.value === 'string') exact.add(node.value)
      if (node.type !== 'TemplateLiteral') continue
      const start = ((node.quasis as { value: { cooked: string } }[])[0]?.value.cooked ?? '').trim()
      if (/^[a-zA-Z]+\./.test(start)) prefixes.push(start)
    }
  }
  const unused = baseKeys(CATALOGUES.en).filter(
    (key) => !exact.has(key) && !prefixes.some((prefix) => key.startsWith(prefix)),
  )
  expect(unused).toEqual([])
})
