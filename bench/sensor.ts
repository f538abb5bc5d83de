// What watching costs: events a thread reads from the rings, system calls the kernel half bears without losing a record of the
// security ring while a flood runs beside, and how much slower programs are. Ratios are of interleaved runs of one process of
// the benchmark, because machines are shared and noisy.
//   npm run bench -- sensor [--seconds 1] [--rounds 8] [--sequences] [--programs] [--only calls,opens,web,nginx,pgbench,flood,reading]
// --programs: what each program of the sensor costs an operation, by the kernel's own count. As root, on a kernel with BTF.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createLogger, systemClock, YaguraError } from '@yagura/kernel'
import { openSensor, type Sensor } from '@yagura/sensor'
import { makeScratchGroup, type ScratchGroup } from './sensor/group.ts'
import { costOfPrograms } from './sensor/programs.ts'
import { measureReading } from './sensor/reading.ts'

export const about = 'what the sensor costs: events/s of a thread, losses under a flood, slow-down of programs'

const OBJECT_PATH = join(fileURLToPath(new URL('..', import.meta.url)), 'bpf/build/yagura.bpf.o')
const ROUNDS = 8
const NGINX = '/usr/sbin/nginx'
const NGINX_PORT = 18_444
const PGBIN = '/usr/lib/postgresql/15/bin'

export async function run(args: readonly string[]): Promise<void> {
  if (process.getuid?.() !== 0 || !existsSync('/sys/kernel/btf/vmlinux')) {
    throw new YaguraError('USAGE', 'The sensor is measured as root, on a kernel with BTF.')
  }
  const option = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined)
  const seconds = Number(option('--seconds') ?? 1)
  const only = option('--only')?.split(',')
  const isAsked = (name: string) => only === undefined || only.includes(name)
  const how: How = {
    sequences: args.includes('--sequences'),
    programs: args.includes('--programs'),
    rounds: Number(option('--rounds') ?? ROUNDS),
  }
  console.log(
    `${cpus().length} CPUs, load ${(await loadAverage()).toFixed(1)}, sequences ${how.sequences ? 'on' : 'off'}, ` +
      `${how.rounds} rounds of ${seconds} s each way`,
  )
  if (isAsked('reading')) await measureReading(2)
  const group = makeScratchGroup()
  try {
    if (isAsked('flood')) await flood(group, 2)
    if (isAsked('calls')) await slowDown('a system call (getppid)', group, how, () => callsMade(group, seconds))
    if (isAsked('opens')) await slowDown('open, read and close a file', group, how, () => opensMade(group, seconds))
    if (isAsked('web'))
      await withNodeServer(group, (port) =>
        slowDown('a request to a web server (Node)', group, how, () => requestsMade(group, port, seconds)),
      )
    if (isAsked('nginx') && !existsSync(NGINX)) console.log(`nginx: left out, there is no ${NGINX}`)
    else if (isAsked('nginx'))
      await withNginx(group, (port) =>
        slowDown('a request to nginx (a file, keep-alive)', group, how, () => requestsMade(group, port, seconds)),
      )
    if (isAsked('pgbench') && !existsSync(`${PGBIN}/pgbench`)) console.log('pgbench: left out, it is not installed')
    else if (isAsked('pgbench'))
      await withDatabase(group, async (measure) => {
        await slowDown('a transaction of pgbench', group, how, () => measure([], seconds))
        await slowDown('a transaction of pgbench, select only', group, how, () => measure(['-S'], seconds))
      })
  } finally {
    group.remove()
  }
}

interface How {
  readonly sequences: boolean
  readonly programs: boolean
  readonly rounds: number
}

async function loadAverage(): Promise<number> {
  const { loadavg } = await import('node:os')
  return loadavg()[0] ?? 0
}

async function open(group: ScratchGroup, sequences: boolean): Promise<Sensor> {
  const sensor = await openSensor({
    mode: 'auto',
    objectPath: OBJECT_PATH,
    withoutHooks: (process.env.YAGURA_SENSOR_WITHOUT ?? '').split(','),
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
 * Without and with the sensor in turns, in both orders; prints the median of the ratios with its quartiles, and beside it what two
 * runs without the sensor differ, which is the noise. What counts is the processor time that the group used for an operation: on a
 * shared machine the time on the wall says what others do.
 */
async function slowDown(what: string, group: ScratchGroup, how: How, measure: () => Promise<number>): Promise<void> {
  const costNs = async () => {
    const before = group.cpuSeconds()
    const operations = await measure()
    return ((group.cpuSeconds() - before) * 1e9) / operations
  }
  const watchedNs = async () => {
    const sensor = await open(group, how.sequences)
    const stop = reading(sensor)
    const cost = await costNs()
    stop()
    sensor.close()
    return cost
  }
  await measure()
  if (how.programs) {
    await costOfPrograms(what, measure, async () => {
      const sensor = await open(group, how.sequences)
      const stop = reading(sensor)
      return () => {
        stop()
        sensor.close()
      }
    })
    return
  }
  const ratios: number[] = []
  const bare: number[] = []
  const added: number[] = []
  for (let round = 0; round < how.rounds; round++) {
    const isFirst = round % 2 === 0
    const early = isFirst ? await costNs() : await watchedNs()
    const late = isFirst ? await watchedNs() : await costNs()
    const [without, watched] = isFirst ? [early, late] : [late, early]
    bare.push(without)
    added.push(watched - without)
    ratios.push(watched / without)
  }
  const noise = bare.slice(1).map((cost, index) => Math.abs(cost / (bare[index] as number) - 1))
  const percent = (ratio: number) => (100 * (ratio - 1)).toFixed(1)
  console.log(
    `${what}: ${Math.round(median(bare)).toLocaleString('en')} ns of processor time each, ` +
      `${Math.round(median(added)).toLocaleString('en')} ns more when watched: ${percent(median(ratios))} % ` +
      `(quartiles ${percent(quantile(ratios, 0.25))} to ${percent(quantile(ratios, 0.75))}; ` +
      `two runs without it differ by ${(100 * median(noise)).toFixed(1)} %)`,
  )
}

function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5)
}

function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)] as number
  return below + ((sorted[Math.ceil(place)] as number) - below) * (place % 1)
}

