// The members of a tar file, by name. An unpacked archive is indexed by its headers and read in place; a packed one is unpacked
// in memory as a stream, never on disk.
import { err, type Limits, ok, type Result, toYaguraError, YaguraError } from '@yagura/kernel'
import {
  type Chunks,
  createByteBudget,
  decompress,
  detectCompression,
  indexTarFile,
  normalisePath,
  type OpenedFile,
  openRegularFile,
  parentPath,
  readRange,
  readTar,
  type TarEntry,
  type TarWish,
} from '@yagura/safe-io'

import type { OpenedRange } from '../layer/stored.ts'
import { createForwardReader } from './forward-reader.ts'

export interface Archive {
  readonly path: string
  readonly names: ReadonlySet<string>
  size(name: string): number | undefined
  open(name: string): Chunks
  /** The same bytes where they lie in the archive as it is on disk. */
  file(name: string): OpenedRange | undefined
  /** Errors: INPUT_NOT_FOUND, LIMIT_EXCEEDED. */
  read(name: string, maxBytes: number): Promise<Result<Buffer, YaguraError>>
  close(): Promise<void>
}

interface Member {
  readonly offsetBytes: number
  readonly sizeBytes: number
  /** Another name of the archive that holds the content. */
  readonly linkTo: string | undefined
  /** Small members of a packed archive are kept, so that it need not be unpacked again for each document. */
  bytes: Buffer | undefined
}

const KEPT_BYTES = 256 * 1024
const KEPT_TOTAL_BYTES = 32 * 1024 * 1024

/** Errors: INPUT_NOT_FOUND, PERMISSION, INPUT_INVALID, INPUT_TRUNCATED, INPUT_UNSUPPORTED, LIMIT_EXCEEDED. */
export async function openArchive(path: string, limits: Limits): Promise<Result<Archive, YaguraError>> {
  const opened = await openRegularFile(path)
  if (!opened.ok) return opened
  const file = opened.value
  try {
    const head = Buffer.alloc(6)
    await file.handle.read(head, 0, head.length, 0)
    const packed = detectCompression(head) !== 'none'
    const index = createIndex(packed, limits)
    if (packed) await readTar(unpackWhole(file, limits), index.onEntry, limits)
    else await indexTarFile(file, index.onEntry, limits)
    const forward = packed ? createForwardReader(() => unpackWhole(file, limits)) : undefined
    const range: RangeReader = forward ? forward.range : (start, length) => readRange(file, start, length)
    return ok(
      archiveOf(
        file.path,
        index.members,
        range,
        limits,
        async () => {
          await forward?.close()
          await file.handle.close()
        },
        forward ? undefined : file,
      ),
    )
  } catch (error) {
    await file.handle.close()
    return err(explain(toYaguraError(error), path))
  }
}

/** An archive that someone sends, unpacked, as often as `start` is called. Errors: those of openArchive and of `start`. */
export async function openStreamedArchive(
  where: string,
  start: () => Chunks,
  limits: Limits,
): Promise<Result<Archive, YaguraError>> {
  const forward = createForwardReader(() => bounded(start(), where, limits))
  try {
    const index = createIndex(true, limits)
    await readTar(bounded(start(), where, limits), index.onEntry, limits)
    return ok(archiveOf(where, index.members, forward.range, limits, () => forward.close()))
  } catch (error) {
    const failure = toYaguraError(error)
    return err(failure.code === 'INPUT_NOT_FOUND' || failure.code === 'UNAVAILABLE' ? failure : explain(failure, where))
  }
}

async function* bounded(chunks: Chunks, where: string, limits: Limits): AsyncGenerator<Uint8Array> {
  const budget = createByteBudget(limits.imageBytes, where)
  for await (const chunk of chunks) {
    budget.spend(chunk.length)
    yield chunk
  }
}

type RangeReader = (startBytes: number, lengthBytes: number) => Chunks

