// What every match of a pattern must hold: so many characters of one kind in a row, as tokens and keys do. Derived from the pattern
// itself. To look for such a run costs a few steps, to ask the pattern costs thousands; most texts around a keyword have none.

export interface RequiredRun {
  /** 0: nothing is known. */
  readonly length: number
  /** 1 for each byte that may stand in it. */
  readonly bytes: Uint8Array
}

/** Whether there may be a match between `start` and `end`. */
export function mayMatch(text: Uint8Array, start: number, end: number, { length, bytes }: RequiredRun): boolean {
  if (length === 0) return true
  for (let last = start + length - 1; last < end; ) {
    let at = last
    while (at > last - length && bytes[text[at] as number] === 1) at--
    if (at === last - length) return true
    last = at + length
  }
  return false
}

/** `pattern` in RE2's syntax. What is not understood counts as a character that interrupts every run. */
export function requiredRun(pattern: string): RequiredRun {
  const { best } = parse(pattern)
  const bytes = new Uint8Array(256)
  for (const char of best.chars) bytes[char.charCodeAt(0)] = 1
  return { length: best.length, bytes }
}

interface Run {
  readonly length: number
  readonly chars: ReadonlySet<string>
}

/** What a part of a pattern always matches. */
interface Part {
  /** It matches nothing but such characters, at least so many. */
  readonly whole: Run | undefined
  readonly prefix: Run
  readonly suffix: Run
  /** The longest run that is always in it. */
  readonly best: Run
}

const TOKEN_CHARS = new Set('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+/=.~%-')
const NO_RUN: Run = { length: 0, chars: new Set() }
const NOTHING: Part = { whole: NO_RUN, prefix: NO_RUN, suffix: NO_RUN, best: NO_RUN }
const INTERRUPTED: Part = { ...NOTHING, whole: undefined }

function parse(pattern: string): Part {
  let at = 0
  return alternatives()

  function alternatives(): Part {
    let part = sequence()
    while (pattern[at] === '|') {
      at++
      part = either(part, sequence())
    }
    return part
  }

  function sequence(): Part {
    let part = NOTHING
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') part = then(part, repeated(atom()))
    return part
  }

  function atom(): Part {
    const char = pattern[at++] as string
    if (char === '(') return group()
    if (char === '[') return oneOf(readClass())
    if (char === '\\') return escaped(pattern[at++] ?? '')
    if (char === '^' || char === '$') return NOTHING
    return char === '.' ? INTERRUPTED : oneOf([char])
  }

  function group(): Part {
    const start = pattern[at]
    // (?:  (?i:  (?i)
    const flags = /^\?[a-zA-Z-]*[:)]/.exec(pattern.slice(at, at + 16))?.[0]
    if (flags) at += flags.length
    if (flags?.endsWith(')')) return NOTHING
    const inside = alternatives()
    at++
    return flags === undefined && start === '?' ? INTERRUPTED : inside
  }

  /** Undefined where a character is not one of a token. */
  function readClass(): readonly string[] | undefined {
    let isKnown = pattern[at] !== '^'
    if (!isKnown) at++
    const chars: string[] = []
    for (let first = true; at < pattern.length && (first || pattern[at] !== ']'); first = false) {
      let char = pattern[at++] as string
      if (char === '\\') {
        char = pattern[at++] ?? ''
        if (/[A-Za-z]/.test(char)) {
          if (char !== 'd' && char !== 'w') isKnown = false
          else chars.push(...classOf(char))
          continue
        }
      }
      let last = char
      if (pattern[at] === '-' && pattern[at + 1] !== ']') {
        last = pattern[at + 1] ?? char
        at += 2
      }
      for (let code = char.charCodeAt(0); code <= last.charCodeAt(0); code++) chars.push(String.fromCharCode(code))
    }
    at++
    return isKnown ? chars : undefined
  }

  function repeated(part: Part): Part {
    const quantifier = /^(?:[?*+]|\{(\d+)(?:,\d*)?\})\??/.exec(pattern.slice(at, at + 16))
    if (!quantifier) return part
    at += quantifier[0].length
    const least = quantifier[1] === undefined ? Number(quantifier[0].startsWith('+')) : Number(quantifier[1])
    return times(part, least)
  }
}

function escaped(char: string): Part {
  if (char === 'b' || char === 'B' || char === 'A' || char === 'z') return NOTHING
  if (char === 'd' || char === 'w') return oneOf(classOf(char))
  return /[A-Za-z]/.test(char) ? INTERRUPTED : oneOf([char])
}

function classOf(char: string): string[] {
  return [...TOKEN_CHARS].filter((one) => (char === 'd' ? /\d/ : /\w/).test(one))
}

/** In either case: patterns may ask for any. */
function oneOf(chars: readonly string[] | undefined): Part {
  if (!chars?.every((char) => TOKEN_CHARS.has(char))) return INTERRUPTED
  const run = { length: 1, chars: new Set(chars.flatMap((char) => [char.toLowerCase(), char.toUpperCase()])) }
  return { whole: run, prefix: run, suffix: run, best: run }
}

function then(a: Part, b: Part): Part {
  return {
    whole: a.whole && b.whole && joined(a.whole, b.whole),
    prefix: a.whole ? joined(a.whole, b.prefix) : a.prefix,
    suffix: b.whole ? joined(a.suffix, b.whole) : b.suffix,
    best: longest(longest(a.best, b.best), joined(a.suffix, b.prefix)),
  }
}

function either(a: Part, b: Part): Part {
  return {
    whole: a.whole && b.whole && shortest(a.whole, b.whole),
    prefix: shortest(a.prefix, b.prefix),
    suffix: shortest(a.suffix, b.suffix),
    best: shortest(a.best, b.best),
  }
}

function times(part: Part, least: number): Part {
  if (part.whole) {
    const run = { length: part.whole.length * least, chars: part.whole.chars }
    return { whole: run, prefix: run, suffix: run, best: run }
  }
  return least === 0 ? INTERRUPTED : part
}

function joined(a: Run, b: Run): Run {
  return { length: a.length + b.length, chars: new Set([...a.chars, ...b.chars]) }
}

function longest(a: Run, b: Run): Run {
  return b.length > a.length ? b : a
}

/** Whichever it is: no shorter than the shorter one, of the characters of both. */
function shortest(a: Run, b: Run): Run {
  return { length: Math.min(a.length, b.length), chars: new Set([...a.chars, ...b.chars]) }
}
