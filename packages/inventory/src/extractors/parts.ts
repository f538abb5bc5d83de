// What a reader needs to look at a file that comes in parts: a window in which nothing is cut at the border of two parts, and stretches
// of the file that are kept while the rest goes by.

export interface Window {
  write(part: Uint8Array): void
  /** In place of `write`, for a part in which nothing matters: it costs nothing. What follows starts afresh. */
  skip(partBytes: number): void
  /** Offset in the file of the next part. */
  position(): number
}

/** `base`: offset in the file of the window's first byte; `fresh`: where in the window the new part starts, at most `overlapBytes`. */
export type Scan = (window: Buffer, base: number, fresh: number) => void

/** The window is reused: what is kept must be copied. */
export function createWindow(overlapBytes: number, scan: Scan): Window {
  let scratch: Buffer = Buffer.alloc(0)
  let held = 0
  let base = 0
  return {
    write(part) {
      if (scratch.length < held + part.length) {
        const larger = Buffer.allocUnsafe(overlapBytes + Math.max(part.length, 64 * 1024))
        scratch.copy(larger, 0, 0, held)
        scratch = larger
      }
      scratch.set(part, held)
      const length = held + part.length
      scan(scratch.subarray(0, length), base, held)
      const next = Math.min(length, overlapBytes)
      scratch.copyWithin(0, length - next, length)
      base += length - next
      held = next
    },
    skip(partBytes) {
      base += held + partBytes
      held = 0
    },
    position: () => base + held,
  }
}

export interface Stretch {
  readonly start: number
  /** As far as the file has come by. */
  bytes(): Buffer
}

export interface Stretches {
  /** Asked for while the window that holds `start` is looked at, or before. Undefined when there is no room left. */
  keep(start: number, sizeBytes: number): Stretch | undefined
  /** Call it first for each window. */
  scan: Scan
  /** Whether bytes from one offset to another are still to be kept. */
  wants(from: number, to: number): boolean
}

/** `maxBytes`: of all of them together. */
export function createStretches(maxBytes: number): Stretches {
  const open = new Set<{ start: number; bytes: Buffer; filled: number }>()
  let total = 0
  let current: { window: Buffer; base: number } = { window: Buffer.alloc(0), base: 0 }
  function fill(stretch: { start: number; bytes: Buffer; filled: number }): void {
    const from = stretch.start + stretch.filled - current.base
    if (from < 0 || from >= current.window.length) return
    stretch.filled += current.window.copy(stretch.bytes, stretch.filled, from)
    if (stretch.filled === stretch.bytes.length) open.delete(stretch)
  }
  return {
    keep(start, sizeBytes) {
      if (total + sizeBytes > maxBytes || sizeBytes <= 0) return undefined
      total += sizeBytes
      const stretch = { start, bytes: Buffer.allocUnsafe(sizeBytes), filled: 0 }
      open.add(stretch)
      fill(stretch)
      return { start, bytes: () => stretch.bytes.subarray(0, stretch.filled) }
    },
    scan(window, base) {
      current = { window, base }
      for (const stretch of open) fill(stretch)
    },
    wants(from, to) {
      for (const stretch of open) if (stretch.start < to && stretch.start + stretch.bytes.length > from) return true
      return false
    },
  }
}

/** Calls back with the place in the window of each occurrence that ends in the fresh part: none is told twice. */
export function eachNew(window: Buffer, fresh: number, needle: Buffer, found: (at: number) => void): void {
  const from = Math.max(0, fresh - needle.length + 1)
  for (let at = window.indexOf(needle, from); at >= 0; at = window.indexOf(needle, at + 1)) found(at)
}
