// Walks a tar archive as its bytes come by. Content that nobody asked for is skipped in place, never copied, so walking costs
// next to nothing beside gunzip. Bytes go in through write(); entries come out through the callback, in order.
import { YaguraError } from '@yagura/kernel'
import {
  type ContentSink,
  type TarEntry,
  type TarEntryKind,
  type TarSummary,
  type TarWish,
  wholeContent,
} from './entry.ts'
import { BLOCK_BYTES, decodeName, isZeroBlock, parseHeader, type RawHeader } from './header.ts'
import { type PaxRecords, parsePax } from './pax.ts'

export interface TarParser {
  write(chunk: Uint8Array): void
  /** Throws INPUT_TRUNCATED when the archive stops inside a member. */
  end(): TarSummary
  /** Bytes to come that nobody asked for. A source that can seek tells skip() instead of reading them. */
  pendingBytes(): number
  skip(bytes: number): void
  /** The end marker was seen: what follows is not walked. */
  finished(): boolean
}

export interface TarLimits {
  readonly archiveEntries: number
  readonly pathBytes: number
}

/** Called for every member. Returning a wish gets its content. */
export type OnTarEntry = (entry: TarEntry) => TarWish | undefined

/** Metadata of PAX and GNU long names; a path is at most 4 KiB, attributes at most 64 KiB each. */
const MAX_METADATA_BYTES = 1024 * 1024

const KINDS: Readonly<Record<number, TarEntryKind>> = {
  0: 'file',
  48: 'file',
  49: 'hardlink',
  50: 'symlink',
  51: 'device',
  52: 'device',
  53: 'directory',
  54: 'fifo',
  55: 'file',
  83: 'file',
}

type State = 'header' | 'sparse-header' | 'content' | 'finished'

