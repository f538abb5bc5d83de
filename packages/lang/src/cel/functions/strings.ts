// Strings extension of cel-go (github.com/google/cel-go/tree/master/ext, "Strings"). Positions are code points.
import { CelFailure, noOverload } from '../error.ts'
import { formatText } from '../format-text.ts'
import { global, integer, isText, type Library, list, member, text } from '../function.ts'
import { charge, chargeText, type Run } from '../run.ts'
import { type CelList, type CelValue, intOf, isList, typeName } from '../value.ts'
import { codePointCount, codePointIndex, unitOffset } from './code-points.ts'

function position(value: CelValue, length: number): number {
  const index = integer(value)
  if (index < 0n || index > BigInt(length)) throw new CelFailure(`index out of range: ${index}`)
  return Number(index)
}

function charAt(whole: string, index: CelValue): string {
  const at = position(index, codePointCount(whole))
  const offset = unitOffset(whole, at)
  return offset >= whole.length ? '' : String.fromCodePoint(whole.codePointAt(offset) ?? 0)
}

function indexOf(run: Run, whole: string, piece: string, from: CelValue | undefined): bigint {
  chargeText(run, whole)
  const start = from === undefined ? 0 : position(from, codePointCount(whole))
  if (piece === '') return intOf(start)
  const at = whole.indexOf(piece, unitOffset(whole, start))
  return at < 0 ? -1n : intOf(codePointIndex(whole, at))
}

function lastIndexOf(run: Run, whole: string, piece: string, from: CelValue | undefined): bigint {
  chargeText(run, whole)
  const length = codePointCount(whole)
  const start = from === undefined ? length : position(from, length)
  if (piece === '') return intOf(start)
  const at = whole.lastIndexOf(piece, unitOffset(whole, start))
  return at < 0 ? -1n : intOf(codePointIndex(whole, at))
}

function join(run: Run, items: CelList, separator: string): string {
  let size = items.length
  const texts = items.map((one) => {
    if (typeof one !== 'string') throw noOverload(`join() of a list with ${typeName(one)}`)
    size += (one.length + separator.length) / 10
    return one
  })
  charge(run, size)
  return texts.join(separator)
}

function replace(run: Run, whole: string, from: string, to: string, limit: number): string {
  chargeText(run, whole)
  if (limit === 0) return whole
  const pieces = split(run, whole, from, limit < 0 ? -1 : limit + 1)
  // an empty pattern matches before every character and at the end, as in Go
  const around = from === '' && (limit < 0 || limit > pieces.length - 1)
  charge(run, (pieces.length * to.length) / 10)
  if (from !== '') return pieces.join(to)
  const joined = pieces.join(to)
  return `${to}${limit > 0 && !around ? pieces.slice(0, limit).join(to) + pieces.slice(limit).join('') : joined}${around ? to : ''}`
}

function split(run: Run, whole: string, separator: string, limit: number): string[] {
  chargeText(run, whole)
  if (limit === 0) return []
  if (limit === 1) return [whole]
  // as many pieces as there can be: they take memory before they can be counted
  charge(run, whole.length / Math.max(1, separator.length))
  const all = separator === '' ? [...whole] : whole.split(separator)
  if (limit < 0 || all.length <= limit) return all
  return [...all.slice(0, limit - 1), all.slice(limit - 1).join(separator)]
}

function substring(run: Run, whole: string, from: CelValue, to: CelValue | undefined): string {
  chargeText(run, whole)
  const length = codePointCount(whole)
  const start = position(from, length)
  const end = to === undefined ? length : position(to, length)
  if (start > end) throw new CelFailure(`invalid substring range: ${start} to ${end}`)
  return whole.slice(unitOffset(whole, start), unitOffset(whole, end))
}

function count(value: CelValue): number {
  return Number(integer(value))
}

/** White space as Unicode has it, which is what Go trims. */
function trim(whole: string): string {
  return whole.replace(/^[\p{White_Space}]+/u, '').replace(/[\p{White_Space}]+$/u, '')
}

function lower(whole: string): string {
  return whole.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

function upper(whole: string): string {
  return whole.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
}

function charged(change: (whole: string) => string) {
  return member(1, isText, (run, whole) => {
    chargeText(run, whole as string)
    return change(whole as string)
  })
}

const QUOTED: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
}

export const strings: Library = {
  charAt: [member(2, isText, (_, whole, index) => charAt(whole as string, index))],
  indexOf: [
    member(2, isText, (run, whole, piece) => indexOf(run, whole as string, text(piece), undefined)),
    member(3, isText, (run, whole, piece, from) => indexOf(run, whole as string, text(piece), from)),
  ],
  lastIndexOf: [
    member(2, isText, (run, whole, piece) => lastIndexOf(run, whole as string, text(piece), undefined)),
    member(3, isText, (run, whole, piece, from) => lastIndexOf(run, whole as string, text(piece), from)),
  ],
  join: [
    member(1, isList, (run, items) => join(run, items as CelList, '')),
    member(2, isList, (run, items, separator) => join(run, items as CelList, text(separator))),
  ],
  lowerAscii: [charged(lower)],
  upperAscii: [charged(upper)],
  trim: [charged(trim)],
  reverse: [charged((whole) => [...whole].reverse().join(''))],
  replace: [
    member(3, isText, (run, whole, from, to) => replace(run, whole as string, text(from), text(to), -1)),
    member(4, isText, (run, whole, from, to, limit) =>
      replace(run, whole as string, text(from), text(to), count(limit)),
    ),
  ],
  split: [
    member(2, isText, (run, whole, separator) => split(run, whole as string, text(separator), -1)),
    member(3, isText, (run, whole, separator, limit) => split(run, whole as string, text(separator), count(limit))),
  ],
  substring: [
    member(2, isText, (run, whole, from) => substring(run, whole as string, from, undefined)),
    member(3, isText, (run, whole, from, to) => substring(run, whole as string, from, to)),
  ],
  format: [member(2, isText, (run, whole, values) => formatText(run, whole as string, list(values)))],
  'strings.quote': [
    global(1, (run, whole) => {
      chargeText(run, text(whole))
      // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is quoted
      return `"${text(whole).replace(/[\x07-\r\\"]/g, (one) => QUOTED[one] ?? one)}"`
    }),
  ],
}
