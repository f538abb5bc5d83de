// Evidence before it is gone: who runs in the container, what they have open and mapped, the program that was dropped, and the last
// events. Files for their owner only, within a budget; what is read from the container is hostile and stays data.
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { KernelEvent } from '@yagura/schema'

export interface CaptureRequest {
  readonly directory: string
  readonly pids: readonly number[]
  /** Processes whose programs are copied too. */
  readonly suspects: readonly number[]
  readonly events: readonly KernelEvent[]
  readonly limits?: CaptureLimits
}

export interface CaptureLimits {
  readonly totalBytes: number
  readonly programBytes: number
  readonly processes: number
}

export const captureLimits: CaptureLimits = { totalBytes: 256 * 2 ** 20, programBytes: 64 * 2 ** 20, processes: 256 }
const TEXT_BYTES = 1 << 20
const DESCRIPTORS = 1024

/** Names of the files that were written. What could not be read is said in them. */
export function capture({ directory, pids, suspects, events, limits = captureLimits }: CaptureRequest): string[] {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const written: string[] = []
  let left = limits.totalBytes
  function write(name: string, content: string): void {
    const bytes = Buffer.from(content)
    if (bytes.length > left) return
    writeFileSync(join(directory, name), bytes, { mode: 0o600 })
    left -= bytes.length
    written.push(name)
  }
  const shown = pids.slice(0, limits.processes)
  const processes = shown.map((pid) => describe(pid))
  write('processes.json', JSON.stringify({ processes, leftOut: pids.length - shown.length }, null, 1))
  write('events.jsonl', events.map((event) => `${JSON.stringify(event)}\n`).join(''))
  for (const pid of suspects.slice(0, limits.processes)) {
    write(`maps-${pid}.txt`, readText(`/proc/${pid}/maps`))
    const name = `program-${pid}`
    const size = copyProgram(pid, join(directory, name), Math.min(left, limits.programBytes))
    if (size === undefined) continue
    left -= size
    written.push(name)
  }
  return written
}

function describe(pid: number) {
  const root = `/proc/${pid}`
  return {
    pid,
    program: link(`${root}/exe`),
    directory: link(`${root}/cwd`),
    arguments: readText(`${root}/cmdline`).split('\0').filter(Boolean),
    status: readText(`${root}/status`),
    descriptors: descriptors(root),
  }
}

function descriptors(root: string): Record<string, string> {
  try {
    const names = readdirSync(`${root}/fd`).slice(0, DESCRIPTORS)
    return Object.fromEntries(names.map((name) => [name, link(`${root}/fd/${name}`)]))
  } catch (error) {
    return { error: String(error) }
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1').slice(0, TEXT_BYTES)
  } catch {
    return ''
  }
}

/** /proc/PID/exe leads to the very file that runs, deleted or in memory; it is copied without the right to run. */
function copyProgram(pid: number, to: string, maxBytes: number): number | undefined {
  let source: number
  try {
    source = openSync(`/proc/${pid}/exe`, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch {
    return undefined
  }
  let target: number
  try {
    // a capture that a crash cut off is asked for again: what it left is replaced
    rmSync(to, { force: true })
    target = openSync(to, 'wx', 0o400)
  } catch {
    closeSync(source)
    return undefined
  }
  try {
    const chunk = Buffer.allocUnsafe(1 << 16)
    let total = 0
    while (total < maxBytes) {
      const read = readSync(source, chunk, 0, Math.min(chunk.length, maxBytes - total), null)
      if (read === 0) break
      writeSync(target, chunk, 0, read)
      total += read
    }
    return total
  } catch {
    return 0
  } finally {
    closeSync(source)
    closeSync(target)
  }
}