/** A loop in C: an interpreter would hide the cost of the calls. */
const CALLS_C = `
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <sys/socket.h>
static long ask(int port,double seconds);
static double now(void){struct timespec t;clock_gettime(CLOCK_MONOTONIC,&t);return t.tv_sec+t.tv_nsec/1e9;}
static long ask(int port,double seconds){
  static const char q[]="GET / HTTP/1.1\\r\\nHost: bench\\r\\n\\r\\n";
  enum{CONNECTIONS=16};int s[CONNECTIONS];char b[16384];long n=0;double end=now()+seconds;
  struct sockaddr_in a={.sin_family=AF_INET,.sin_port=htons(port),.sin_addr.s_addr=htonl(0x7f000001)};
  for(int i=0;i<CONNECTIONS;i++){s[i]=socket(AF_INET,SOCK_STREAM,0);if(connect(s[i],(void*)&a,sizeof a))return -1;}
  while(now()<end){
    for(int i=0;i<CONNECTIONS;i++)if(write(s[i],q,sizeof q-1)<0)return -1;
    for(int i=0;i<CONNECTIONS;i++){
      long want=-1,got=0;
      while(want<0||got<want){
        long r=read(s[i],b+got,sizeof b-1-got);if(r<=0)return -1;got+=r;b[got]=0;
        char*h=strstr(b,"\\r\\n\\r\\n"),*l=h?strcasestr(b,"\\r\\ncontent-length:"):0;
        if(h&&l)want=h-b+4+atol(l+17);
        else if(h){char*e=strstr(h,"\\r\\n0\\r\\n\\r\\n");if(e)want=got;}
      }
      n++;
    }
  }
  return n;
}
int main(int argc,char**argv){
  if(argv[1][0]=='w'){printf("%ld\\n",ask(atoi(argv[3]),atof(argv[2])));return 0;}
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

/** A small server in a process of its own in the group. */
async function withNodeServer(group: ScratchGroup, use: (port: number) => Promise<void>): Promise<void> {
  const code = `require('http').createServer((q,r)=>r.end('hello')).listen(0,'127.0.0.1',function(){console.log(this.address().port)})`
  const child = spawn('/bin/sh', ['-c', `echo $$ > ${group.procs}; exec "$0" -e "$1"`, process.execPath, code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = await new Promise<number>((resolve) =>
    child.stdout?.once('data', (data) => resolve(Number(String(data)))),
  )
  try {
    await use(port)
  } finally {
    child.kill('SIGKILL')
  }
}

/** Debian's nginx as it comes, but for its place: it opens the file for every request, and writes every request into its log. */
async function withNginx(group: ScratchGroup, use: (port: number) => Promise<void>): Promise<void> {
  const directory = mkdtempSync('/var/tmp/yg-bench-nginx-')
  chmodSync(directory, 0o755)
  writeFileSync(join(directory, 'index.html'), 'x'.repeat(4096))
  const configuration = `worker_processes 1; daemon off; pid ${directory}/pid; error_log ${directory}/error.log;
events { worker_connections 512; }
http { access_log ${directory}/access.log; sendfile on; tcp_nopush on; keepalive_requests 1000000;
client_body_temp_path ${directory}; proxy_temp_path ${directory}; fastcgi_temp_path ${directory};
uwsgi_temp_path ${directory}; scgi_temp_path ${directory};
server { listen 127.0.0.1:${NGINX_PORT}; root ${directory}; } }`
  writeFileSync(join(directory, 'nginx.conf'), configuration)
  const words = `echo $$ > ${group.procs}; exec ${NGINX} -c ${directory}/nginx.conf`
  const child = spawn('/bin/sh', ['-c', words], { stdio: ['ignore', 'inherit', 'inherit'] })
  try {
    for (let attempt = 0; attempt < 100 && !existsSync(join(directory, 'pid')); attempt++) await sleep(50)
    await use(NGINX_PORT)
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Asked by a program outside of the group, over connections that stay. */
function requestsMade(group: ScratchGroup, port: number, seconds: number): Promise<number> {
  const client = spawn(compiled(group), ['web', String(seconds), String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  client.stdout?.on('data', (data) => {
    said += String(data)
  })
  return new Promise((resolve) => client.on('close', () => resolve(Number(said))))
}

type Measure = (options: readonly string[], seconds: number) => Promise<number>

/** PostgreSQL in the group, asked by pgbench outside of it. */
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
    await use(async (options, seconds) => {
      const words = [
        '-h',
        directory,
        '-U',
        'postgres',
        '-n',
        ...options,
        '-c',
        '4',
        '-T',
        String(Math.ceil(seconds)),
        'postgres',
      ]
      // not spawnSync: the rings are read meanwhile
      const client = spawn(`${PGBIN}/pgbench`, words, { stdio: ['ignore', 'pipe', 'ignore'] })
      let stdout = ''
      client.stdout.on('data', (data) => {
        stdout += String(data)
      })
      await once(client, 'close')
      return Number(/actually processed: (\d+)/.exec(stdout)?.[1] ?? Number.NaN)
    })
  } finally {
    as(`${PGBIN}/pg_ctl -D ${data} -m immediate -w stop`)
    rmSync(directory, { recursive: true, force: true })
  }
}
