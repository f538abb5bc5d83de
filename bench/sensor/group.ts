// A control group of the benchmark's own, watched as a container is, and a directory for its files.
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { YaguraError } from '@yagura/kernel'

export interface ScratchGroup {
  /** Path in the hierarchy. */
  readonly path: string
  readonly procs: string
  readonly directory: string
  /** Processor time that all processes of the group have used. */
  cpuSeconds(): number
  remove(): void
}

export function makeScratchGroup(): ScratchGroup {
  const line = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .find((each) => each.includes(' - cgroup2 '))
  const root = line?.split(' ')[4]
  if (root === undefined) throw new YaguraError('SENSOR', 'This machine has no cgroup2 hierarchy.')
  const path = `/yagura-bench-${process.pid}`
  mkdirSync(join(root, path))
  const directory = mkdtempSync('/var/tmp/yg-bench-sensor-')
  return {
    path,
    procs: join(root, path, 'cgroup.procs'),
    directory,
    cpuSeconds() {
      const usage = /usage_usec (\d+)/.exec(readFileSync(join(root, path, 'cpu.stat'), 'utf8'))
      return Number(usage?.[1] ?? Number.NaN) / 1e6
    },
    remove() {
      rmSync(directory, { recursive: true, force: true })
      for (let attempt = 0; attempt < 50; attempt++) {
        try {
          return rmdirSync(join(root, path))
        } catch {
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
        }
      }
    },
  }
}
