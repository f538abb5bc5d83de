// Shell patterns without a regular expression: * any run, ? one character, \ takes the next one as it is.
// Greedy with one backtrack point: at most pattern × text steps, whatever the pattern.

export function compileGlob(pattern: string): (text: string) => boolean {
  const parts = readParts(pattern)
  const fixed = parts.every((part) => typeof part === 'string') ? parts.join('') : undefined
  if (fixed !== undefined) return (text) => text === fixed
  if (!parts.includes(ONE)) return runsOf(parts)
  return (text) => matches(parts, text)
}

const ANY = Symbol('any run')
const ONE = Symbol('one character')
type Part = string | typeof ANY | typeof ONE

function readParts(pattern: string): Part[] {
  const parts: Part[] = []
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at)
    if (char === '*') {
      if (parts.at(-1) !== ANY) parts.push(ANY)
    } else if (char === '?') {
      parts.push(ONE)
    } else if (char === '\\' && at + 1 < pattern.length) {
      at += 1
      parts.push(pattern.charAt(at))
    } else {
      parts.push(char)
    }
  }
  return parts
}

/** Without `?`: the texts between the runs, each looked for behind the one before it. */
function runsOf(parts: readonly Part[]): (text: string) => boolean {
  const texts = ['']
  for (const part of parts) {
    if (part === ANY) texts.push('')
    else if (typeof part === 'string') texts.push(`${texts.pop()}${part}`)
  }
  const first = texts[0] ?? ''
  const last = texts.at(-1) ?? ''
  const between = texts.slice(1, -1)
  return (text) => {
    let at = first.length
    if (at + last.length > text.length || !text.startsWith(first) || !text.endsWith(last)) return false
    for (const one of between) {
      const found = text.indexOf(one, at)
      if (found < 0) return false
      at = found + one.length
    }
    return at + last.length <= text.length
  }
}

function matches(parts: readonly Part[], text: string): boolean {
  let part = 0
  let star = -1
  let starAt = 0
  for (let at = 0; at < text.length; ) {
    const wanted = parts[part]
    if (wanted === ANY) {
      star = part
      starAt = at
      part += 1
    } else if (wanted === ONE || wanted === text[at]) {
      part += 1
      at += 1
    } else if (star >= 0) {
      starAt += 1
      at = starAt
      part = star + 1
    } else {
      return false
    }
  }
  while (parts[part] === ANY) part += 1
  return part === parts.length
}
