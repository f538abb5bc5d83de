// The build information that the Go linker leaves in a program (debug/buildinfo/buildinfo.go): which toolchain made it, out of which
// modules. From Go 1.18 on both texts follow the magic bytes; before, there are pointers to them. The file is read once, from front to
// back, so what the pointers may lead to is kept as it comes by: candidates for the version, and the modules, which have marks around.
import { createStretches, createWindow, eachNew, type Stretch } from '../parts.ts'
import { isProgram, offsetOf, PROGRAM_HEADER_BYTES, type Program, readProgram } from '../program.ts'

export interface BuildInfo {
  /** `go1.22.1`, as written. */
  readonly goVersion: string
  /** Lines of `path`, `mod`, `dep`, `=>`, `build`; empty for programs built without modules. */
  readonly modules: string
}

export interface BuildInfoReader {
  write(part: Uint8Array): void
  /** Undefined: no Go program. A string: why it could not be read. */
  end(): BuildInfo | string | undefined
}

const MAGIC = Buffer.from('\xff Go buildinf:', 'latin1')
const START_MARK = Buffer.from('3077af0c9274080241e1c107e6d618e6', 'hex')
const END_MARK = Buffer.from('f932433186182072008242104116d8f2', 'hex')
const VERSION_START = Buffer.from('go1.')
const HEADER_BYTES = 32
const ALIGNMENT = 16
const INLINE = 2
const BIG_ENDIAN = 1

const OVERLAP_BYTES = 64
const FIRST_BYTES = 64 * 1024
const MAX_MODULES_BYTES = 8 * 1024 * 1024
const MAX_INFOS = 8
/** A file full of the magic bytes is made to keep us busy. */
const MAX_SEEN = 10_000
const MAX_VERSIONS = 20_000
const MAX_VERSION_BYTES = 256
const MAX_KEPT_BYTES = 24 * 1024 * 1024
/** Linkers of C put the data of the program before its build information, which then points back. */
const MAX_PASSED_BYTES = 1024 * 1024

interface Info {
  readonly offset: number
  readonly first: Stretch
  readonly rest: Stretch | undefined
  /** Of the string that the pointer to the version leads to. */
  readonly version: Stretch | undefined
}

