// When a process started: proc(5), field 22 of /proc/PID/stat, in clock ticks since boot. USER_HZ is 100 on every Linux that
// Node runs on.
import { readSmallFile } from '../files/atomic.ts'

const TICKS_PER_SECOND = 100
let bootSeconds: number | undefined

/** RFC 3339, or null when the process is gone. */
export function processStart(pid: number): string | null {
  const stat = readSmallFile(`/proc/${pid}/stat`, 4096)
  if (stat === undefined) return null
  // comm, in parentheses, may hold anything: fields are counted after the last one
  const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
  bootSeconds ??= Number(/^btime (\d+)$/m.exec(readSmallFile('/proc/stat', 1024 * 1024) ?? '')?.[1] ?? 0)
  if (!Number.isFinite(ticks)) return null
  return new Date((bootSeconds + ticks / TICKS_PER_SECOND) * 1000).toISOString()
}
