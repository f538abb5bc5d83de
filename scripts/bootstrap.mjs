// The very first command in a fresh clone: makes everything ready, then starts Yagura (`start`) or its tests (`test`, `e2e`).
// Plain Node 20 and no packages, because nothing is installed yet. Every step is skipped when its inputs have not changed.
//
//   node scripts/bootstrap.mjs start|test|e2e [arguments handed on], or prepare [--for-e2e]
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
    const [fromDebian, , fromBpf, fromConsole] = await Promise.all([debian, npm, bpf, console_])
    return [...fromDebian, ...fromBpf, ...fromConsole]
  } finally {
    progress.end()
  }
}

async function main([command = 'start', ...args]) {
  checkPlatform()
  process.umask(0o022) // what is installed here is read by the service user as well
  switch (command) {
    case 'start':
      say(await prepare(START_PACKAGES))
      return foreground(node24(), [join(root, 'apps/cli/src/main.ts'), 'up', ...args])
    case 'prepare':
      say(await prepare(args.includes('--for-e2e') ? E2E_PACKAGES : START_PACKAGES))
      return 0
    case 'test':
      return runChecks({ missing: await prepare(START_PACKAGES), args })
    case 'e2e':
      return runChecks({ missing: await prepare(E2E_PACKAGES), args, config: join(root, 'tests/e2e/vitest.config.ts') })
    default:
      throw new Error(`Unknown command ${command}: expected start, prepare, test or e2e.`)
  }
}

function say(sentences) {
  for (const sentence of sentences) console.error(sentence)
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
