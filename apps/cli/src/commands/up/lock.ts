// One `yagura up` per data directory: a file with the process that holds it. A process is its pid and its start time, so a
// number that was given to another process meanwhile does not count.
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { err, ok, type Result, YaguraError } from '@yagura/kernel'

export interface Lock {
  /** The holder before was killed: what it started may still be stopping. */
  readonly wasAbandoned: boolean
  release(): void
}

export function takeLock(path: string, dataDir: string): Result<Lock, YaguraError> {
  const own = `${process.pid} ${startTicks(process.pid)}\n`
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, own, { mode: 0o644 })
  try {
    let wasAbandoned = false
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if (linkOnce(draft, path)) {
        return ok({ wasAbandoned, release: () => readText(path) === own && rmSync(path, { force: true }) })
      }
      const holder = readText(path)
      const pid = holder === undefined ? undefined : livingHolder(holder)
      if (pid !== undefined) return err(taken(pid, dataDir))
      // only the file that was just judged may go: another starter may have put a new one there
      if (holder !== undefined && readText(path) === holder) rmSync(path, { force: true })
      wasAbandoned = true
    }
    return err(taken(undefined, dataDir))
  } finally {
    rmSync(draft, { force: true })
  }
}

function taken(pid: number | undefined, dataDir: string): YaguraError {
  const who = pid === undefined ? '' : ` (process ${pid})`
  return new YaguraError('CONFLICT', `Yagura is already running on ${dataDir}${who}.`, {
    hint: 'Stop it first, or set YAGURA_DATA_DIR and YAGURA_PORT to run another one beside it.',
  })
}

function livingHolder(text: string): number | undefined {
  const [pid, ticks] = text.trim().split(' ')
  return ticks !== undefined && startTicks(Number(pid)) === ticks ? Number(pid) : undefined
}

/** Field 22 of /proc/PID/stat (proc(5)): when the process started. The name in field 2 may hold spaces and brackets. */
function startTicks(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}

function linkOnce(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
