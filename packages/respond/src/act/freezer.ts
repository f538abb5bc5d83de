// Stops and starts all processes of a control group. Sources: cgroup-v2.rst (cgroup.freeze, cgroup.events) and
// cgroup-v1/freezer-subsystem.rst of the kernel's documentation.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { err, ok, type Result, YaguraError } from '@yagura/kernel'

const ATTEMPTS = 50
const PAUSE_MS = 10

/** Freezes or thaws; resolves when the kernel says that every process stands, or after half a second with an error. */
export async function setFrozen(directory: string, frozen: boolean): Promise<Result<undefined, YaguraError>> {
  const file = freezerFile(directory)
  if (file === undefined) return err(new YaguraError('INPUT_UNSUPPORTED', 'This control group cannot be frozen.'))
  const { path, on, off } = file
  try {
    writeFileSync(path, frozen ? on : off)
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (isFrozen(directory) === frozen) return ok(undefined)
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  } catch (cause) {
    return err(new YaguraError('UNAVAILABLE', 'The control group could not be changed.', { cause }))
  }
  return err(new YaguraError('UNAVAILABLE', 'The control group did not come to rest within half a second.'))
}

export function isFrozen(directory: string): boolean {
  const events = join(directory, 'cgroup.events')
  if (existsSync(events)) return /^frozen 1$/m.test(readFileSync(events, 'utf8'))
  return readFileSync(join(directory, 'freezer.state'), 'utf8').trim() === 'FROZEN'
}

function freezerFile(directory: string): { path: string; on: string; off: string } | undefined {
  const v2 = join(directory, 'cgroup.freeze')
  if (existsSync(v2)) return { path: v2, on: '1', off: '0' }
  const v1 = join(directory, 'freezer.state')
  return existsSync(v1) ? { path: v1, on: 'FROZEN', off: 'THAWED' } : undefined
}
