// The sensor as the agent uses it: BPF where this kernel and this user give it, /proc otherwise, and always the reason.
import type { Clock, Logger } from '@yagura/kernel'
import { newId } from '@yagura/kernel'
import type { CoverageGapReport, KernelEvent, SensorHook } from '@yagura/schema'
import { openBpfSensor } from './bpf-sensor.ts'
import type { LiveContainer } from './cgroup/entry.ts'
import type { Enforcement } from './enforce/enforcement.ts'
import type { SensorSettings } from './hook/settings.ts'
import { openProcSensor } from './proc/proc-sensor.ts'
import type { SequenceModel } from './sequence/model.ts'

export interface SensorOptions {
  readonly mode: 'auto' | 'proc'
  readonly objectPath: string
  /** Names of hooks to leave out. */
  readonly withoutHooks: readonly string[]
  readonly clock: Clock
  readonly logger: Logger
  /** Bytes of each ring, a power of two and of whole pages; default 8 MiB security, 4 MiB bulk. */
  readonly ringBytes?: number
  /** Asset key of this host, the scope of the gaps. */
  readonly scope?: string
  /** Before the state directories of container runtimes (`/run/containerd`, `/run/runc`); default: none. */
  readonly runtimeRoot?: string
  /**
   * A directory of this agent alone, under which maps and programs outlive this process, so that the next sensor reads what
   * happened in between. The directory above it is mounted as a BPF file system if it is none (`/run/yagura/bpf/<agent>`,
   * `/sys/fs/bpf/<agent>`); where that cannot be, nothing is handed over. Two sensors must never share one.
   */
  readonly handoverDirectory?: string
  /** Paths of control groups that are watched as containers are, with all below them. */
  readonly watchedCgroups?: readonly string[]
  /** What is told to the kernel half beside; for tests and benchmarks. */
  readonly settings?: Partial<SensorSettings>
}

export interface Sensor {
  readonly mode: 'ebpf' | 'proc'
  /** One sentence: why the sensor runs with less than everything; null when nothing is missing. */
  readonly reason: string | null
  readonly hooks: readonly SensorHook[]
  /** Hands over what has happened, in order; never blocks. Call it about every 20 ms. Returns the number of events. */
  poll(handler: (event: KernelEvent) => void): number
  /** What was not seen since the last call. */
  gaps(): CoverageGapReport[]
  stats(): { eventsRead: number; eventsLost: number }
  containers(): LiveContainer[]
  /**
   * What others took away from the kernel half since the last call, by name: detached programs, entries of its maps. What can be is
   * put back. Call it every ten seconds or so.
   */
  tampered(): readonly string[]
  /** What the kernel may be told to refuse; null where the sensor reads /proc. */
  readonly enforcement: Enforcement | null
  /** Pairs of system calls by image and program; null where the sensor reads /proc. */
  readonly sequences: SequenceModel | null
  /** Since when nobody had read the rings that this sensor goes on with; null when it began anew. */
  readonly resumedFromMs: number | null
  /** `handOver`: leave everything running for the next sensor, where it was opened with a handover directory. */
  close(options?: { readonly handOver?: boolean }): void
}

export async function openSensor(options: SensorOptions): Promise<Sensor> {
  const run = newId(options.clock.nowMs())
  const scope = options.scope ?? 'host'
  if (options.mode === 'proc') return openProcSensor({ ...options, scope, run, reason: 'BPF is switched off' })
  const opened = openBpfSensor({ ...options, scope, run })
  if (opened.ok) return opened.value
  const reason = opened.error.message
  options.logger.warn({ reason }, 'the sensor reads /proc instead of the kernel: short-lived processes are missed')
  return openProcSensor({ ...options, scope, run, reason })
}
