// What watching costs: events a thread reads from the rings, system calls the kernel half bears without losing a record of the
// security ring while a flood runs beside, and how much slower programs are. Ratios are of interleaved runs of one process of
// the benchmark, because machines are shared and noisy.
//   npm run bench -- sensor [--seconds 2] [--sequences] [--without pgbench,web]      as root, on a kernel with BTF
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { Agent as HttpAgent, request } from 'node:http'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createLogger, systemClock, YaguraError } from '@yagura/kernel'
import { openSensor, type Sensor } from '@yagura/sensor'
import { makeScratchGroup, type ScratchGroup } from './sensor/group.ts'
import { measureReading } from './sensor/reading.ts'

export const about = 'what the sensor costs: events/s of a thread, losses under a flood, slow-down of programs'

const OBJECT_PATH = join(fileURLToPath(new URL('..', import.meta.url)), 'bpf/build/yagura.bpf.o')
const PAIRS = 3
const PGBIN = '/usr/lib/postgresql/15/bin'

export async function run(args: readonly string[]): Promise<void> {
  if (process.getuid?.() !== 0 || !existsSync('/sys/kernel/btf/vmlinux')) {
    throw new YaguraError('USAGE', 'The sensor is measured as root, on a kernel with BTF.')
  }
  const at = args.indexOf('--seconds')
  const seconds = at < 0 ? 2 : Number(args[at + 1])
  const left = args.indexOf('--without')
  const without = left < 0 ? [] : (args[left + 1] ?? '').split(',')
  const sequences = args.includes('--sequences')
  console.log(`${cpus().length} CPUs, load ${(await loadAverage()).toFixed(1)}, sequences ${sequences ? 'on' : 'off'}`)
  await measureReading(seconds)
  const group = makeScratchGroup()
  try {
    await flood(group, seconds)
    await slowDown('a system call (getppid)', group, sequences, () => callsMade(group, seconds))
    await slowDown('open, read and close a file', group, sequences, () => opensMade(group, seconds))
    if (!without.includes('web'))
      await withWebServer(group, (measure) =>
        slowDown('a request to a web server', group, sequences, () => measure(seconds)),
      )
    if (without.includes('pgbench') || !existsSync(`${PGBIN}/pgbench`)) console.log('pgbench: left out')
    else
      await withDatabase(group, (measure) =>
        slowDown('a transaction of pgbench (select only)', group, sequences, () => measure(seconds)),
      )
  } finally {
    group.remove()
  }
}

async function loadAverage(): Promise<number> {
  const { loadavg } = await import('node:os')
  return loadavg()[0] ?? 0
}

async function open(group: ScratchGroup, sequences: boolean): Promise<Sensor> {
  const sensor = await openSensor({
    mode: 'auto',
    objectPath: OBJECT_PATH,
    withoutHooks: [],
    clock: systemClock,
    logger: createLogger('bench', { level: 'silent' }),
    watchedCgroups: [group.path],
  })
  if (sequences) sensor.sequences?.switch(true)
  if (sensor.mode !== 'ebpf') throw new YaguraError('SENSOR', sensor.reason ?? 'the sensor could not be opened')

  return sensor
}

/** Polls while something is measured. */
function reading(sensor: Sensor): () => number {
  let events = 0
  const timer = setInterval(() => {
    events += sensor.poll(() => {})
  }, 20)
  return () => {
    clearInterval(timer)
    events += sensor.poll(() => {})
    return events
  }
}

/**
 * Without and with the sensor in turns; prints the median of the ratios. What counts is the processor time that the group
 * used for an operation: on a shared machine the time on the wall says what others do.
 */
