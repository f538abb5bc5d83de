// Follows the audit log of a Kubernetes API server on this node: new lines only, across rotation, bounded in what is read at once.
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { readAuditLine } from '@yagura/detect'
import type { AuditEvent } from '@yagura/schema'

export interface AuditLog {
  /** Events that were written since the last call. */
  read(): AuditEvent[]
  /** Lines that were no event, or too long, since the last call. */
  takeUnread(): number
  close(): void
}

const READ_BYTES_MAX = 4 * 1024 * 1024
const LINE_BYTES_MAX = 1024 * 1024

export function openAuditLog(path: string): AuditLog {
  let file: number | undefined
  let inode = 0
  let offset = 0
  let rest: Buffer = Buffer.alloc(0)
  let unread = 0
  const chunk = Buffer.alloc(READ_BYTES_MAX)

  function open(fromStart: boolean): void {
    try {
      file = openSync(path, 'r')
    } catch {
      return
    }
    const { ino, size } = fstatSync(file)
    inode = ino
    offset = fromStart ? 0 : size
    rest = Buffer.alloc(0)
  }

  function close(): void {
    if (file !== undefined) closeSync(file)
    file = undefined
  }

  /** The server has begun a new file, or emptied the old one. */
  function isReplaced(): boolean {
    try {
      const { ino, size } = statSync(path)
      return ino !== inode || size < offset
    } catch {
      return false
    }
  }

  function take(bytes: Buffer): AuditEvent[] {
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    const end = all.lastIndexOf(0x0a)
    rest = Buffer.from(all.subarray(end + 1))
    if (rest.length > LINE_BYTES_MAX) {
      unread++
      rest = Buffer.alloc(0)
    }
    if (end < 0) return []
    return all
      .subarray(0, end)
      .toString('utf8')
      .split('\n')
      .flatMap((line) => parse(line) ?? [])
  }

  function parse(line: string): AuditEvent | undefined {
    if (line.trim() === '') return undefined
    try {
      return readAuditLine(JSON.parse(line))
    } catch {
      unread++
      return undefined
    }
  }

  open(false)
  return {
    read() {
      const events: AuditEvent[] = []
      if (file === undefined) open(true)
      if (file === undefined) return events
      const length = readSync(file, chunk, 0, chunk.length, offset)
      offset += length
      if (length > 0) events.push(...take(chunk.subarray(0, length)))
      if (length < chunk.length && isReplaced()) {
        close()
        open(true)
      }
      return events
    },
    takeUnread() {
      const count = unread
      unread = 0
      return count
    },
    close,
  }
}
