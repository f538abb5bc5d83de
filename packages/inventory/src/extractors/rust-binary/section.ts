// Finds the section that cargo-auditable puts into a program (.dep-v0): its place stands in the table of sections, which an ELF file has
// at its end and a PE file at its start. The file goes by once, so of ELF the read-only data is kept, where linkers put the section.
import { createStretches, createWindow, type Stretch } from '../parts.ts'
import { isProgram, PROGRAM_HEADER_BYTES, type Program, readProgram } from '../program.ts'

export interface SectionReader {
  write(part: Uint8Array): void
  /** Contents that may be the section. */
  end(): readonly Buffer[]
}

const SECTION_NAME = '.dep-v0'
const PROGBITS = 1
const MAX_KEPT_BYTES = 32 * 1024 * 1024
const MAX_SECTION_BYTES = 8 * 1024 * 1024
/** It is kept in pieces: what was one large block of memory is not given back to the system by the C library. */
const PIECE_BYTES = 2 * 1024 * 1024
const MAX_SECTIONS = 4096
/** A program has one. That many sections in one place are made to keep us busy. */
const MAX_CANDIDATES = 4
const ZLIB_START_BYTES = 8
/** What tools add to a program that is linked already stands behind all that is loaded; with debugging data there is more than this. */
const MAX_TAIL_BYTES = 1024 * 1024

export function createSectionReader(fileBytes: number): SectionReader {
  const stretches = createStretches(MAX_KEPT_BYTES + PROGRAM_HEADER_BYTES)
  const headerBytes = Math.min(fileBytes, PROGRAM_HEADER_BYTES)
  const kept: Stretch[] = []
  let header: Stretch | undefined
  let program: Program | undefined
  let isDead = false
  let room = MAX_KEPT_BYTES
  let foundAtOnce: readonly Buffer[] | undefined

  const window = createWindow(4, (bytes, base) => {
    stretches.scan(bytes, base, 0)
    if (!header && base === 0 && bytes.length >= 4) {
      isDead = !isProgram(bytes)
      header = isDead ? undefined : stretches.keep(0, headerBytes)
    }
    if (header && !program && header.bytes().length === headerBytes) prepare(header)
  })

  function prepare(start: Stretch): void {
    program = readProgram(start.bytes())
    if (!program || program.format === 'mach-o') {
      isDead = true
      return
    }
    kept.push(start)
    const table = tablePlace(program, fileBytes)
    keep(table.offset, table.sizeBytes)
    for (const { offset, sizeBytes } of wanted(program)) keep(offset, sizeBytes)
    const loadedTo = Math.max(0, ...program.segments.map((one) => one.offset + one.sizeBytes))
    if (program.format === 'elf' && fileBytes - loadedTo <= MAX_TAIL_BYTES) keep(loadedTo, fileBytes - loadedTo)
  }

  /** What lies in the header is there already. */
  function keep(offset: number, sizeBytes: number): void {
    const end = Math.min(offset + sizeBytes, fileBytes)
    for (let from = Math.max(offset, headerBytes); from < end && room > 0; ) {
      const pieceBytes = Math.min(PIECE_BYTES, end - from, room)
      const piece = stretches.keep(from, pieceBytes)
      if (!piece) return
      kept.push(piece)
      room -= pieceBytes
      from += pieceBytes
    }
  }

  /** What lies across stretches, of which the header is one, is put together. */
  function at(offset: number, sizeBytes: number): Buffer | undefined {
    const parts: Buffer[] = []
    let from = offset
    const end = offset + sizeBytes
    while (from < end) {
      const held = holding(from)
      if (!held) return undefined
      const part = held.bytes().subarray(from - held.start, end - held.start)
      parts.push(part)
      from += part.length
    }
    return parts.length === 1 ? parts[0] : Buffer.concat(parts)
  }

  function holding(offset: number): Stretch | undefined {
    return kept.find(({ start, bytes }) => offset >= start && offset < start + bytes().length)
  }

  return {
    write(part) {
      if (isDead) return
      const from = window.position()
      // nearly every file comes whole, and need not be kept
      if (from === 0 && part.length === fileBytes) foundAtOnce = sectionsIn(part)
      else if (!program || stretches.wants(from, from + part.length)) window.write(part)
      else window.skip(part.length)
    },
    end() {
      const found = foundAtOnce ?? candidates().map((content) => Buffer.from(content))
      stretches.free()
      return found
    },
  }

  function candidates(): readonly Buffer[] {
    if (isDead || !program) return []
    const { offset, sizeBytes } = tablePlace(program, fileBytes)
    return candidatesOf(program, at(offset, sizeBytes) ?? Buffer.alloc(0), at)
  }
}

