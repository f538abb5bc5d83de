// `npm run bench -- NAME [arguments]` runs bench/NAME.ts; without a name it lists what there is.
// A benchmark exports `about` (one line) and `run(args)`, prints its figures itself, and says what it compares with: machines
// differ, so a ratio measured in one run is worth more than a number.
import { readdirSync } from 'node:fs'
import { toYaguraError } from '@yagura/kernel'

interface Benchmark {
  readonly about?: string
  run(args: readonly string[]): unknown
}

function names(): string[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.ts') && file !== 'main.ts' && !/(?:\.test|-worker)\.ts$/.test(file))
    .map((file) => file.replace(/\.ts$/, ''))
    .sort()
}

async function load(name: string): Promise<Benchmark> {
  return (await import(`./${name}.ts`)) as Benchmark
}

async function main([name, ...args]: readonly string[]): Promise<number> {
  const known = names()
  if (name !== undefined && known.includes(name)) {
    await (await load(name)).run(args)
    return 0
  }
  if (name !== undefined) console.error(`There is no benchmark ${name}.`)
  console.log('npm run bench -- NAME [arguments]')
  for (const one of known) console.log(`  ${one.padEnd(12)}${(await load(one)).about ?? ''}`)
  return name === undefined ? 0 : 2
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (thrown) {
  const error = toYaguraError(thrown)
  console.error(error.hint ? `${error.message} ${error.hint}` : error.message)
  process.exitCode = 2
}
