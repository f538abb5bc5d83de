// A whole tar stream through the parser.
import type { Chunks } from '../decompress/decompress.ts'
import type { TarSummary } from './entry.ts'
import { createTarParser, type OnTarEntry, type TarLimits } from './parser.ts'

/** Errors: INPUT_TRUNCATED, INPUT_INVALID, LIMIT_EXCEEDED; entries seen before stay seen. Reads the stream to its end, so that a hash beside it sees all bytes. */
export async function readTar(chunks: Chunks, onEntry: OnTarEntry, limits: TarLimits): Promise<TarSummary> {
  const parser = createTarParser(onEntry, limits)
  for await (const chunk of chunks) parser.write(chunk)
  return parser.end()
}
