// Regular expressions: RE2 syntax by re2js, in linear time. It still costs the length of the text times the size of the compiled pattern, so
// that is what is charged. A unit is about 50 ns: figures of re2js 2.10, of its slowest patterns.
import { RE2JS } from 're2js'
import { CelFailure } from './error.ts'
import { charge, type Run } from './run.ts'

const MAX_PATTERN_CHARS = 1024
const MAX_PROGRAM_SIZE = 4000
const MAX_KEPT = 256
const UNITS_TO_COMPILE_AN_INSTRUCTION = 400
/** What is no pattern is found out late, and by an exception. */
const UNITS_TO_REFUSE = 2000
const UNITS_TO_TEST_A_STEP = 0.25
const UNITS_TO_FIND_A_STEP = 2

export interface Pattern {
  readonly regex: RE2JS
  readonly programSize: number
}

/** Kept for the next call: a policy uses few patterns, for many resources. */
const kept = new Map<string, Pattern | CelFailure>()

export function compilePattern(run: Run, source: string): Pattern {
  charge(run, 1)
  let pattern = kept.get(source)
  if (!pattern) {
    pattern = compile(source)
    if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value ?? '')
    kept.set(source, pattern)
    charge(
      run,
      pattern instanceof CelFailure
        ? UNITS_TO_REFUSE + source.length * UNITS_TO_COMPILE_AN_INSTRUCTION
        : pattern.programSize * UNITS_TO_COMPILE_AN_INSTRUCTION,
    )
  }
  if (pattern instanceof CelFailure) throw pattern
  return pattern
}

function compile(source: string): Pattern | CelFailure {
  if (source.length > MAX_PATTERN_CHARS)
    return new CelFailure(`the pattern is longer than ${MAX_PATTERN_CHARS} characters`)
  if (estimatedSize(source) > MAX_PROGRAM_SIZE) return new CelFailure('the pattern repeats too much')
  try {
    const regex = RE2JS.compile(source)
    return { regex, programSize: regex.programSize() }
  } catch (cause) {
    return new CelFailure(`not a regular expression of RE2: ${cause instanceof Error ? cause.message : source}`)
  }
}

const PIECE = /\\[QE]|\\.|\[(?:\^?\]?(?:\[:\w+:\]|\\.|[^\]\\])*)\]|\{(\d+)(?:,(\d*))?\}|[\s\S]/gu

/** How many instructions the pattern may become: counted repetition is written out, so that must be known before it is done. */
function estimatedSize(source: string): number {
  const outer: number[] = []
  let size = 0
  let last = 0
  for (const [piece, least, most] of source.matchAll(PIECE)) {
    if (piece === '(') {
      outer.push(size)
      size = 0
      last = 0
    } else if (piece === ')') {
      last = size + 2
      size = (outer.pop() ?? 0) + last
    } else if (least !== undefined) {
      const times = Math.max(1, Number(most || least))
      size += last * 2 * times
      last *= 2 * times
    } else {
      last = 1
      size += 1
    }
    if (size > MAX_PROGRAM_SIZE * 4) break
  }
  return size / 2
}

/** Does the pattern match anywhere in the text? */
export function matches(run: Run, text: string, source: string): boolean {
  const { regex, programSize } = compilePattern(run, source)
  charge(run, text.length * programSize * UNITS_TO_TEST_A_STEP)
  return regex.test(text)
}

/** Where the pattern matches, at most `limit` times, each as its groups. */
export function findAll(
  run: Run,
  text: string,
  source: string,
  limit: number,
): { at: number; groups: (string | null)[] }[] {
  const { regex, programSize } = compilePattern(run, source)
  charge(run, text.length * programSize * UNITS_TO_FIND_A_STEP)
  const matcher = regex.matcher(text)
  const found: { at: number; groups: (string | null)[] }[] = []
  while (found.length < limit && matcher.find()) {
    charge(run, 10 + programSize)
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index) ?? null)
    found.push({ at: matcher.start(), groups })
  }
  return found
}
