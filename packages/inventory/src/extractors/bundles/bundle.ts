// What lies behind the end of a program. A .NET bundle (dotnet/runtime, docs/design/features/host-and-bundle.md; Microsoft.NET.HostModel,
// Bundler) is known by a signature in the host, before which the place of the bundle stands: zero in a host that carries none. Of its
// files, which are not packed, deps.json tells the packages. The file goes by once, so that it is kept from where such a file begins.
import { createHash } from 'node:crypto'
import type { Limits } from '@yagura/kernel'
import { parseDependencies } from '../dotnet/dependencies.ts'
import type { ContentReader, ParsedFile } from '../extractor.ts'
import { createStretches, createWindow, eachNew, type Stretch } from '../parts.ts'
import { isProgram, PROGRAM_MAGIC_BYTES, readProgram } from '../program.ts'

/** SHA-256 of ".net core bundle" and the end of the line. */
const SIGNATURE = createHash('sha256').update('.net core bundle\n').digest()
const DEPENDENCIES = Buffer.from('"runtimeTarget"')
const HEAD_BYTES = 16 * 1024
const OVERLAP_BYTES = 64
/** Signatures of Windows, which every library of .NET has behind itself, are smaller. */
const MIN_APPENDED_BYTES = 64 * 1024
const MAX_DEPENDENCIES_BYTES = 8 * 1024 * 1024
const TRAILER_BYTES = 128
const NOTHING: ParsedFile = { packages: [], problems: [] }

/** By what stands at the very end. */
const TRAILERS: readonly (readonly [mark: string, kind: string])[] = [
  ['---- Bun! ----', 'Bun'],
  ['d3n0l4nd', 'Deno'],
  ['MEI\x0c\x0b\x0a\x0b\x0e', 'PyInstaller'],
]

export function createBundleReader(sizeBytes: number, limits: Limits): ContentReader {
  const stretches = createStretches(MAX_DEPENDENCIES_BYTES + TRAILER_BYTES)
  let head: Buffer | undefined
  let programBytes: number | undefined
  let mayBeBundle = false
  let isBundle = false
  let dependencies: Stretch | undefined
  let trailer: Stretch | undefined

  const window = createWindow(OVERLAP_BYTES, (bytes, base, fresh) => {
    stretches.scan(bytes, base, fresh)
    if (mayBeBundle && !isBundle)
      eachNew(bytes, fresh, SIGNATURE, (at) => {
        isBundle ||= at >= 8 && bytes.readBigUInt64LE(at - 8) !== 0n
      })
    if (isBundle && !dependencies)
      eachNew(bytes, fresh, DEPENDENCIES, (at) => {
        const start = bytes.lastIndexOf('{', at)
        if (start >= 0 && base + start >= (programBytes ?? 0))
          dependencies ??= keep(base + start, MAX_DEPENDENCIES_BYTES)
      })
  })

  function keep(start: number, wanted: number): Stretch | undefined {
    return stretches.keep(start, Math.min(wanted, sizeBytes - start))
  }

  function begin(start: Buffer): void {
    head = undefined
    programBytes = endOfProgram(start)
    if (programBytes >= sizeBytes) {
      programBytes = sizeBytes
      return
    }
    mayBeBundle = sizeBytes - programBytes >= MIN_APPENDED_BYTES
    trailer = keep(Math.max(0, sizeBytes - TRAILER_BYTES), TRAILER_BYTES)
    pass(start)
  }

  function pass(part: Uint8Array): void {
    const from = window.position()
    if (mayBeBundle || stretches.wants(from, from + part.length)) window.write(part)
    else window.skip(part.length)
  }

  return {
    write(part) {
      if (programBytes === sizeBytes) return
      if (programBytes !== undefined) return pass(part)
      if (!head && !isProgram(part) && part.length >= PROGRAM_MAGIC_BYTES) programBytes = sizeBytes
      else if (!head && part.length >= Math.min(HEAD_BYTES, sizeBytes))
        begin(Buffer.from(part.buffer, part.byteOffset, part.length))
      else {
        head = Buffer.concat([head ?? Buffer.alloc(0), part])
        if (head.length >= Math.min(HEAD_BYTES, sizeBytes)) begin(head)
      }
    },
    end() {
      const found = isBundle ? packagesOf(dependencies?.bytes(), limits) : noticed(trailer?.bytes())
      stretches.free()
      return found
    },
  }
}

/** Where the last section ends, or their table. More than the file where the headers make no sense: then nothing is behind it. */
function endOfProgram(head: Buffer): number {
  const program = readProgram(head)
  if (!program || program.format === 'mach-o') return Number.MAX_SAFE_INTEGER
  const { segments, sectionTable } = program
  const table = sectionTable ? sectionTable.offset + sectionTable.count * sectionTable.entryBytes : 0
  return Math.max(table, ...segments.map(({ offset, sizeBytes }) => offset + sizeBytes))
}

function packagesOf(kept: Buffer | undefined, limits: Limits): ParsedFile {
  const end = kept ? endOfObject(kept) : -1
  if (!kept || end < 0)
    return { packages: [], problems: ['It carries an application of .NET whose list of packages was not found.'] }
  return parseDependencies(Buffer.from(kept.subarray(0, end)), limits)
}

function noticed(trailer: Buffer | undefined): ParsedFile {
  const kind = TRAILERS.find(([mark]) => trailer?.includes(mark, 0, 'latin1'))?.[1]
  return kind ? { packages: [], problems: [`It carries an application of ${kind}, which is not read.`] } : NOTHING
}

/** Behind the bracket that closes the first one; -1 where none does. */
function endOfObject(text: Buffer): number {
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const byte = text[at]
    if (inString) {
      if (byte === 0x5c) at++
      else if (byte === 0x22) inString = false
    } else if (byte === 0x22) inString = true
    else if (byte === 0x7b) depth++
    else if (byte === 0x7d && --depth === 0) return at + 1
  }
  return -1
}
