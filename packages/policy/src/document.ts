// Kubernetes objects as strangers write them: nothing about their shape is taken for granted.

export type Fields = Readonly<Record<string, unknown>>

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const EMPTY: Fields = Object.freeze({})

export function fields(value: unknown): Fields {
  return isFields(value) ? value : EMPTY
}

/** The value at a path of own properties. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value
  for (const name of path) {
    if (!isFields(current) || !Object.hasOwn(current, name)) return undefined
    current = current[name]
  }
  return current
}

export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : typeof found === 'number' ? String(found) : undefined
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path)
  return Array.isArray(found) ? found : []
}

export function textsAt(value: unknown, ...path: readonly string[]): readonly string[] {
  return listAt(value, ...path).filter((one): one is string => typeof one === 'string')
}

/** Labels or annotations: text by text. */
export function labelsAt(value: unknown, ...path: readonly string[]): Readonly<Record<string, string>> {
  const found = fields(at(value, ...path))
  return Object.fromEntries(
    Object.entries(found).map(([key, one]) => [key, typeof one === 'string' ? one : String(one)]),
  )
}

/** What a file holds, with lists taken apart: `kind: List` and every other …List with items. */
export function unwrapLists(documents: readonly unknown[]): unknown[] {
  return documents.flatMap((document) => {
    const kind = textAt(document, 'kind')
    const items = at(document, 'items')
    if (!kind?.endsWith('List') || !Array.isArray(items)) return [document]
    const version = textAt(document, 'apiVersion')
    const itemKind = kind.slice(0, -'List'.length)
    return items.map((item) =>
      isFields(item) && itemKind !== '' && item.kind === undefined
        ? { apiVersion: version, kind: itemKind, ...item }
        : item,
    )
  })
}
