// One agent to a data directory: two would take each other's spool apart. The lock names the process and when it started, so
// that a killed agent, or another process that got its id, locks nobody out.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { err, ok, type Result, YaguraError } from '@yagura/kernel'
import { readSmallFile, writeFileAtomically } from '../files/atomic.ts'
import { processStart } from '../processes/start-time.ts'

export function lockDirectory(directory: string): Result<void, YaguraError> {
  const path = join(directory, 'lock')
  const holder = readSmallFile(path, 256)?.trim()
  const [pid = '', startedAt = ''] = holder?.split(' ') ?? []
  if (holder && Number(pid) !== process.pid && processStart(Number(pid)) === startedAt) {
    return err(
      new YaguraError('CONFLICT', `Another agent (process ${pid}) uses the data directory ${directory}.`, {
        hint: 'Stop it, or give this one another YAGURA_DATA_DIR.',
      }),
    )
  }
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    writeFileAtomically(path, `${process.pid} ${processStart(process.pid)}\n`)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    return err(
      new YaguraError('PERMISSION', `The data directory ${directory} cannot be written: ${reason}.`, { cause }),
    )
  }
  return ok(undefined)
}
