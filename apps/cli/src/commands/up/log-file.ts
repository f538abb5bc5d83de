// The log of one program: what it writes, in a file of bounded size with one older file beside it.
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

const MAX_BYTES = 16 * 1024 * 1024
const KEPT_LINES = 20

export interface LogFile {
  readonly path: string
  write(chunk: string | Uint8Array): void
  /** What the program said last, in plain words: the message of its last complaint, else its last line. */
  lastWords(): string | undefined
}

/** One line of pino's JSON. */
export interface LogEntry {
  readonly level?: unknown
  readonly msg?: unknown
  readonly [field: string]: unknown
}

export interface LogOptions {
  readonly maxBytes?: number
  /** Sees every entry that is written. */
  readonly onEntry?: (entry: LogEntry) => void
}

export function openLogFile(path: string, { maxBytes = MAX_BYTES, onEntry }: LogOptions = {}): LogFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  let sizeBytes = sizeOf(path)
  let lines: string[] = []
  let partial = ''

  function write(chunk: string | Uint8Array): void {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')
    const all = (partial + text).split('\n')
    partial = (all.pop() ?? '').slice(-8192)
    lines = [...lines, ...all.filter((line) => line !== '')].slice(-KEPT_LINES)
    for (const line of onEntry ? all : []) {
      const entry = parse(line)
      if (entry) onEntry?.(entry)
    }
    const bytes = Buffer.from(text)
    if (sizeBytes > 0 && sizeBytes + bytes.length > maxBytes) {
      renameSync(path, `${path}.1`)
      sizeBytes = 0
    }
    appendFileSync(path, bytes, { mode: 0o600 })
    sizeBytes += bytes.length
  }

  return { path, write, lastWords: () => lastComplaint(lines) ?? lines.at(-1) }
}

/** Lines are pino's JSON: level 50 and above complain. */
function lastComplaint(lines: readonly string[]): string | undefined {
  for (const line of lines.toReversed()) {
    const entry = parse(line)
    if (entry && Number(entry.level) >= 50 && typeof entry.msg === 'string') return entry.msg
  }
  return undefined
}

function parse(line: string): LogEntry | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as LogEntry) : undefined
  } catch {
    return undefined
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch {
    return 0
  }
}
