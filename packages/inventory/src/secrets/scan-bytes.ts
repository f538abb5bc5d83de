// One text → the secrets in it. Keywords are found in one pass over the bytes; only what stands around one is given to the patterns,
// which take linear time (RE2), and no more of it than the budget of the layer allows.
import type { Severity } from '@yagura/schema'
import { createKeywords, type Keywords } from './keywords.ts'
import { entropyBits, mask } from './mask.ts'
import { mayMatch } from './required-run.ts'
import { type SecretRule, secretRules } from './rules.ts'

/** As JSON in the cache of layers: nothing of the secret but its mask. */
export interface FoundSecret {
  readonly kind: string
  readonly severity: Severity
  readonly path: string
  readonly line: number
  readonly match: string
}

/** Bytes that patterns may still look at. */
export interface PatternBudget {
  bytes: number
}

const BEFORE_BYTES = 128
const AFTER_BYTES = 700
/** A line that starts further back is cut. */
const LINE_BYTES = 300
const NEEDS_WITHIN = 300
const WHOLE_FILE_BYTES = 64 * 1024
const MAX_HITS_OF_RULE = 2000
const MAX_SECRETS_OF_FILE = 50
/** Words of one letter are everywhere: their rules are asked by the path of the file alone. */
const MIN_KEYWORD = 2

interface Prepared {
  readonly keywords: Keywords
  readonly words: readonly string[]
  readonly exact: readonly (Buffer | undefined)[]
  readonly rulesOf: readonly (readonly number[])[]
  readonly rules: readonly SecretRule[]
  readonly byPath: readonly number[]
}

let prepared: Prepared | undefined

const NOTHING: ScannedText = { secrets: [], isComplete: true }

function prepare(): Prepared {
  const rules = secretRules()
  const byWord = new Map<string, number[]>()
  const byPath: number[] = []
  for (const [at, rule] of rules.entries()) {
    if (rule.keywords.some((word) => word.length < MIN_KEYWORD)) byPath.push(at)
    else for (const word of rule.keywords) byWord.set(word, [...(byWord.get(word) ?? []), at])
  }
  const words = [...byWord.keys()]
  const exact = words.map((word) => (word === word.toLowerCase() ? undefined : Buffer.from(word, 'latin1')))
  return { keywords: createKeywords(words), words, exact, rulesOf: [...byWord.values()], rules, byPath }
}

interface Span {
  readonly start: number
  readonly end: number
}

interface Candidate extends Span {
  readonly rule: SecretRule
  readonly secret: string
}

export interface ScannedText {
  readonly secrets: readonly FoundSecret[]
  /** False: there was more that looks like secrets than the budget allows to look at. */
  readonly isComplete: boolean
}

/** `path` without its leading slash. */
export function scanBytes(bytes: Buffer, path: string, budget: PatternBudget): ScannedText {
  const { found, isComplete } = findSecrets(bytes, path, budget)
  if (found.length === 0) return isComplete ? NOTHING : { secrets: [], isComplete }
  return {
    secrets: describe(found.slice(0, MAX_SECRETS_OF_FILE), bytes, path),
    isComplete: isComplete && found.length <= MAX_SECRETS_OF_FILE,
  }
}

/** The text with every secret in it masked; undefined where there was more to look at than the budget allows. */
export function maskText(text: string, path: string, budget: PatternBudget): string | undefined {
  const bytes = Buffer.from(text)
  const { found, isComplete } = findSecrets(bytes, path, budget)
  if (!isComplete || found.length > MAX_SECRETS_OF_FILE) return undefined
  if (found.length === 0) return text
  const parts = found.map(({ secret, start }, at) =>
    Buffer.concat([bytes.subarray(found[at - 1]?.end ?? 0, start), Buffer.from(mask(secret))]),
  )
  return Buffer.concat([...parts, bytes.subarray(found.at(-1)?.end ?? 0)]).toString()
}

interface Found {
  /** By place, none over another; one more than the most that count. */
  readonly found: readonly Candidate[]
  readonly isComplete: boolean
}

