// What each program of the sensor costs an operation: runs and time as the kernel counts them, which works on a busy machine too.
// Programs that another one goes on to (the table of calls) are counted with that one; counting itself adds some 30 ns a run.
import { spawnSync } from 'node:child_process'
import { YaguraError } from '@yagura/kernel'
import { loadLibbpf } from '@yagura/sensor/internals'

interface Counted {
  readonly name: string
  readonly id: number
  readonly run_time_ns?: number
  readonly run_cnt?: number
}

export async function costOfPrograms(
  what: string,
  measure: () => Promise<number>,
  watch: () => Promise<() => void>,
): Promise<void> {
  const bpf = loadLibbpf()
  if (!bpf.ok) throw bpf.error
  const counting = bpf.value.countRuns()
  if (counting === undefined) throw new YaguraError('SENSOR', 'This kernel does not count the runs of BPF programs.')
  const others = new Set(programs().map(({ id }) => id))
  const stop = await watch()
  try {
    const before = programs().filter(({ id }) => !others.has(id))
    const operations = await measure()
    const after = new Map(programs().map((program) => [program.id, program]))
    const rows = before.map(({ id, name, run_time_ns = 0, run_cnt = 0 }) => ({
      name,
      ns: (after.get(id)?.run_time_ns ?? 0) - run_time_ns,
      runs: (after.get(id)?.run_cnt ?? 0) - run_cnt,
    }))
    const total = rows.reduce((sum, { ns }) => sum + ns, 0)
    console.log(`${what}: ${Math.round(total / operations)} ns in programs each, of ${operations} operations`)
    for (const { name, ns, runs } of rows.sort((a, b) => b.ns - a.ns)) {
      if (ns / operations < 1) continue
      const each = `${(runs / operations).toFixed(2)} runs of ${(ns / runs).toFixed(0)} ns`
      console.log(`  ${name.padEnd(24)} ${(ns / operations).toFixed(0).padStart(6)} ns: ${each}`)
    }
  } finally {
    stop()
    counting.close()
  }
}

function programs(): readonly Counted[] {
  const listed = spawnSync('bpftool', ['--json', 'prog', 'list'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  if (listed.status !== 0) throw new YaguraError('SENSOR', `bpftool is needed to read the counts: ${listed.stderr}`)
  return JSON.parse(listed.stdout) as readonly Counted[]
}