export function createBuildInfoReader(): BuildInfoReader {
  const stretches = createStretches(MAX_KEPT_BYTES)
  const infos: Info[] = []
  const versions = new Map<number, string>()
  let header: Stretch | undefined
  let program: Program | undefined
  let modules: Stretch | undefined
  let isDead = false
  let seen = 0
  /** Whether it may be a program of Go before 1.18. */
  let mayPoint = true
  const passed: { readonly base: number; readonly bytes: Buffer }[] = []
  let passedBytes = 0

  const window = createWindow(OVERLAP_BYTES, (bytes, base, fresh) => {
    stretches.scan(bytes, base, fresh)
    if (base === 0 && bytes.length >= 4 && !header) {
      isDead = !isProgram(bytes)
      header = stretches.keep(0, PROGRAM_HEADER_BYTES)
    }
    if (isDead) return
    if (seen < MAX_SEEN)
      eachNew(bytes, fresh, MAGIC, (at) => {
        seen++
        const offset = base + at
        if (offset % ALIGNMENT === 0 && infos.length < MAX_INFOS) note(offset)
      })
    if (mayPoint) notePointed(bytes, base, fresh)
    if (mayPoint && program) pass(program, bytes.subarray(fresh), base + fresh)
    extend()
    if (!program && header && header.bytes().length === PROGRAM_HEADER_BYTES) {
      program = readProgram(header.bytes())
      mayPoint = isOfGo(header.bytes())
    }
  })

  function notePointed(bytes: Buffer, base: number, fresh: number): void {
    if (!modules)
      eachNew(bytes, fresh, START_MARK, (at) => {
        modules ??= stretches.keep(base + at, MAX_MODULES_BYTES)
      })
    if (versions.size >= MAX_VERSIONS) return
    // a version is at most so long that the overlap holds it whole
    const settled = Math.max(0, fresh - OVERLAP_BYTES)
    for (let at = bytes.indexOf(VERSION_START, settled); at >= 0; at = bytes.indexOf(VERSION_START, at + 1))
      versions.set(base + at, bytes.toString('latin1', at, at + OVERLAP_BYTES))
  }

  function pass({ segments }: Program, fresh: Buffer, base: number): void {
    const isData = segments.some(
      (one) => one.isWritable && one.offset < base + fresh.length && one.offset + one.sizeBytes > base,
    )
    if (!isData) return
    // what lies in the part itself is found there
    const from = Math.max(0, fresh.length - MAX_PASSED_BYTES)
    passed.push({ base: base + from, bytes: Buffer.from(fresh.subarray(from)) })
    passedBytes += fresh.length - from
    while (passed[0] && passedBytes - passed[0].bytes.length >= MAX_PASSED_BYTES)
      passedBytes -= passed.shift()?.bytes.length ?? 0
  }

  /** What has gone by already, where all of it is still there. */
  function recalled(start: number, sizeBytes: number): Stretch | undefined {
    const text = Buffer.alloc(sizeBytes)
    let filled = 0
    for (const { base, bytes } of passed)
      if (start + filled >= base && start + filled < base + bytes.length)
        filled += bytes.copy(text, filled, start + filled - base)
    return filled === sizeBytes ? { start, bytes: () => text } : undefined
  }

  /** Whether the bytes from an offset on matter, and how far. The build information lies in the data of the program; what it may point to, anywhere. */
  function stretchAt(from: number, end: number): { readonly matters: boolean; readonly to: number } {
    const isAll = !program || mayPoint || stretches.wants(from, end)
    const data = isAll ? [] : (program?.segments.filter((one) => !one.isExecutable) ?? [])
    if (data.length === 0) return { matters: true, to: end }
    const inside = data.find((one) => one.offset <= from && from < one.offset + one.sizeBytes)
    if (inside) return { matters: true, to: inside.offset + inside.sizeBytes }
    return { matters: false, to: Math.min(end, ...data.map(({ offset }) => offset).filter((offset) => offset > from)) }
  }

  function note(offset: number): void {
    const first = stretches.keep(offset, FIRST_BYTES)
    if (first) infos.push({ offset, first, rest: undefined, version: undefined })
  }

  /** As soon as enough has come by to know where the rest of it is. */
  function extend(): void {
    for (const [at, info] of infos.entries()) {
      const bytes = info.first.bytes()
      if (bytes.length < HEADER_BYTES) continue
      if ((bytes[15] ?? 0) & INLINE) {
        if (info.rest || bytes.length < FIRST_BYTES) continue
        const length = inlineBytes(bytes)
        if (length > FIRST_BYTES && length < MAX_MODULES_BYTES)
          infos[at] = { ...info, rest: stretches.keep(info.offset + FIRST_BYTES, length - FIRST_BYTES) }
      } else if (!info.version) {
        program ??= header && readProgram(header.bytes())
        const place = program && offsetOf(program, pointer(bytes, 16))
        if (place !== undefined) infos[at] = { ...info, version: recalled(place, 16) ?? stretches.keep(place, 16) }
      }
    }
  }

  /** As much of the part as matters goes through the window, from the headers on. */
  function write(part: Uint8Array): void {
    for (let at = 0; at < part.length && !isDead; ) {
      const from = window.position()
      const size = part.length - at
      const isStart = program === undefined && from < PROGRAM_HEADER_BYTES
      const next = isStart ? { matters: true, to: PROGRAM_HEADER_BYTES } : stretchAt(from, from + size)
      const slice = part.subarray(at, at + Math.min(size, next.to - from))
      if (next.matters) window.write(slice)
      else window.skip(slice.length)
      at += slice.length
    }
  }

  return {
    write,
    end() {
      const info = readInfos()
      stretches.free()
      return info
    },
  }

  function readInfos(): BuildInfo | string | undefined {
    if (isDead || !header) return undefined
    if (isPacked(header.bytes())) return 'The program is packed by UPX: what it was built from cannot be read.'
    if (infos.length === 0) return undefined
    program ??= readProgram(header.bytes())
    const read = (info: Info) => readInfo(info, { program, versions, modules })
    // a program may carry another one as data: its own lies where it can be written
    const own = infos.filter((info) => isWritable(program, info.offset))
    const found = [...own, ...infos].map(read)
    return found.find((one) => typeof one === 'object') ?? (own.length > 0 ? found.find(Boolean) : undefined)
  }
}

