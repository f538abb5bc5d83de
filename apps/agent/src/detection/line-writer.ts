// Lines to a descriptor that somebody else may have made non-blocking, as a shell or a parent with pipes does: what does not fit
// now waits, in order, within a bound. Beyond it the oldest waiting line is dropped and counted: the reader is too slow.
import { writeSync } from 'node:fs'

export interface LineWriter {
  write(line: string): void
  /** Writes what waits, as far as it can be written now. */
  flush(): void
  readonly waiting: number
  readonly dropped: number
}

const WAITING_MAX = 20_000
const RETRY_MS = 5

export function createLineWriter(
  descriptor: number,
  write: (fd: number, bytes: Uint8Array, offset: number) => number = (fd, bytes, offset) =>
    writeSync(fd, bytes, offset),
): LineWriter {
  const waiting: Buffer[] = []
  /** Bytes of the first line that are out already. */
  let written = 0
  let dropped = 0
  let isScheduled = false

  function flush(): void {
    while (waiting.length > 0) {
      const [line] = waiting as [Buffer]
      try {
        written += write(descriptor, line, written)
      } catch (error) {
        // EPIPE and the like end the program: nobody reads any more.
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
        schedule()
        return
      }
      if (written < line.length) continue
      waiting.shift()
      written = 0
    }
  }

  function schedule(): void {
    if (isScheduled) return
    isScheduled = true
    setTimeout(() => {
      isScheduled = false
      flush()
    }, RETRY_MS)
  }

  return {
    write(line) {
      if (waiting.length >= WAITING_MAX) {
        waiting.splice(1, 1)
        dropped++
      }
      waiting.push(Buffer.from(`${line}\n`))
      flush()
    },
    flush,
    get waiting() {
      return waiting.length
    },
    get dropped() {
      return dropped
    },
  }
}
