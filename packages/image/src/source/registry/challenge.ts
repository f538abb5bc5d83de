// What a registry asks for when it says 401 (RFC 9110, 11.6.1; distribution-spec, "Authentication").
export interface Challenge {
  /** In lower case. */
  readonly scheme: string
  readonly parameters: Readonly<Record<string, string>>
}

const MAX_LENGTH = 4096
const SCHEME = /^([A-Za-z][A-Za-z0-9-]*)(?: +|$|(?=,))(?!=)/
const PARAMETER = /^([A-Za-z0-9_-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s",]*))/

/** Several challenges may share one header. What cannot be read ends it. */
export function parseChallenges(header: string | undefined): readonly Challenge[] {
  const found: { scheme: string; parameters: Record<string, string> }[] = []
  let rest = (header ?? '').slice(0, MAX_LENGTH)
  while (rest !== '') {
    const separator = /^[\s,]+/.exec(rest)
    if (separator) rest = rest.slice(separator[0].length)
    const parameter = PARAMETER.exec(rest)
    const current = found.at(-1)
    if (parameter && current) {
      const [whole, name = '', quoted, bare = ''] = parameter
      current.parameters[name.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? bare
      rest = rest.slice(whole.length)
      continue
    }
    const scheme = SCHEME.exec(rest)
    if (!scheme) break
    found.push({ scheme: (scheme[1] ?? '').toLowerCase(), parameters: {} })
    rest = rest.slice(scheme[0].length)
  }
  return found
}
