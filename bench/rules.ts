// What one event costs with all of our rules loaded: nanoseconds on a mix as the sensor of a busy node sends it.
//   npm run bench -- rules [EVENTS]
// Time of the processor, not of the clock; the same walk without rules is measured in the same run.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadRules, type RuleContext, type RuleText, readSample } from '@yagura/detect'
import { unwrap } from '@yagura/kernel'
import type { KernelEvent } from '@yagura/schema'

export const about = 'one event judged by all of our rules (goal: well below 1 µs on average)'

const OWN = join(import.meta.dirname, '../content/rules')
const DISTINCT = 4096

/** sketch, and how many of a hundred events are like it; {n} differs from event to event */
const MIX: readonly (readonly [Record<string, unknown>, number])[] = [
  [{ open: '/usr/lib/x86_64-linux-gnu/lib{n}.so.6', by: '/usr/sbin/nginx' }, 22],
  [
    {
      open: '/var/lib/postgresql/15/main/base/5/{n}',
      flags: 'rw',
      layer: 'mount',
      by: '/usr/lib/postgresql/15/bin/postgres',
    },
    16,
  ],
  [{ open: '/app/node_modules/package{n}/index.js', by: '/usr/bin/node' }, 14],
  [{ open: '/proc/{n}/stat', layer: 'proc', by: '/usr/bin/node_exporter' }, 6],
  [{ open: '/tmp/upload{n}', flags: 'create', layer: 'upper', by: '/opt/app/server' }, 4],
  [{ open: '/etc/nginx/conf.d/site{n}.conf', by: '/usr/sbin/nginx' }, 3],
  [{ rename: '/data/wal/{n}.tmp', to: '/data/wal/0001', layer: 'mount', by: '/opt/app/server' }, 2],
  [{ unlink: '/tmp/upload{n}', by: '/opt/app/server' }, 3],
  [{ connect: '10.0.0.{n}:5432', by: '/opt/app/server' }, 8],
  [{ accept: '10.0.3.{n}:40000', by: '/usr/sbin/nginx' }, 6],
  [{ traffic: '10.0.0.{n}:5432', sent: 900, received: 4000, by: '/opt/app/server' }, 4],
  [{ dns: 'host{n}.shop.svc.cluster.local', by: '/opt/app/server' }, 3],
  [{ exec: '/bin/sh', args: 'sh -c exec pg_isready {n}', parent: '/usr/bin/containerd-shim', injected: true }, 1],
  [{ exec: '/usr/bin/pg_isready', args: 'pg_isready {n}', parent: '/bin/sh' }, 2],
  [{ fork: '7', by: '/usr/lib/postgresql/15/bin/postgres' }, 3],
  [{ exit: '0', by: '/usr/bin/pg_isready' }, 2],
  [{ capability: 'CAP_NET_BIND_SERVICE', by: '/usr/sbin/nginx' }, 1],
]

export function run(args: readonly string[]): void {
  const wanted = Number(args[0] ?? 2_000_000)
  const { ruleSet } = unwrap(loadRules(ownRules()))
  const samples = mix()
  const walk = { evaluate: (event: KernelEvent, context: RuleContext) => (event.pid === context.process.uid ? 1 : 0) }
  console.log(
    `${ruleSet.rules.length} rules, ${samples.length} different events of ${MIX.length} kinds, ${wanted} in all`,
  )
  for (const round of ['warm-up', 'measured']) {
    const emptyNs = time(samples, wanted, (event, context) => walk.evaluate(event, context))
    const rulesNs = time(samples, wanted, (event, context) => ruleSet.evaluate(event, context).length)
    if (round === 'measured') {
      const lookUpNs = timeLookUp(samples)
      console.log(
        `one look-up of a path in a map, for comparison: ${lookUpNs.toFixed(0)} ns; an event costs ${((rulesNs - emptyNs) / lookUpNs).toFixed(0)} of them`,
      )
      console.log(`without rules ${emptyNs.toFixed(0).padStart(6)} ns an event`)
      console.log(
        `with rules    ${rulesNs.toFixed(0).padStart(6)} ns an event, ${(rulesNs - emptyNs).toFixed(0)} ns for the rules`,
      )
    }
  }
  for (const type of [...new Set(samples.map(({ event }) => event.type))]) {
    const some = samples.filter(({ event }) => event.type === type)
    const ns = time(some, Math.ceil(wanted / 10), (event, context) => ruleSet.evaluate(event, context).length)
    const share = (100 * some.length) / samples.length
    console.log(`  ${type.padEnd(12)}${ns.toFixed(0).padStart(6)} ns   ${share.toFixed(0).padStart(3)} % of the events`)
  }
}

type Sampled = { readonly event: KernelEvent; readonly context: RuleContext }

function time(
  samples: readonly Sampled[],
  wanted: number,
  judge: (event: KernelEvent, context: RuleContext) => number,
): number {
  let found = 0
  const start = process.cpuUsage()
  for (let done = 0; done < wanted; done += 1) {
    const { event, context } = samples[done % samples.length] as Sampled
    found += judge(event, context)
  }
  const used = process.cpuUsage(start)
  const ns = ((used.user + used.system) * 1000) / wanted
  if (found < 0) console.log(found)
  return ns
}

function timeLookUp(samples: readonly Sampled[]): number {
  const paths = samples.map(({ event }) => ('path' in event ? event.path : event.exe))
  const known = new Map(paths.map((path, at) => [path, at]))
  const start = process.cpuUsage()
  let found = 0
  for (let done = 0; done < 2_000_000; done += 1) found += known.get(paths[done % paths.length] as string) ?? 0
  const used = process.cpuUsage(start)
  return found < 0 ? 0 : (used.user + used.system) / 2000
}

function mix(): Sampled[] {
  const made: Sampled[] = []
  for (let n = 1; made.length < DISTINCT; n += 1) {
    for (const [sketch, share] of MIX) {
      for (let one = 0; one < share; one += 1) {
        const written = JSON.parse(JSON.stringify(sketch).replaceAll('{n}', String((n * 7 + one) % 250)))
        for (const sample of unwrap(readSample(written))) if (sample.kind === 'event') made.push(sample)
      }
    }
  }
  // Kinds come mixed, as they do from the sensor, always in the same order.
  return made
    .map((sample, at) => ({ sample, key: (at * 7919) % made.length }))
    .sort((a, b) => a.key - b.key)
    .map(({ sample }) => sample)
}

function ownRules(): RuleText[] {
  return readdirSync(OWN, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(OWN, name), 'utf8'), origin: 'yagura' as const }))
}
