// Configurations that are trees: YAML and properties, with keys joined by dots, whether they were nested or written out.
import { parseYamlDocuments } from '@yagura/safe-io/yaml'
import type { Reading, Scalar } from '../../../engine/reading.ts'
import { absentIn, type Setting } from './settings.ts'
import { readText, type Texts } from './texts.ts'

export interface Tree {
  readonly path: string
  readonly values: ReadonlyMap<string, Scalar | readonly Scalar[]>
}

/** `net: {tls: {mode: x}}` and `net.tls.mode: x` are the same. */
export function readYamlTree(texts: Texts, path: string, isRequired = false): Tree {
  const text = readText(texts, path, isRequired)
  const values = new Map<string, Scalar | readonly Scalar[]>()
  if (text === undefined) return { path, values }
  const [document] = parseYamlDocuments(Buffer.from(text), path)
  if (document && !document.value.ok) texts.problems.push({ place: path, reason: document.value.error.message })
  else if (document?.value.ok) flatten(document.value.value, '', values)
  return { path, values }
}

function flatten(value: unknown, key: string, into: Map<string, Scalar | readonly Scalar[]>): void {
  if (Array.isArray(value)) {
    into.set(
      key,
      value.map((one) => (typeof one === 'object' ? JSON.stringify(one) : String(one))),
    )
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) flatten(inner, key === '' ? name : `${key}.${name}`, into)
  } else if (value !== null && value !== undefined) into.set(key, value as Scalar)
}

/** `name = value`, `name: value`; # and ! begin remarks; a backslash continues the line (java.util.Properties). */
export function readProperties(texts: Texts, path: string, into: Map<string, Setting[]>, isRequired = false): void {
  const text = readText(texts, path, isRequired)
  if (text === undefined) return
  for (const [index, line] of text
    .replaceAll(/\\\r?\n[ \t]*/g, '')
    .split('\n')
    .entries()) {
    const match = /^\s*([^#!\s=:][^\s=:]*)\s*[=:\s]\s*(.*?)\s*$/.exec(line) ?? /^\s*([^#!\s=:][^\s=:]*)\s*$/.exec(line)
    if (!match) continue
    const key = match[1] as string
    into.set(key, [...(into.get(key) ?? []), { value: match[2] ?? '', place: `${path}:${index + 1}` }])
  }
}

export function treeSetting({ path, values }: Tree, texts: Texts, key: string): Reading {
  const [problem] = texts.problems
  if (problem) return { kind: 'unreadable', ...problem }
  const value = values.get(key)
  if (value === undefined) return absentIn(texts.files.length > 0 ? texts.files : [path])
  return { kind: 'value', source: 'file', place: `${path}: ${key}`, value }
}
