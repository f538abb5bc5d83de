// Small files that must be whole or absent, whatever happens to the process or the machine.
import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Replaces `path` by `content` in one step: written beside it, synced, renamed. Owner-only. */
export function writeFileAtomically(path: string, content: string | Uint8Array): void {
  const draft = `${path}.${process.pid}.draft`
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  try {
    const file = openSync(draft, 'w', 0o600)
    try {
      writeAll(file, bytes)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
  syncDirectory(dirname(path))
}

/** Makes renames and removals in a directory survive a power cut. */
export function syncDirectory(path: string): void {
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}

export function writeAll(file: number, bytes: Uint8Array): void {
  let written = 0
  while (written < bytes.length) written += writeSync(file, bytes, written)
}

/** Read into again and again: a listing reads thousands of small files, and a buffer for each stays until the collector comes. */
const chunk = Buffer.allocUnsafeSlow(16_384)

/** The whole file as text, or undefined when it is missing, unreadable or larger than `maxBytes`. */
export function readSmallFile(path: string, maxBytes: number): string | undefined {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return undefined
  }
  try {
    const chunks: Buffer[] = []
    let total = 0
    // files of /proc have size 0 until they are read
    for (;;) {
      const read = readSync(file, chunk)
      if (read === 0) return Buffer.concat(chunks, total).toString('utf8')
      total += read
      if (total > maxBytes) return undefined
      chunks.push(Buffer.from(chunk.subarray(0, read)))
    }
  } catch {
    return undefined
  } finally {
    closeSync(file)
  }
}
