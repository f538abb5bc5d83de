// What addresses hold: plain text in the query string, nothing encoded twice, unknown names dropped.

export type SearchValues = Readonly<Record<string, string | undefined>>

export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text))
}

/** Spaces as `+`, empty values left out, so that an address can be read. */
export function printSearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(search))
    if (typeof value === 'string' && value !== '') params.set(name, value)
  const text = params.toString().replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%3D', '=')
  return text === '' ? '' : `?${text}`
}

/** Keeps the named values that are text. */
export function pick<Name extends string>(
  search: Record<string, unknown>,
  names: readonly Name[],
): { [Key in Name]?: string } {
  const picked: { [Key in Name]?: string } = {}
  for (const name of names) {
    const value = search[name]
    if (typeof value === 'string' && value !== '' && value.length <= 2048) picked[name] = value
  }
  return picked
}

/** A page to go to after signing in: a path of this console, nothing else. */
export function innerPath(text: string | undefined): string {
  return text && /^\/(?![/\\])/.test(text) && !text.startsWith('/signin') ? text : '/'
}