/** UPX (upx.github.io) leaves its mark behind the headers, and packs all the rest: nothing is found in there. */
function isPacked(header: Buffer): boolean {
  const start = header.subarray(0, 1024)
  return start.includes('UPX!', 0, 'latin1') || start.includes('UPX0\0', 0, 'latin1')
}

/** The linker of Go leaves an identity near the start: as a note of ELF, or before the code (cmd/internal/buildid). */
function isOfGo(header: Buffer): boolean {
  return header.includes('Go\0\0', 0, 'latin1') || header.includes('Go build ID:')
}

function isWritable(program: Program | undefined, offset: number): boolean {
  return (program?.segments ?? []).some(
    (one) => one.isWritable && offset >= one.offset && offset < one.offset + one.sizeBytes,
  )
}

interface Around {
  readonly program: Program | undefined
  readonly versions: ReadonlyMap<number, string>
  readonly modules: Stretch | undefined
}

function readInfo(info: Info, around: Around): BuildInfo | string | undefined {
  const first = info.first.bytes()
  const bytes = info.rest ? Buffer.concat([first, info.rest.bytes()]) : first
  if (bytes.length < HEADER_BYTES) return undefined
  if ((bytes[15] ?? 0) & INLINE) return readInline(bytes)
  const goVersion = pointedVersion(info, bytes, around)
  const modules = around.modules?.bytes() ?? Buffer.alloc(0)
  const end = modules.indexOf(END_MARK)
  const text = end < 0 ? '' : modules.toString('utf8', START_MARK.length, end)
  if (goVersion === undefined && text === '')
    return 'The program was built with Go; its version of Go and its modules could not be read.'
  return { goVersion: goVersion ?? '', modules: text }
}

function readInline(bytes: Buffer): BuildInfo | string | undefined {
  const version = lengthAt(bytes, HEADER_BYTES)
  if (!version || version.length > MAX_VERSION_BYTES || version.length === 0) return undefined
  if (bytes.length < version.next + version.length) return 'The program was built with Go; its version is cut short.'
  const goVersion = bytes.toString('utf8', version.next, version.next + version.length)
  if (!/^(?:go\d|devel)/.test(goVersion)) return undefined
  const modules = lengthAt(bytes, version.next + version.length)
  if (!modules) return { goVersion, modules: '' }
  const text = bytes.subarray(modules.next, modules.next + modules.length)
  if (text.length < modules.length) return 'The program was built with Go; the list of its modules is cut short.'
  return { goVersion, modules: withoutMarks(text).toString('utf8') }
}

/** Sixteen bytes before and after, of which the runtime knows the text in memory. */
function withoutMarks(text: Buffer): Buffer {
  return text.length >= 33 && text[text.length - 17] === 0x0a ? text.subarray(16, -16) : Buffer.alloc(0)
}

function inlineBytes(bytes: Buffer): number {
  const version = lengthAt(bytes, HEADER_BYTES)
  const modules = version && lengthAt(bytes, version.next + version.length)
  return modules ? modules.next + modules.length : 0
}

/** Base-128, the lowest part first (encoding/binary). */
function lengthAt(bytes: Buffer, start: number): { length: number; next: number } | undefined {
  let length = 0
  for (let at = start; at < start + 5; at++) {
    const byte = bytes[at]
    if (byte === undefined) return undefined
    length += (byte & 0x7f) * 2 ** (7 * (at - start))
    if (byte < 0x80) return { length, next: at + 1 }
  }
  return undefined
}

function pointedVersion(info: Info, bytes: Buffer, { program, versions }: Around): string | undefined {
  const text = info.version?.bytes()
  const pointerBytes = bytes[14] === 4 ? 4 : 8
  if (!program || !text || text.length < 2 * pointerBytes) return undefined
  const flags = Buffer.concat([bytes.subarray(0, 16), text])
  const place = offsetOf(program, pointer(flags, 16))
  const length = pointer(flags, 16 + pointerBytes)
  const version = place === undefined ? undefined : versions.get(place)
  return version && length <= OVERLAP_BYTES && version.length >= length ? version.slice(0, length) : undefined
}

/** A number as large as a pointer; size and byte order stand behind the magic bytes. */
function pointer(info: Buffer, at: number): number {
  const big = ((info[15] ?? 0) & BIG_ENDIAN) !== 0
  if (info[14] === 4) return big ? info.readUInt32BE(at) : info.readUInt32LE(at)
  return Number(big ? info.readBigUInt64BE(at) : info.readBigUInt64LE(at))
}
