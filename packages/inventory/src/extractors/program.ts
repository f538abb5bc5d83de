// Programs as they lie in images: which files may be one, and where their parts go in memory. ELF (System V ABI, chapters 4 and 5),
// PE (Microsoft PE format) and Mach-O (mach-o/loader.h), of the headers at the start only: files are read once, from front to back.

export interface Program {
  readonly format: 'elf' | 'pe' | 'mach-o'
  readonly littleEndian: boolean
  readonly segments: readonly Segment[]
  /** ELF: its table of sections, mostly at the end of the file. */
  readonly sectionTable: { readonly offset: number; readonly count: number; readonly entryBytes: number } | null
}

export interface Segment {
  /** PE only; segments of ELF have none. */
  readonly name: string
  readonly address: number
  readonly offset: number
  readonly sizeBytes: number
  readonly isWritable: boolean
  readonly isExecutable: boolean
}

/** The headers of any linker fit in here. */
export const PROGRAM_HEADER_BYTES = 16 * 1024

const MAX_SEGMENTS = 256

/** Endings of files that are never programs, however many there are of them. */
const OTHER_FILES =
  /\.(?:[ch]|cc|cpp|hpp|py[cio]?|js|cjs|mjs|ts|jsx|tsx|map|css|s?html?|json|jar|war|ear|class|ya?ml|toml|xml|xsd|txt|md|rst|go|rs|rb|p[lmh]|php|sh|lua|tcl|el|mo|po|gmo|gz|xz|bz2|zst|zip|tar|tgz|whl|deb|rpm|apk|pem|crt|svg|png|jpe?g|gif|ico|webp|woff2?|ttf|otf|pdf|csv|conf|cfg|ini|list|md5sums|postinst|prerm|postrm|preinst|triggers|log|tmpl|a|o|la|pc)$/i
const OTHER_PLACES =
  /^(?:proc|sys|dev|usr\/share\/(?:doc|man|locale|zoneinfo|i18n|licenses|terminfo|fonts|icons|bash-completion))\//

let asked: { readonly path: string; readonly answer: boolean } = { path: '', answer: true }

/** By its name, a file may be a program or a library. Several readers ask it of every file, one after the other. */
export function mayBeProgram(path: string): boolean {
  if (asked.path !== path) asked = { path, answer: !OTHER_FILES.test(path) && !OTHER_PLACES.test(path) }
  return asked.answer
}

/** As many bytes as `isProgram` looks at. */
export const PROGRAM_MAGIC_BYTES = 4

export function isProgram(start: Uint8Array): boolean {
  const first = ((start[0] ?? 0) << 24) | ((start[1] ?? 0) << 16) | ((start[2] ?? 0) << 8) | (start[3] ?? 0)
  return first === 0x7f454c46 || first >>> 16 === 0x4d5a || first === (0xcffaedfe | 0) || first === (0xcefaedfe | 0)
}

/** `header`: the first bytes of the file. Undefined when they do not make sense. */
export function readProgram(header: Buffer): Program | undefined {
  if (!isProgram(header)) return undefined
  try {
    if (header[0] === 0x7f) return readElf(header)
    return header[0] === 0x4d ? readPe(header) : readMachO(header)
  } catch (error) {
    // a number beyond the end of the header
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Where the byte with this address lies in the file. */
export function offsetOf(program: Program, address: number): number | undefined {
  const segment = program.segments.find((one) => address >= one.address && address < one.address + one.sizeBytes)
  return segment && segment.offset + address - segment.address
}

function readElf(header: Buffer): Program {
  const wide = header[4] === 2
  const littleEndian = header[5] !== 2
  const { u16, u32, word } = numbers(header, littleEndian, wide)
  const tableAt = word(wide ? 32 : 28)
  const entryBytes = u16(wide ? 54 : 42)
  const count = Math.min(u16(wide ? 56 : 44), MAX_SEGMENTS)
  const segments: Segment[] = []
  for (let i = 0; i < count; i++) {
    const at = tableAt + i * entryBytes
    if (at + entryBytes > header.length) break
    // PT_LOAD
    if (u32(at) !== 1) continue
    const flags = u32(at + (wide ? 4 : 24))
    segments.push({
      name: '',
      offset: word(at + (wide ? 8 : 4)),
      address: word(at + (wide ? 16 : 8)),
      sizeBytes: word(at + (wide ? 32 : 16)),
      isWritable: (flags & 2) !== 0,
      isExecutable: (flags & 1) !== 0,
    })
  }
  const sections = {
    offset: word(wide ? 40 : 32),
    entryBytes: u16(wide ? 58 : 46),
    count: u16(wide ? 60 : 48),
  }
  return { format: 'elf', littleEndian, segments, sectionTable: sections.count > 0 ? sections : null }
}

function readPe(header: Buffer): Program | undefined {
  const { u16, u32, word } = numbers(header, true, true)
  const start = u32(0x3c)
  if (u32(start) !== 0x4550) return undefined
  const optional = start + 24
  const base = u16(optional) === 0x20b ? word(optional + 24) : u32(optional + 28)
  const count = Math.min(u16(start + 6), MAX_SEGMENTS)
  const segments: Segment[] = []
  for (let i = 0; i < count; i++) {
    const at = optional + u16(start + 20) + i * 40
    if (at + 40 > header.length) break
    const flags = u32(at + 36)
    segments.push({
      name: header.toString('latin1', at, at + 8).replace(/\0+$/, ''),
      address: base + u32(at + 12),
      offset: u32(at + 20),
      sizeBytes: u32(at + 16),
      isWritable: flags >>> 31 === 1,
      isExecutable: (flags & 0x2000_0000) !== 0,
    })
  }
  return { format: 'pe', littleEndian: true, segments, sectionTable: null }
}

function readMachO(header: Buffer): Program {
  const wide = header[0] === 0xcf
  const { u32, word } = numbers(header, true, wide)
  const segments: Segment[] = []
  let at = wide ? 32 : 28
  for (let i = 0; i < Math.min(u32(16), MAX_SEGMENTS) && at + 8 <= header.length; i++) {
    // LC_SEGMENT_64, LC_SEGMENT
    if (u32(at) === (wide ? 0x19 : 0x1))
      segments.push({
        name: header.toString('latin1', at + 8, at + 24).replace(/\0+$/, ''),
        address: word(at + 24),
        offset: word(at + (wide ? 40 : 32)),
        sizeBytes: word(at + (wide ? 48 : 36)),
        isWritable: (u32(at + (wide ? 60 : 44)) & 2) !== 0,
        isExecutable: (u32(at + (wide ? 60 : 44)) & 4) !== 0,
      })
    at += Math.max(8, u32(at + 4))
  }
  return { format: 'mach-o', littleEndian: true, segments, sectionTable: null }
}

function numbers(bytes: Buffer, littleEndian: boolean, wide: boolean) {
  const u16 = (at: number) => (littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
  const u32 = (at: number) => (littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  const u64 = (at: number) => Number(littleEndian ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at))
  return { u16, u32, word: wide ? u64 : u32 }
}