/** `keepsSmall`: where going back costs reading everything again. */
function createIndex(keepsSmall: boolean, limits: Limits) {
  const members = new Map<string, Member>()
  let kept = 0
  function onEntry(entry: TarEntry): TarWish | undefined {
    const name = normalisePath(entry.name, limits.pathBytes)
    if (name === undefined || entry.sparse) return undefined
    const member = memberOf(entry, name)
    if (!member) return undefined
    members.set(name, member)
    if (!keepsSmall || entry.sizeBytes > KEPT_BYTES || kept + entry.sizeBytes > KEPT_TOTAL_BYTES) return undefined
    kept += entry.sizeBytes
    return {
      deliver: (bytes) => {
        member.bytes = bytes
      },
    }
  }
  return { members, onEntry }
}

function archiveOf(
  path: string,
  members: ReadonlyMap<string, Member>,
  range: RangeReader,
  limits: Limits,
  close: () => Promise<void>,
  onDisk?: OpenedFile,
): Archive {
  function find(name: string): Member | undefined {
    let member = members.get(name)
    for (let links = 0; member?.linkTo !== undefined && links < limits.symlinkDepth; links++)
      member = members.get(member.linkTo)
    return member?.linkTo === undefined ? member : undefined
  }
  async function* open(name: string): AsyncGenerator<Uint8Array> {
    const member = find(name)
    if (!member) throw missing(path, name)
    if (member.bytes) yield member.bytes
    else yield* range(member.offsetBytes, member.sizeBytes)
  }
  return {
    path,
    names: new Set(members.keys()),
    size: (name) => find(name)?.sizeBytes,
    open,
    file(name) {
      const member = find(name)
      if (!member || !onDisk) return undefined
      const { offsetBytes: startBytes, sizeBytes: lengthBytes } = member
      return { fd: onDisk.handle.fd, startBytes, lengthBytes, path, [Symbol.asyncDispose]: async () => {} }
    },
    async read(name, maxBytes) {
      const member = find(name)
      if (!member) return err(missing(path, name))
      if (member.sizeBytes > maxBytes)
        return err(new YaguraError('LIMIT_EXCEEDED', `${name} in ${path} is larger than ${maxBytes} bytes.`))
      const parts: Uint8Array[] = []
      for await (const chunk of open(name)) parts.push(Buffer.from(chunk))
      return ok(Buffer.concat(parts))
    },
    close,
  }
}

/** `docker save` of old wrote a layer that several images share as a symbolic link to the first. */
function memberOf(entry: TarEntry, name: string): Member | undefined {
  const { offsetBytes, sizeBytes } = entry
  if (entry.kind === 'file') return { offsetBytes, sizeBytes, linkTo: undefined, bytes: undefined }
  const target =
    entry.kind === 'symlink'
      ? `${parentPath(name)}/${entry.linkName}`
      : entry.kind === 'hardlink'
        ? entry.linkName
        : undefined
  const linkTo = target === undefined ? undefined : normalisePath(target)
  return linkTo === undefined ? undefined : { offsetBytes, sizeBytes: 0, linkTo, bytes: undefined }
}

function unpackWhole(file: OpenedFile, limits: Limits): Chunks {
  const budget = createByteBudget(limits.imageBytes, file.path)
  return decompress(readRange(file, 0, file.sizeBytes), { what: file.path, budget, ...limits })
}

function missing(path: string, name: string): YaguraError {
  return new YaguraError('INPUT_NOT_FOUND', `${path} holds no ${name}.`)
}

/** Errors of the tar reader name no file. */
function explain(error: YaguraError, path: string): YaguraError {
  if (error.message.includes(path)) return error
  const sentences: Partial<Record<YaguraError['code'], string>> = {
    INPUT_TRUNCATED: `${path} is cut short: it ends inside one of its members.`,
    INPUT_INVALID: `${path} is not a tar archive: ${error.message}.`,
  }
  return new YaguraError(error.code, sentences[error.code] ?? `${path}: ${error.message}`, {
    cause: error,
    ...(error.hint ? { hint: error.hint } : {}),
  })
}
