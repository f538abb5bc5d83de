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

/** Where a part is joined to the end of the one before. One for all windows: it is of use during a scan only, and scans do not nest. */
let joint: Buffer = Buffer.alloc(0)

/** The window is reused, and may be the part itself: what is kept must be copied. */
export function createWindow(overlapBytes: number, scan: Scan): Window {
  let tail: Buffer = Buffer.alloc(0)
  let base = 0
  return {
    write(part) {
      const window = join(tail, part)
      scan(window, base, tail.length)
      const next = Math.min(window.length, overlapBytes)
      base += window.length - next
      tail = Buffer.from(window.subarray(window.length - next))
    },
    skip(partBytes) {
      base += tail.length + partBytes
      tail = Buffer.alloc(0)
    },
    position: () => base + tail.length,
  }
}

function join(tail: Buffer, part: Uint8Array): Buffer {
  if (tail.length === 0) return Buffer.from(part.buffer, part.byteOffset, part.length)
  const length = tail.length + part.length
  if (joint.length < length) joint = Buffer.allocUnsafe(length)
  joint.set(tail)
  joint.set(part, tail.length)
  return joint.subarray(0, length)
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
  /** Gives back the memory of all of them: nothing that `bytes` returned may be used any more. */
  free(): void
}

/** `maxBytes`: of all of them together. */
export function createStretches(maxBytes: number): Stretches {
  const all: Buffer[] = []
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
      const stretch = { start, bytes: Buffer.allocUnsafeSlow(sizeBytes), filled: 0 }
      all.push(stretch.bytes)
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
    // an image has thousands of programs, and garbage collection does not come often enough for what lies outside its heap
    free() {
      open.clear()
      current = { window: Buffer.alloc(0), base: 0 }
      for (const { buffer } of all) if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0)
      all.length = 0
    },
  }
}

/** Calls back with the place in the window of each occurrence that ends in the fresh part: none is told twice. */
export function eachNew(window: Buffer, fresh: number, needle: Buffer, found: (at: number) => void): void {
  const from = Math.max(0, fresh - needle.length + 1)
  for (let at = window.indexOf(needle, from); at >= 0; at = window.indexOf(needle, at + 1)) found(at)
}
