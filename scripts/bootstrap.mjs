// The very first command in a fresh clone: makes everything ready, then starts Yagura (`start`) or its tests (`test`, `e2e`).
// Plain Node 20 and no packages, because nothing is installed yet. Every step is skipped when its inputs have not changed.
//
//   node scripts/bootstrap.mjs start|prepare|test|e2e [arguments handed on]
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { bpfStep } from './bootstrap/bpf.mjs'
import { consoleStep } from './bootstrap/console.mjs'
import { debianStep, E2E_PACKAGES, START_PACKAGES } from './bootstrap/debian.mjs'
import { npmStep } from './bootstrap/npm.mjs'
import { checkPlatform, node24, root } from './bootstrap/platform.mjs'
import { createProgress } from './bootstrap/progress.mjs'
import { foreground } from './bootstrap/run.mjs'
import { runChecks } from './bootstrap/tests.mjs'

/** Installs and builds what is missing or stale. @returns {Promise<string[]>} sentences on what this machine has to do without */
async function prepare(debianPackages) {
  const progress = createProgress()
  try {
    // Debian's packages and npm's come down side by side; the BPF object needs the first, the console the second.
    const debian = progress.step('Debian packages', (report) => debianStep(debianPackages, report))
    const npm = progress.step('npm packages', npmStep)
    const bpf = Promise.all([debian, npm]).then(() => progress.step('BPF program', bpfStep))
    const console_ = npm.then(() => progress.step('console', consoleStep))
    const [fromDebian, , fromBpf] = await Promise.all([debian, npm, bpf, console_])
    return [...fromDebian, ...fromBpf]
  } finally {
    progress.end()
  }
}

async function main([command = 'start', ...args]) {
  checkPlatform()
  process.umask(0o022) // what is installed here is read by the service user as well
  switch (command) {
    case 'start': {
      for (const sentence of await prepare(START_PACKAGES)) console.error(sentence)
      return foreground(node24(), [join(root, 'apps/cli/src/main.ts'), 'up', ...args])
    }
    case 'prepare': {
      for (const sentence of await prepare(START_PACKAGES)) console.error(sentence)
      return 0
    }
    case 'test': {
      const missing = await prepare(START_PACKAGES)
      return runChecks({ missing, args })
    }
    case 'e2e': {
      const missing = await prepare([...START_PACKAGES, ...E2E_PACKAGES])
      for (const sentence of missing) console.error(sentence)
      const config = join(root, 'tests/e2e/vitest.config.ts')
      if (!existsSync(config)) throw new Error('tests/e2e/vitest.config.ts is missing from this checkout.')
      return runChecks({ missing: [], args, config })
    }
    default:
      throw new Error(`Unknown command ${command}: expected start, prepare, test or e2e.`)
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error) => {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 2
  },
)