/** Of a file that is held as a whole. */
function sectionsIn(file: Uint8Array): readonly Buffer[] {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length)
  const program = readProgram(bytes.subarray(0, PROGRAM_HEADER_BYTES))
  if (!program || program.format === 'mach-o') return []
  const at = (offset: number, sizeBytes: number) =>
    offset + sizeBytes <= bytes.length ? bytes.subarray(offset, offset + sizeBytes) : undefined
  const { offset, sizeBytes } = tablePlace(program, bytes.length)
  return candidatesOf(program, at(offset, sizeBytes) ?? Buffer.alloc(0), at).map((content) => Buffer.from(content))
}

function tablePlace({ sectionTable }: Program, fileBytes: number): { offset: number; sizeBytes: number } {
  const { offset = 0, count = 0, entryBytes = 0 } = sectionTable ?? {}
  const sizeBytes = Math.min(Math.min(count, MAX_SECTIONS) * entryBytes, fileBytes - offset)
  return { offset, sizeBytes: Math.max(0, sizeBytes) }
}

function candidatesOf(
  program: Program,
  table: Buffer,
  at: (offset: number, sizeBytes: number) => Buffer | undefined,
): readonly Buffer[] {
  if (program.format === 'pe')
    return program.segments
      .filter((one) => one.name === SECTION_NAME && one.sizeBytes <= MAX_SECTION_BYTES)
      .slice(0, MAX_CANDIDATES)
      .flatMap((one) => at(one.offset, one.sizeBytes) ?? [])
  const found: Buffer[] = []
  for (const { offset, sizeBytes } of sectionsOf(program, table)) {
    const start = at(offset, ZLIB_START_BYTES)
    const content = start && isZlib(start) ? at(offset, sizeBytes) : undefined
    if (content) found.push(content)
    if (found.length === MAX_CANDIDATES) break
  }
  return found
}

/** Of ELF the read-only data; where linkers make no segment of its own for it, it stands with the code. */
function wanted(program: Program): readonly { offset: number; sizeBytes: number }[] {
  if (program.format === 'pe') return program.segments.filter((one) => one.name === SECTION_NAME)
  const readOnly = program.segments.filter((one) => !one.isWritable && !one.isExecutable)
  return readOnly.length > 0 ? readOnly : program.segments.filter((one) => !one.isWritable)
}

/** Without their names, which stand elsewhere: what is inside tells as much. */
function sectionsOf(program: Program, table: Buffer) {
  const entryBytes = program.sectionTable?.entryBytes ?? 0
  const wide = entryBytes >= 64
  const little = program.littleEndian
  const u32 = (at: number) => (little ? table.readUInt32LE(at) : table.readUInt32BE(at))
  const word = (at: number) => (wide ? Number(little ? table.readBigUInt64LE(at) : table.readBigUInt64BE(at)) : u32(at))
  const sections: { offset: number; sizeBytes: number }[] = []
  if (entryBytes < 40) return sections
  for (let at = 0; at + entryBytes <= table.length && sections.length < MAX_SECTIONS; at += entryBytes) {
    const sizeBytes = word(at + (wide ? 32 : 20))
    if (u32(at + 4) === PROGBITS && sizeBytes >= 8 && sizeBytes <= MAX_SECTION_BYTES)
      sections.push({ offset: word(at + (wide ? 24 : 16)), sizeBytes })
  }
  return sections
}

/** RFC 1950, section 2.2: deflate, and a check over the first two bytes. */
function isZlib(content: Buffer): boolean {
  return ((content[0] ?? 0) & 0x0f) === 8 && content.length >= ZLIB_START_BYTES && content.readUInt16BE(0) % 31 === 0
}
