// Values inside of JSON, by path; own properties only.

export function valueAt(value: unknown, path: readonly string[]): unknown {
  let current = value
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined
    current = (current as Record<string, unknown>)[key]
  }
  return current
}

export function listAt(value: unknown, path: readonly string[]): unknown[] {
  const found = valueAt(value, path)
  return Array.isArray(found) ? found : []
}

/** RFC 6901 */
export function pointer(text: string): string[] {
  return text
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}
