// One 512-byte tar header: POSIX.1-1988 ustar, GNU and V7. Rules follow Go's archive/tar, because container runtimes unpack layers with it.
import { YaguraError } from '@yagura/kernel'

export const BLOCK_BYTES = 512

export interface RawHeader {
  readonly name: string
  readonly typeFlag: number
  readonly linkName: string
  readonly sizeBytes: number
  readonly mode: number
  readonly major: number
  readonly minor: number
  readonly isGnu: boolean
}

const SPACE = 0x20

export function isZeroBlock(bytes: Buffer, at: number): boolean {
  for (let i = at; i < at + BLOCK_BYTES; i += 4) if (bytes.readInt32LE(i) !== 0) return false
  return true
}

/** Throws INPUT_INVALID for anything that Go's reader refuses too. */
export function parseHeader(block: Buffer, at: number): RawHeader {
  if (!checksumHolds(block, at)) throw new YaguraError('INPUT_INVALID', 'a tar header has a wrong checksum')
  const magic = block.toString('latin1', at + 257, at + 263)
  const isGnu = magic === 'ustar '
  const isUstar = magic === 'ustar\0'
  let name = text(block, at, 100)
  if (isUstar) {
    const prefix = text(block, at + 345, 155)
    if (prefix !== '') name = `${prefix}/${name}`
  }
  const typeFlag = block[at + 156] ?? 0
  const isDevice = typeFlag === 0x33 || typeFlag === 0x34
  return {
    name,
    typeFlag,
    linkName: text(block, at + 157, 100),
    sizeBytes: numeric(block, at + 124, 12),
    mode: numeric(block, at + 100, 8) & 0o7777,
    major: isDevice && (isGnu || isUstar) ? numeric(block, at + 329, 8) : 0,
    minor: isDevice && (isGnu || isUstar) ? numeric(block, at + 337, 8) : 0,
    isGnu,
  }
}

/** Sum of all bytes with the checksum field as spaces; some old writers summed signed bytes. */
function checksumHolds(block: Buffer, at: number): boolean {
  const expected = octal(block, at + 148, 8)
  if (expected === undefined) return false
  let unsigned = 8 * SPACE
  for (let i = at; i < at + 148; i++) unsigned += block[i] as number
  for (let i = at + 156; i < at + BLOCK_BYTES; i++) unsigned += block[i] as number
  if (unsigned === expected) return true
  let signed = 8 * SPACE
  for (let i = at; i < at + BLOCK_BYTES; i++) if (i < at + 148 || i >= at + 156) signed += block.readInt8(i)
  return signed === expected
}

/** Octal text, or base-256 when the first bit is set (GNU). Negative and huge values are refused. */
function numeric(block: Buffer, at: number, length: number): number {
  const first = block[at] as number
  if ((first & 0x80) === 0) {
    const value = octal(block, at, length)
    if (value === undefined) throw new YaguraError('INPUT_INVALID', 'a tar header holds a number that is not one')
    return value
  }
  if ((first & 0x40) !== 0) throw new YaguraError('INPUT_INVALID', 'a tar header holds a negative number')
  let value = first & 0x3f
  for (let i = at + 1; i < at + length; i++) {
    value = value * 256 + (block[i] as number)
    if (value > Number.MAX_SAFE_INTEGER) throw new YaguraError('INPUT_INVALID', 'a tar header holds a number too large')
  }
  return value
}

/** Leading and trailing spaces and NULs are padding; an empty field is 0. */
function octal(block: Buffer, at: number, length: number): number | undefined {
  let start = at
  let end = at + length
  while (start < end && (block[start] === SPACE || block[start] === 0)) start++
  while (end > start && (block[end - 1] === SPACE || block[end - 1] === 0)) end--
  let value = 0
  for (let i = start; i < end; i++) {
    const byte = block[i] as number
    if (byte === 0) break
    const digit = byte - 0x30
    if (digit < 0 || digit > 7) return undefined
    value = value * 8 + digit
  }
  return value
}

function text(block: Buffer, at: number, length: number): string {
  let end = at
  while (end < at + length && block[end] !== 0) end++
  return decodeName(block, at, end)
}

/** UTF-8; bytes that are not become `\xNN`, so that two different names stay different and can be shown. */
export function decodeName(bytes: Buffer, start: number, end: number): string {
  let ascii = true
  for (let i = start; i < end; i++) {
    if ((bytes[i] as number) < 0x80) continue
    ascii = false
    break
  }
  if (ascii) return bytes.toString('latin1', start, end)
  const name = bytes.toString('utf8', start, end)
  if (!name.includes('\ufffd')) return name
  return escapeInvalidUtf8(bytes.subarray(start, end))
}

function escapeInvalidUtf8(bytes: Buffer): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let out = ''
  let at = 0
  while (at < bytes.length) {
    const length = sequenceLength(bytes[at] as number)
    try {
      out += decoder.decode(bytes.subarray(at, Math.min(at + length, bytes.length)))
      at += length
    } catch {
      out += `\\x${(bytes[at] as number).toString(16).padStart(2, '0')}`
      at++
    }
  }
  return out
}

function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return 4
  if (lead >= 0xe0) return 3
  return lead >= 0xc0 ? 2 : 1
}
