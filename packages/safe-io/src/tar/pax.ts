// PAX extended header records (POSIX.1-2001): `LENGTH KEY=VALUE\n`, where LENGTH counts the whole record.
import { YaguraError } from '@yagura/kernel'
import { decodeName } from './header.ts'

export interface PaxRecords {
  readonly path: string | undefined
  readonly linkPath: string | undefined
  readonly sizeBytes: number | undefined
  readonly sparse: boolean
  readonly capabilities: boolean
}

const NONE: PaxRecords = {
  path: undefined,
  linkPath: undefined,
  sizeBytes: undefined,
  sparse: false,
  capabilities: false,
}

export function parsePax(bytes: Buffer): PaxRecords {
  let records = NONE
  let at = 0
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at)
    const digits = space < 0 || space - at > 10 ? '' : bytes.toString('latin1', at, space)
    const length = /^[0-9]+$/.test(digits) ? Number(digits) : 0
    const end = at + length
    const equals = bytes.indexOf(0x3d, space + 1)
    if (length < 5 || end > bytes.length || bytes[end - 1] !== 0x0a || equals < 0 || equals >= end) throw invalid()
    records = apply(records, bytes.toString('latin1', space + 1, equals), bytes, equals + 1, end - 1)
    at = end
  }
  return records
}

/** An empty value takes an earlier record back. */
function apply(records: PaxRecords, key: string, bytes: Buffer, start: number, end: number): PaxRecords {
  if (key.startsWith('GNU.sparse.')) return { ...records, sparse: true, ...sparseName(key, bytes, start, end) }
  if (key === 'SCHILY.xattr.security.capability') return { ...records, capabilities: end > start }
  if (key !== 'path' && key !== 'linkpath' && key !== 'size') return records
  const value = start === end ? undefined : decodeName(bytes, start, end)
  if (value?.includes('\0')) throw invalid()
  if (key === 'path') return { ...records, path: value }
  if (key === 'linkpath') return { ...records, linkPath: value }
  if (value !== undefined && !/^[0-9]{1,15}$/.test(value)) throw invalid()
  return { ...records, sizeBytes: value === undefined ? undefined : Number(value) }
}

function sparseName(key: string, bytes: Buffer, start: number, end: number): { path?: string } {
  return key === 'GNU.sparse.name' ? { path: decodeName(bytes, start, end) } : {}
}

function invalid(): YaguraError {
  return new YaguraError('INPUT_INVALID', 'an extended tar header is malformed')
}
