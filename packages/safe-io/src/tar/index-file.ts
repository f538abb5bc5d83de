// Finds the members of a tar file without reading them: an image archive of many gigabytes is indexed by its headers alone.
import { YaguraError } from '@yagura/kernel'
import type { OpenedFile } from '../file/open.ts'
import { createTarParser, type OnTarEntry, type TarLimits } from './parser.ts'

const READ_BYTES = 64 * 1024

/** Errors are thrown: INPUT_TRUNCATED when the last member does not fit into the file, INPUT_INVALID, LIMIT_EXCEEDED. */
export async function indexTarFile(file: OpenedFile, onEntry: OnTarEntry, limits: TarLimits): Promise<void> {
  const parser = createTarParser(onEntry, limits)
  const buffer = Buffer.allocUnsafe(READ_BYTES)
  let at = 0
  while (!parser.finished()) {
    const { bytesRead } = await file.handle.read(buffer, 0, READ_BYTES, at)
    if (bytesRead === 0) break
    parser.write(buffer.subarray(0, bytesRead))
    at += bytesRead
    const pending = parser.pendingBytes()
    if (at + pending > file.sizeBytes) throw new YaguraError('INPUT_TRUNCATED', 'a tar archive ends inside a member')
    parser.skip(pending)
    at += pending
  }
  parser.end()
}
