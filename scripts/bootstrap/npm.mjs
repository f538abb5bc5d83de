// npm packages, those of the lock file. npm itself is the one that runs us, or the one on the PATH.
//
// `npm install --no-save` and not `npm ci`: the lock file lists the platforms that Yagura runs on, and `npm ci` refuses one
// that leaves out others. Versions and integrity come from the lock file all the same; tests/architecture.test.ts fails when a
// package.json has drifted from it.
import { lastLines, run } from './run.mjs'
import { hashOf, isFresh, writeStamp } from './stamp.mjs'

const ARGS = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', '--umask=0022']
/** Whatever the machine's own npm settings leave out: the tools and the pinned Node are needed. */
const EVERYTHING = ['--include=dev', '--include=optional', '--include=peer']

export async function npmStep(report) {
  const hash = hashOf(['package-lock.json', '.npmrc'], process.arch)
  if (isFresh('npm', hash)) return
  report('installing')
  const npm = process.env.npm_execpath
  const args = [...ARGS, ...EVERYTHING]
  const { code, output } = npm ? await run(process.execPath, [npm, ...args]) : await run('npm', args)
  if (code !== 0) {
    throw new Error(`The npm packages could not be installed (npm install ended with ${code}):\n${lastLines(output)}`)
  }
  writeStamp('npm', hash)
}