export function createTarParser(onEntry: OnTarEntry, limits: TarLimits): TarParser {
  const header = Buffer.alloc(BLOCK_BYTES)
  let headerFill = 0
  let state: State = 'header'
  let position = 0
  let entries = 0
  let zeroBlocks = 0
  let trailingData = false
  // what the current member still has, its padding, and where its bytes go
  let remaining = 0
  let padding = 0
  let sink: ContentSink | undefined
  // metadata for the next member
  let pax: PaxRecords | undefined
  let longName: string | undefined
  let longLink: string | undefined

  function write(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    let at = 0
    while (at < bytes.length) {
      if (state === 'finished') {
        trailingData ||= hasData(bytes, at)
        break
      }
      if (state === 'content') {
        at = takeContent(bytes, at)
        continue
      }
      if (headerFill === 0 && bytes.length - at >= BLOCK_BYTES) {
        position += BLOCK_BYTES
        takeBlock(bytes, at)
        at += BLOCK_BYTES
        continue
      }
      const part = Math.min(BLOCK_BYTES - headerFill, bytes.length - at)
      bytes.copy(header, headerFill, at, at + part)
      headerFill += part
      at += part
      position += part
      if (headerFill < BLOCK_BYTES) continue
      headerFill = 0
      takeBlock(header, 0)
    }
  }

  function takeContent(bytes: Buffer, start: number): number {
    let at = start
    const part = Math.min(remaining, bytes.length - at)
    if (part > 0) {
      sink?.write(bytes.subarray(at, at + part))
      remaining -= part
      at += part
      position += part
    }
    if (remaining > 0) return at
    const finished = sink
    sink = undefined
    finished?.end()
    const skipped = Math.min(padding, bytes.length - at)
    padding -= skipped
    at += skipped
    position += skipped
    if (padding === 0) state = 'header'
    return at
  }

  function takeBlock(block: Buffer, at: number): void {
    if (state === 'sparse-header') {
      if (block[at + 504] === 0) state = remaining + padding > 0 ? 'content' : 'header'
      return
    }
    if (isZeroBlock(block, at)) {
      zeroBlocks++
      if (zeroBlocks === 2) state = 'finished'
      return
    }
    if (zeroBlocks > 0) throw new YaguraError('INPUT_INVALID', 'a tar archive goes on after half an end marker')
    const raw = parseHeader(block, at)
    if (isMetadata(raw.typeFlag)) takeMetadata(raw)
    else takeMember(raw, block, at)
  }

  function takeMetadata(raw: RawHeader): void {
    if (raw.sizeBytes > MAX_METADATA_BYTES)
      throw new YaguraError('LIMIT_EXCEEDED', 'a tar archive holds an extended header of more than 1 MiB')
    const keep = wholeContent((bytes) => {
      if (raw.typeFlag === 0x78) pax = parsePax(bytes)
      else if (raw.typeFlag === 0x4c) longName = untilNul(bytes)
      else if (raw.typeFlag === 0x4b) longLink = untilNul(bytes)
      // 'g' is read past: container runtimes ignore global headers too
    })
    expect(raw.sizeBytes, keep)
  }

  function takeMember(raw: RawHeader, block: Buffer, at: number): void {
    entries++
    if (entries > limits.archiveEntries)
      throw new YaguraError('LIMIT_EXCEEDED', `an archive holds more than ${limits.archiveEntries} entries`)
    const name = pax?.path ?? longName ?? raw.name
    const kind = kindOf(raw.typeFlag, name)
    const sizeBytes = kind === 'file' ? (pax?.sizeBytes ?? raw.sizeBytes) : 0
    const oldSparse = raw.typeFlag === 0x53
    const entry: TarEntry = {
      name,
      kind,
      linkName: pax?.linkPath ?? longLink ?? raw.linkName,
      sizeBytes,
      mode: raw.mode,
      hasCapabilities: pax?.capabilities ?? false,
      offsetBytes: position,
      sparse: oldSparse || (pax?.sparse ?? false),
      device: kind === 'device' ? { major: raw.major, minor: raw.minor } : null,
    }
    pax = undefined
    longName = undefined
    longLink = undefined
    const wish = onEntry(entry)
    expect(sizeBytes, wish && ('deliver' in wish ? wholeContent(wish.deliver) : wish))
    if (oldSparse && block[at + 482] !== 0) state = 'sparse-header'
  }

  function expect(sizeBytes: number, wanted: ContentSink | undefined): void {
    if (sizeBytes === 0) {
      wanted?.end()
      return
    }
    remaining = sizeBytes
    padding = (BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES
    sink = wanted
    state = 'content'
  }

  return {
    write,
    finished: () => state === 'finished',
    pendingBytes: () => (state === 'content' && !sink ? remaining + padding : 0),
    skip(bytes) {
      const ofContent = Math.min(remaining, bytes)
      remaining -= ofContent
      padding -= bytes - ofContent
      position += bytes
      if (remaining + padding === 0) state = 'header'
    },
    end() {
      const inside = headerFill > 0 || state === 'sparse-header' || (state === 'content' && remaining > 0)
      if (inside || pax || longName !== undefined || longLink !== undefined)
        throw new YaguraError('INPUT_TRUNCATED', 'a tar archive ends inside a member')
      return { entries, trailingData }
    },
  }
}

function isMetadata(typeFlag: number): boolean {
  return typeFlag === 0x78 || typeFlag === 0x67 || typeFlag === 0x4c || typeFlag === 0x4b
}

/** V7 archives have no type for directories: a name that ends with a slash is one. Unknown types are files, as POSIX asks. */
function kindOf(typeFlag: number, name: string): TarEntryKind {
  const kind = KINDS[typeFlag] ?? 'file'
  return kind === 'file' && (typeFlag === 0 || typeFlag === 0x30) && name.endsWith('/') ? 'directory' : kind
}

function untilNul(bytes: Buffer): string {
  const nul = bytes.indexOf(0)
  return decodeName(bytes, 0, nul < 0 ? bytes.length : nul)
}

function hasData(bytes: Buffer, at: number): boolean {
  for (let i = at; i < bytes.length; i++) if (bytes[i] !== 0) return true
  return false
}
