// The list of crates in a program built with cargo-auditable: JSON, packed with zlib
// (https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md).
import { constants, inflateSync } from 'node:zlib'
import type { Limits } from '@yagura/kernel'
import { parseJson } from '@yagura/safe-io'
import type { FoundPackage, ParsedFile } from '../extractor.ts'

const MAX_UNPACKED_BYTES = 16 * 1024 * 1024
const MAX_CRATES = 20_000
const MAX_TEXT = 512
const START = /^\{\s*"(?:packages|format)"/
const START_BYTES = 4096

/** Undefined: something else that is packed, too. */
export function readAudit(packed: Buffer, limits: Limits): ParsedFile | undefined {
  if (!START.test(startOf(packed))) return undefined
  try {
    const text = inflateSync(packed, { maxOutputLength: MAX_UNPACKED_BYTES })
    const parsed = parseJson(text, limits, 'It')
    if (!parsed.ok) return damaged(parsed.error.message)
    return { packages: cratesOf(parsed.value), problems: [] }
  } catch (error) {
    return damaged(error instanceof Error ? error.message : String(error))
  }
}

function damaged(reason: string): ParsedFile {
  return { packages: [], problems: [`The list of crates in the program cannot be read: ${reason}`] }
}

/** The first bytes, also of what is damaged further on or fails its checksum. */
function startOf(packed: Buffer): string {
  try {
    return inflateSync(packed.subarray(0, Math.min(START_BYTES, packed.length - 5)), {
      finishFlush: constants.Z_SYNC_FLUSH,
    }).toString('utf8', 0, 64)
  } catch {
    return ''
  }
}

/** Crates of kind `build` ran while the program was built and are not in it. */
function cratesOf(value: unknown): FoundPackage[] {
  const crates = isRecord(value) && Array.isArray(value.packages) ? value.packages.slice(0, MAX_CRATES) : []
  return crates.flatMap((crate): FoundPackage[] => {
    if (!isRecord(crate) || crate.kind === 'build') return []
    const { name, version } = crate
    if (typeof name !== 'string' || typeof version !== 'string' || !name || !version) return []
    if (name.length > MAX_TEXT || version.length > MAX_TEXT) return []
    return [{ name, version, type: 'cargo', architecture: null, source: null, licenses: [] }]
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
