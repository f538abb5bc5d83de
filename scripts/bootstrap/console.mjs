// The console: one build of vite, again when its sources or those of the packages in it changed.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { node24, root } from './platform.mjs'
import { firstLines, run } from './run.mjs'
import { hashOf, isFresh, writeStamp } from './stamp.mjs'

const SOURCES = ['apps/console', 'packages/schema', 'packages/lang', 'packages/kernel/src', 'package-lock.json']

/** @returns {Promise<string[]>} why there is no console, as sentences */
export async function consoleStep(report) {
  const hash = hashOf(SOURCES)
  if (isFresh('console', hash) && existsSync(join(root, 'apps/console/dist/index.html'))) return []
  report('building')
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const { code, output } = await run(node24(), [vite, 'build', '--logLevel', 'warn'], {
    cwd: join(root, 'apps/console'),
  })
  if (code !== 0)
    return [`The console could not be built; the API and the command line work without it:\n${firstLines(output, 6)}`]
  writeStamp('console', hash)
  return []
}
