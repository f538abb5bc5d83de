// npm packages, exactly those of the lock file. npm itself is the one that runs us, or the one on the PATH.
import { lastLines, run } from './run.mjs'
import { hashOf, isFresh, writeStamp } from './stamp.mjs'

export async function npmStep(report) {
  const hash = hashOf(['package-lock.json', '.npmrc'], process.arch)
  if (isFresh('npm', hash)) return
  report('installing')
  const npm = process.env.npm_execpath
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--umask=0022']
  const env = { npm_config_update_notifier: 'false' }
  const { code, output } = npm ? await run(process.execPath, [npm, ...args], { env }) : await run('npm', args, { env })
  if (code !== 0) {
    throw new Error(`The npm packages could not be installed (npm ci ended with ${code}):\n${lastLines(output)}`)
  }
  writeStamp('npm', hash)
}
