// For tests on the running kernel: a sensor whose events are collected, and control groups like those of containers.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createLogger, systemClock } from '@yagura/kernel'
import type { KernelEvent } from '@yagura/schema'
import { RECORD_CONSTANTS } from '@yagura/schema/kernel-record'
import { vi } from 'vitest'
import { cgroupMounts } from '../cgroup/hierarchies.ts'
import { openSensor, type Sensor, type SensorOptions } from '../sensor.ts'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../../..')
export const OBJECT_PATH = join(ROOT, 'bpf/build/yagura.bpf.o')

/**
 * Why events of the real kernel cannot be tested here, or undefined. Says so loudly, and fails where tests must be
 * complete (CI=true).
 */
export function obstacleToLiveTests(): string | undefined {
  // the kernel verifies fifty programs for each sensor, on machines that are busy with other tests
  vi.setConfig({ hookTimeout: 60_000, testTimeout: 60_000 })
  const obstacle = findObstacle()
  if (obstacle === undefined) return undefined
  if (process.env.CI === 'true') throw new Error(`the sensor must be tested on a real kernel: ${obstacle}`)
  console.warn(`\n*** NOT TESTED on a real kernel: ${obstacle} ***\n`)
  return obstacle
}

function findObstacle(): string | undefined {
  if (process.getuid?.() !== 0) return 'the tests do not run as root'
  if (!existsSync('/sys/kernel/btf/vmlinux')) return 'the kernel has no BTF'
  const built = spawnSync(process.execPath, [join(ROOT, 'scripts/build-bpf.mjs')], { encoding: 'utf8' })
  return built.status === 0 ? undefined : built.stderr.trim()
}

export interface LiveSensor {
  readonly sensor: Sensor
  readonly events: KernelEvent[]
  /** Polls until the collected events satisfy the condition, or fails after `timeoutMs`. */
  until(condition: (events: readonly KernelEvent[]) => boolean, timeoutMs?: number): Promise<void>
  /** Polls until every event that happened before the call has arrived. */
  settle(): Promise<void>
  close(options?: { readonly handOver?: boolean }): void
}

export async function openLiveSensor(options: Partial<SensorOptions> = {}): Promise<LiveSensor> {
  const sensor = await openSensor({
    mode: 'auto',
    objectPath: OBJECT_PATH,
    withoutHooks: [],
    clock: systemClock,
    logger: createLogger('test', { level: 'silent' }),
    ...options,
  })
  const events: KernelEvent[] = []
  const poll = () => sensor.poll((event) => events.push(event))
  const timer = setInterval(poll, 20)
  return {
    sensor,
    events,
    async until(condition, timeoutMs = 10_000) {
      const endMs = Date.now() + timeoutMs
      while (!condition(events)) {
        if (Date.now() > endMs) throw new Error(`the expected event did not come; ${events.length} others did`)
        await sleep(10)
        poll()
      }
    },
    async settle() {
      do await sleep(5)
      while (poll() === 50_000)
    },
    close(how) {
      clearInterval(timer)
      sensor.close(how)
    },
  }
}

export type CgroupKind = 'v2' | 'v1'

/** Where directories of this hierarchy are made; undefined when the machine does not have it. */
export function cgroupRoot(kind: CgroupKind): string | undefined {
  const hierarchy = kind === 'v2' ? RECORD_CONSTANTS.HIERARCHY_V2 : RECORD_CONSTANTS.HIERARCHY_V1_PIDS
  const mounts = cgroupMounts(readFileSync('/proc/self/mountinfo', 'utf8'))
  return mounts.find((mount) => mount.hierarchy === hierarchy && mount.root === '/')?.directory
}

/** Whether a test needs a hierarchy that this machine lacks; said loudly. */
export function lacksHierarchy(kind: CgroupKind): boolean {
  if (cgroupRoot(kind) !== undefined) return false
  console.warn(`\n*** NOT TESTED: this machine has no ${kind === 'v2' ? 'cgroup2' : 'v1 pids'} hierarchy ***\n`)
  return true
}

export interface TestCgroup {
  readonly directory: string
  /** Writing a pid here moves the process in. */
  readonly procs: string
  remove(): void
}

/** Makes `path` and its parents; removes what it made. */
export function makeCgroup(kind: CgroupKind, path: string): TestCgroup {
  const root = cgroupRoot(kind)
  if (root === undefined) throw new Error(`this machine has no ${kind} hierarchy`)
  const made: string[] = []
  let directory = root
  for (const name of path.split('/').filter((part) => part !== '')) {
    directory = join(directory, name)
    if (existsSync(directory)) continue
    mkdirSync(directory)
    made.unshift(directory)
  }
  return {
    directory,
    procs: join(directory, 'cgroup.procs'),
    remove() {
      for (const each of made) removeDirectory(each)
    },
  }
}

/** A group is busy for a moment after its last process has ended; another test may still use a parent. */
function removeDirectory(directory: string): void {
  for (let attempt = 0; attempt < 50; attempt++) {
    try {
      rmdirSync(directory)
      return
    } catch {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}
