// What `npm test` and `npm run e2e` run. All of it runs even where one part fails, so that one run shows everything.
import { join } from 'node:path'
import { node24, root } from './platform.mjs'
import { foreground, run } from './run.mjs'

const bin = (path) => join(root, 'node_modules', path)

const CHECKS = [
  ['generated files', [join(root, 'scripts/generate.ts'), '--check']],
  ['types', [bin('typescript/bin/tsc'), '-b']],
  ['style', [bin('@biomejs/biome/bin/biome'), 'check', '.']],
]

/**
 * With arguments (files, -t NAME, …) only vitest runs, with them. YAGURA_TEST_REPORT names a file for vitest's JSON report.
 * @returns {Promise<number>} exit code
 */
export async function runChecks({ missing, args, config }) {
  const node = node24()
  let failed = false
  if (!config && args.length === 0) {
    const results = await Promise.all(CHECKS.map(async ([name, command]) => ({ name, ...(await run(node, command)) })))
    for (const { name, code, output } of results) {
      console.log(`${name}: ${code === 0 ? 'fine' : 'failed'}`)
      if (code !== 0) console.log(output.trimEnd())
      failed ||= code !== 0
    }
  }
  const report = process.env.YAGURA_TEST_REPORT
  const vitest = [
    bin('vitest/vitest.mjs'),
    'run',
    ...(config ? ['--config', config] : []),
    ...(report ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : []),
    ...args,
  ]
  const code = await foreground(node, vitest)
  for (const sentence of missing) console.log(`Not seen by these tests: ${sentence}`)
  return code !== 0 ? code : failed ? 1 : 0
}
