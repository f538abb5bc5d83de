// The advisory database of the tests: Alpine and Debian, built by the command line from the feeds in YAGURA_DATA.
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '@yagura/testbed'
import { checkout } from './requirements.ts'

/** Builds the database into `out`. */
export async function buildAdvisories(out: string, scratchDir: string): Promise<void> {
  const from = join(scratchDir, 'feeds')
  for (const ecosystem of ['Alpine', 'Debian']) {
    mkdirSync(join(from, ecosystem), { recursive: true })
    copyFileSync(join(process.env.YAGURA_DATA ?? '', 'osv', ecosystem, 'all.zip'), join(from, ecosystem, 'all.zip'))
  }
  const argv = [process.execPath, join(checkout, 'apps/cli/src/main.ts'), 'db', 'build', '--from', from, '--out', out]
  const { exitCode, stderr } = await runCommand(argv, { timeoutMs: 180_000 })
  if (exitCode !== 0) throw new Error(`yagura db build ended with ${exitCode}: ${stderr.slice(-2000)}`)
}
