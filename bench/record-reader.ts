// What turns records into events, as benchmarks set it up: no process and no group is asked for in /proc.
import {
  callTables,
  createCgroupResolver,
  createNewcomers,
  createProcessNumbers,
  createProcessTable,
  createRecordReader,
  type RecordReader,
} from '@yagura/sensor/internals'

export const BOOT_EPOCH_MS = Date.UTC(2026, 0)

/** `groups`: the cgroup2 directories that records name. */
export function makeRecordReader(groups: Iterable<{ readonly cgroupId: number; readonly path: string }>): RecordReader {
  const cgroups = createCgroupResolver(() => undefined)
  for (const { cgroupId, path } of groups) cgroups.made(0, cgroupId, path)
  return createRecordReader({
    processes: createProcessTable(() => undefined),
    cgroups,
    numbers: createProcessNumbers(1),
    newcomers: createNewcomers(),
    calls: callTables('x64'),
    run: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    bootEpochMs: BOOT_EPOCH_MS,
  })
}
