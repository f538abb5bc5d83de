// A layer of containers/storage: its tar headers are kept apart in a tar-split file (github.com/vbatts/tar-split), its files lie unpacked
// in a directory. Walking the headers gives the layer as it was pulled, whiteouts included, and only wanted files are opened.
import { type Limits, toYaguraError, YaguraError } from '@yagura/kernel'
import {
  type Chunks,
  type ContentSink,
  createByteBudget,
  createTarParser,
  decompress,
  openFileInside,
  openRegularFile,
  readRange,
} from '@yagura/safe-io'
import type { Layer } from '@yagura/schema'
import { pour } from '../../layer/directory-layer.ts'
import { visitTarEntry } from '../../layer/read-tar-layer.ts'
import {
  type LayerProblem,
  type LayerReadOptions,
  type LayerSource,
  type LayerVisitor,
  noteProblem,
  problemOf,
} from '../../layer/source.ts'

export interface SplitLayer {
  readonly layer: Layer
  /** DRIVER-layers/ID.tar-split.gz */
  readonly headersPath: string
  /** Where the files of the layer lie. */
  readonly filesPath: string
}

/** `fallback` reads the directory alone when the headers are not there. */
export function splitLayer(split: SplitLayer, fallback: LayerSource, limits: Limits): LayerSource {
  return {
    layer: split.layer,
    async read(visitor, options) {
      const headers = await openRegularFile(split.headersPath)
      if (!headers.ok) return fallback.read(visitor, options)
      await using file = headers.value
      return await walkHeaders(readRange(file, 0, file.sizeBytes), split, limits, visitor, options)
    },
  }
}

interface Wanted {
  readonly path: string
  readonly sink: ContentSink
}

async function walkHeaders(
  packed: Chunks,
  split: SplitLayer,
  limits: Limits,
  visitor: LayerVisitor,
  options: LayerReadOptions,
): Promise<readonly LayerProblem[]> {
  const what = `the headers of layer ${split.layer.diffId}`
  const problems: LayerProblem[] = []
  let wanted: Wanted | undefined
  const parser = createTarParser((entry) => {
    const watching: LayerVisitor = {
      enter: () => true,
      visit(seen) {
        const sink = visitor.visit(seen)
        wanted = sink && { path: seen.path, sink }
        return sink
      },
    }
    // the content comes from the directory, so the parser is told to skip it
    visitTarEntry(entry, watching, limits, problems)
    return undefined
  }, limits)
  try {
    const budget = createByteBudget(limits.layerBytes, what, options.imageBudget)
    for await (const line of lines(decompress(packed, { what, budget, ...limits }), limits.lineBytes)) {
      options.signal?.throwIfAborted()
      const record = parseRecord(line)
      if (record.kind === 'header') {
        parser.write(record.bytes)
        continue
      }
      parser.skip(Math.min(record.sizeBytes, parser.pendingBytes()))
      const file = wanted
      wanted = undefined
      if (!file) continue
      const opened = await openFileInside(split.filesPath, file.path)
      if (!opened.ok) noteProblem(problems, problemOf(opened.error, file.path))
      else if (opened.value.sizeBytes === record.sizeBytes) await pour(opened.value, file.sink, options)
      else {
        await opened.value[Symbol.asyncDispose]()
        noteProblem(problems, {
          code: 'FILE_INVALID',
          path: file.path,
          reason: `The file has ${opened.value.sizeBytes} bytes in the store, its layer says ${record.sizeBytes}.`,
        })
      }
    }
    parser.end()
  } catch (error) {
    options.signal?.throwIfAborted()
    noteProblem(problems, problemOf(toYaguraError(error), ''))
  }
  return problems
}

type SplitRecord =
  | { readonly kind: 'header'; readonly bytes: Buffer }
  | { readonly kind: 'content'; readonly sizeBytes: number }

/** tar-split, storage/entry.go: type 1 stands for the content of a file, type 2 for raw bytes of the archive. */
function parseRecord(line: Buffer): SplitRecord {
  let record: unknown
  try {
    record = JSON.parse(line.toString())
  } catch (error) {
    throw new YaguraError('INPUT_INVALID', 'the tar-split file is damaged', { cause: error })
  }
  if (typeof record === 'object' && record !== null && 'type' in record) {
    const { type } = record
    if (type === 2 && 'payload' in record && typeof record.payload === 'string')
      return { kind: 'header', bytes: Buffer.from(record.payload, 'base64') }
    const sizeBytes = 'size' in record ? record.size : 0
    if (type === 1 && typeof sizeBytes === 'number') return { kind: 'content', sizeBytes }
  }
  throw new YaguraError('INPUT_INVALID', 'the tar-split file holds a record of an unknown kind')
}

async function* lines(chunks: Chunks, maxBytes: number): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    let bytes = Buffer.concat([rest, chunk])
    for (let newline = bytes.indexOf(0x0a); newline >= 0; newline = bytes.indexOf(0x0a)) {
      if (newline > 0) yield bytes.subarray(0, newline)
      bytes = bytes.subarray(newline + 1)
    }
    if (bytes.length > maxBytes)
      throw new YaguraError('LIMIT_EXCEEDED', `a record of the tar-split file is longer than ${maxBytes} bytes`)
    rest = bytes
  }
  if (rest.length > 0) yield rest
}