async function slowDown(
  what: string,
  group: ScratchGroup,
  sequences: boolean,
  measure: () => Promise<number>,
): Promise<void> {
  const costNs = async () => {
    const before = group.cpuSeconds()
    const operations = await measure()
    return ((group.cpuSeconds() - before) * 1e9) / operations
  }
  await measure()
  const ratios: number[] = []
  const bare: number[] = []
  const added: number[] = []
  for (let pair = 0; pair < PAIRS; pair++) {
    const without = await costNs()
    const sensor = await open(group, sequences)
    const stop = reading(sensor)
    const watched = await costNs()
    stop()
    sensor.close()
    bare.push(without)
    added.push(watched - without)
    ratios.push(watched / without)
  }
  const percent = 100 * (median(ratios) - 1)
  const spread = ratios.map((ratio) => `${(100 * (ratio - 1)).toFixed(1)}`).join(' ')
  console.log(
    `${what}: ${Math.round(median(bare)).toLocaleString('en')} ns of processor time each, ` +
      `${Math.round(median(added)).toLocaleString('en')} ns more when watched: ${percent.toFixed(1)} % (runs: ${spread})`,
  )
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] as number
}

/** A loop in C: an interpreter would hide the cost of the calls. */
const CALLS_C = `
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
static double now(void){struct timespec t;clock_gettime(CLOCK_MONOTONIC,&t);return t.tv_sec+t.tv_nsec/1e9;}
int main(int argc,char**argv){
  double end=now()+atof(argv[2]);long n=0;char name[64];
  int kind=argv[1][0];double began=now();
  while(now()<end){
    for(int i=0;i<256;i++){
      if(kind=='c'){syscall(SYS_getppid);n++;}
      else if(kind=='o'){int f=open("/etc/hostname",O_RDONLY);char b[64];if(read(f,b,64)<0)return 1;close(f);n++;}
      else {snprintf(name,64,"/dev/shm/yg-flood-%ld",n%4096);int f=open(name,O_CREAT|O_WRONLY,0600);close(f);unlink(name);n+=3;}
    }
  }
  (void)began;printf("%ld\\n",n);
  return 0;
}`

let program: string | undefined

function compiled(group: ScratchGroup): string {
  if (program !== undefined && existsSync(program)) return program
  program = join(group.directory, 'calls')
  const cc = spawnSync('clang', ['-O2', '-x', 'c', '-', '-o', program], { input: CALLS_C, encoding: 'utf8' })
  if (cc.status !== 0) throw new YaguraError('SENSOR', `clang is needed for the loops: ${cc.stderr}`)
  return program
}

