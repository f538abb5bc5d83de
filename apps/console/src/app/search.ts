// What addresses hold: plain text in the query string, nothing encoded twice, unknown names dropped.

export type SearchValues = Readonly<Record<string, string | undefined>>

export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text))
}

/** Spaces as `+`, empty values left out, so that an address can be read. */
export function printSearch(search: Record<string, unknown>): string {
  const parts: string[] = []
  for (const [name, value] of Object.entries(search))
    if (typeof value === 'string' && value !== '') parts.push(`${encodeURIComponent(name)}=${readable(value)}`)
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}

/** Percent-encoded, except for what a query string may hold as it is (RFC 3986, 3.4) and forms of conditions need. */
function readable(value: string): string {
  return encodeURIComponent(value.toWellFormed())
    .replaceAll('%20', '+')
    .replace(/%(3A|2C|3D|2F|40)/g, (code) => decodeURIComponent(code))
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