function findSecrets(bytes: Buffer, path: string, budget: PatternBudget): Found {
  prepared ??= prepare()
  const { keywords, exact, rulesOf, rules, byPath } = prepared
  const hits = new Map<number, number[]>()
  const fits = new Map<number, boolean>()
  let isComplete = true
  keywords.find(bytes, (word, start) => {
    const text = exact[word]
    if (text && bytes.compare(text, 0, text.length, start, start + text.length) !== 0) return
    for (const at of rulesOf[word] ?? []) {
      const rule = rules[at] as SecretRule
      if (rule.limited && !memo(fits, at, () => rule.fits(path))) continue
      if (rule.needs !== undefined && !isNear(bytes, rule.needs, start)) continue
      const known = hits.get(at)
      if (!known) hits.set(at, [start])
      else if (known.length < MAX_HITS_OF_RULE) known.push(start)
      else isComplete = false
    }
  })
  const wholeFile =
    bytes.length <= WHOLE_FILE_BYTES ? byPath.filter((at) => isAsked(rules[at] as SecretRule, bytes, path)) : []
  if (hits.size === 0 && wholeFile.length === 0) return { found: [], isComplete }
  const candidates: Candidate[] = []
  const look = (rule: SecretRule, spans: readonly Span[]): boolean =>
    spans.every((span) => {
      if (!mayMatch(bytes, span.start, span.end, rule.run())) return true
      const text = bytes.toString('latin1', span.start, span.end)
      if (!rule.mayHold(text)) return true
      budget.bytes -= span.end - span.start
      if (budget.bytes < 0) return false
      candidates.push(...match(rule, text, span.start))
      return true
    })
  const whole = [{ start: 0, end: bytes.length }]
  const complete =
    [...hits].every(([at, starts]) => look(rules[at] as SecretRule, windows(bytes, starts))) &&
    wholeFile.every((at) => look(rules[at] as SecretRule, whole))
  return { found: distinct(candidates), isComplete: isComplete && complete }
}

function isAsked(rule: SecretRule, bytes: Buffer, path: string): boolean {
  return rule.fits(path) && rule.keywords.some((word) => bytes.includes(word))
}

function memo(known: Map<number, boolean>, key: number, make: () => boolean): boolean {
  let value = known.get(key)
  if (value === undefined) {
    value = make()
    known.set(key, value)
  }
  return value
}

function isNear(bytes: Buffer, char: string, from: number): boolean {
  const code = char.charCodeAt(0)
  const end = Math.min(bytes.length, from + NEEDS_WITHIN)
  for (let at = from; at < end; at++) {
    const byte = bytes[at] as number
    if (byte === code) return true
    if (byte <= 0x20 || byte === 0x22 || byte === 0x27) return false
  }
  return false
}

/** What stands around the hits, from the start of a line where that is near; overlapping ones are one. */
function windows(bytes: Buffer, starts: readonly number[]): Span[] {
  const spans: { start: number; end: number }[] = []
  for (const hit of starts) {
    const nearest = Math.max(0, hit - BEFORE_BYTES)
    const lineStart = bytes.lastIndexOf(0x0a, nearest) + 1
    const start = nearest - lineStart <= LINE_BYTES ? Math.min(lineStart, nearest) : nearest
    const end = Math.min(bytes.length, hit + AFTER_BYTES)
    const last = spans.at(-1)
    if (last && start <= last.end) last.end = Math.max(last.end, end)
    else spans.push({ start, end })
  }
  return spans
}

/** `offset`: of the text in the file. */
function match(rule: SecretRule, text: string, offset: number): Candidate[] {
  const found: Candidate[] = []
  const matcher = rule.pattern().matcher(text)
  while (found.length <= MAX_SECRETS_OF_FILE && matcher.find()) {
    const groups = matcher.groupCount()
    let group = 0
    for (let at = 1; at <= groups && group === 0; at++) if (matcher.group(at) !== null) group = at
    const secret = matcher.group(group) ?? ''
    if (secret === '' || entropyBits(secret) < rule.entropy || rule.isAllowed(secret)) continue
    const start = offset + matcher.start(group)
    found.push({ rule, secret, start, end: start + secret.length })
  }
  return found
}

/** Of kinds that speak of the same text, the special one counts, and among these the first. */
function distinct(candidates: readonly Candidate[]): Candidate[] {
  const kept: Candidate[] = []
  for (const one of candidates.toSorted((a, b) => Number(a.rule.generic) - Number(b.rule.generic)))
    if (kept.length <= MAX_SECRETS_OF_FILE && !kept.some((other) => one.start < other.end && other.start < one.end))
      kept.push(one)
  return kept.toSorted((a, b) => a.start - b.start)
}

function describe(candidates: readonly Candidate[], bytes: Buffer, path: string): FoundSecret[] {
  let line = 1
  let at = 0
  return candidates.map(({ rule, secret, start }) => {
    for (let next = bytes.indexOf(0x0a, at); next >= 0 && next < start; next = bytes.indexOf(0x0a, at)) {
      line++
      at = next + 1
    }
    return { kind: rule.id, severity: rule.severity, path, line, match: mask(secret) }
  })
}