function loop(group: ScratchGroup, kind: string, seconds: number): { child: ChildProcess; rate: Promise<number> } {
  const child = spawn(
    '/bin/sh',
    ['-c', `echo $$ > ${group.procs}; exec "$0" "$@"`, compiled(group), kind, String(seconds)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let said = ''
  child.stdout?.on('data', (data) => {
    said += String(data)
  })
  return { child, rate: new Promise((resolve) => child.on('close', () => resolve(Number(said)))) }
}

const callsMade = (group: ScratchGroup, seconds: number) => loop(group, 'calls', seconds).rate
const opensMade = (group: ScratchGroup, seconds: number) => loop(group, 'opens', seconds).rate

/** A flood of file acts and of calls on every CPU, and programs that start beside: each of those must be told. */
async function flood(group: ScratchGroup, seconds: number): Promise<void> {
  const sensor = await open(group, false)
  let execs = 0
  let events = 0
  const marker = `flood-${process.pid}`
  const timer = setInterval(() => {
    events += sensor.poll((event) => {
      if (event.type === 'exec' && event.args.includes(marker)) execs++
    })
  }, 10)
  const floods = ['flood', ...Array.from({ length: Math.max(1, cpus().length - 1) }, () => 'calls')]
  const loops = floods.map((kind) => loop(group, kind, seconds))
  const script = `echo $$ > ${group.procs}; for i in $(seq 200); do /bin/true ${marker}; done`
  const beside = spawn('/bin/sh', ['-c', script], { stdio: 'ignore' })
  const done = new Promise((resolve) => beside.on('close', resolve))
  const rates = await Promise.all(loops.map(({ rate }) => rate))
  await done
  await sleep(200)
  clearInterval(timer)
  events += sensor.poll((event) => {
    if (event.type === 'exec' && event.args.includes(marker)) execs++
  })
  const gaps = sensor.gaps()
  const lost = (ring: string) =>
    gaps.filter(({ subject }) => subject.startsWith(`${ring}/`)).reduce((sum, { count }) => sum + count, 0)
  sensor.close()
  const calls = rates.reduce((sum, rate) => sum + rate, 0) / seconds
  console.log(
    `flood: ${Math.round(calls).toLocaleString('en')} calls/s on ${cpus().length} CPUs; security ring lost ${lost('security')}, ` +
      `bulk ring lost ${lost('bulk')}, over the share ${lost('share')}; ${execs} of 200 programs beside it told; ${events} events`,
  )
}

type Measure = (seconds: number) => Promise<number>

/** A small server in a process of its own in the group, asked by this one. */
async function withWebServer(group: ScratchGroup, use: (measure: Measure) => Promise<void>): Promise<void> {
  const code = `require('http').createServer((q,r)=>r.end('hello')).listen(0,'127.0.0.1',function(){console.log(this.address().port)})`
  const child = spawn('/bin/sh', ['-c', `echo $$ > ${group.procs}; exec "$0" -e "$1"`, process.execPath, code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = await new Promise<number>((resolve) =>
    child.stdout?.once('data', (data) => resolve(Number(String(data)))),
  )
  const agent = new HttpAgent({ keepAlive: true, maxSockets: 16 })
  const ask = () =>
    new Promise<boolean>((resolve) => {
      request({ port, host: '127.0.0.1', agent }, (response) => {
        response.resume()
        response.on('end', () => resolve(true))
      })
        .on('error', () => resolve(false))
        .end()
    })
  try {
    await use(async (seconds) => {
      const endMs = performance.now() + seconds * 1000
      let count = 0
      const client = async () => {
        while (performance.now() < endMs) if (await ask()) count++
      }
      await Promise.all(Array.from({ length: 16 }, client))
      return count
    })
  } finally {
    agent.destroy()
    child.kill('SIGKILL')
  }
}

/** PostgreSQL in the group, with pgbench beside it outside. */
async function withDatabase(group: ScratchGroup, use: (measure: Measure) => Promise<void>): Promise<void> {
  const directory = mkdtempSync('/var/tmp/yg-bench-pg-')
  const as = (words: string) =>
    spawnSync(
      '/bin/sh',
      ['-c', `echo $$ > ${group.procs}; exec setpriv --reuid postgres --regid postgres --clear-groups ${words}`],
      {
        encoding: 'utf8',
        timeout: 60_000,
      },
    )
  spawnSync('chown', ['postgres', directory])
  const data = join(directory, 'data')
  try {
    const made = as(`${PGBIN}/initdb -D ${data} -A trust`)
    if (made.status !== 0) throw new YaguraError('SENSOR', `initdb: ${made.stderr}`)
    const options = `-k ${directory} -c listen_addresses= -c shared_buffers=64MB -c fsync=off`
    as(`${PGBIN}/pg_ctl -D ${data} -o '${options}' -l ${directory}/log -w start`)
    as(`${PGBIN}/pgbench -h ${directory} -i -q -s 2 postgres`)
    await use(async (seconds) => {
      const { stdout } = as(`${PGBIN}/pgbench -h ${directory} -n -S -c 4 -T ${Math.ceil(seconds)} postgres`)
      return Number(/actually processed: (\d+)/.exec(stdout)?.[1] ?? Number.NaN)
    })
  } finally {
    as(`${PGBIN}/pg_ctl -D ${data} -m immediate -w stop`)
    rmSync(directory, { recursive: true, force: true })
  }
}
