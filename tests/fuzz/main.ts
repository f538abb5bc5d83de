// npm run fuzz [-- PARSER] [--seconds N] [--seed N] [--case N]
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { inputOf } from './mutate.ts'
import { parserNamed, parsers } from './parsers/index.ts'
import { runParsers } from './run.ts'
import type { Finding } from './worker.ts'

const ROUND = 500
const GROUP = 8

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string' }, seed: { type: 'string' }, case: { type: 'string' } },
})
const chosen = parsers.map(({ name }) => name).filter((name) => name.startsWith(positionals[0] ?? ''))
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
const seconds = Number(values.seconds ?? 60)
if (chosen.length === 0 || !Number.isFinite(seed) || !Number.isFinite(seconds)) {
  console.error(`Parsers:\n  ${parsers.map(({ name }) => name).join('\n  ')}`)
  process.exit(2)
}

const single = values.case === undefined ? undefined : Number(values.case)
const untilMs = performance.now() + seconds * 1000
const known = new Set<string>()
let cases = 0
console.log(`${chosen.length} parsers, seed ${seed}`)
do {
  const first = single ?? cases
  const count = single === undefined ? ROUND : 1
  // a few at a time, so that the time is kept to and findings are shown early
  for (let at = 0; at < chosen.length && (at === 0 || performance.now() < untilMs); at += GROUP)
    for (const finding of await runParsers(chosen.slice(at, at + GROUP), { seed, first, cases: count })) report(finding)
  cases += count
} while (single === undefined && performance.now() < untilMs)
console.log(known.size === 0 ? `Nothing found; up to ${cases} cases of each parser.` : `${known.size} findings.`)
process.exitCode = known.size === 0 ? 0 : 1

/** One of each place in the code. */
function report({ parser, number, what }: Finding): void {
  const lines = what.split('\n').map((line) => line.slice(0, 300))
  const place = `${parser} ${lines.find((line) => /^\s+at .*\/(?:packages|apps)\//.test(line)) ?? lines[0]?.replace(/\d+/g, 'n')}`
  if (known.has(place)) return
  known.add(place)
  const folder = join(tmpdir(), 'yagura-fuzz')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${parser.replaceAll('/', '-')}-${seed}-${number}`)
  writeFileSync(path, inputOf(parser, parserNamed(parser).seeds(), seed, number))
  console.log(`\n${parser} --seed ${seed} --case ${number}\n  input: ${path}\n  ${lines.slice(0, 8).join('\n  ')}`)
}
