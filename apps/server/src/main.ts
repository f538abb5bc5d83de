// Starts the server and stops it in order on SIGTERM or SIGINT. Everything heavy is loaded behind the compile cache.
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { createLogger, dataPaths, ERROR_CODES, toYaguraError } from '@yagura/kernel'
import { makeDirectory } from './settings/directory.ts'

const STOP_MS = 4_500

async function main(): Promise<void> {
  if (process.getuid?.() === 0) {
    fail('The server does not run as root; start it as another user, or use `yagura up`, which does.', 2)
    return
  }
  process.umask(0o077)
  const { root } = dataPaths().server
  await makeDirectory(root)
  enableCompileCache(join(root, 'compile-cache'))
  const [{ readSettings }, { startServer }] = await Promise.all([
    import('./settings/settings.ts'),
    import('./server.ts'),
  ])
  const settings = readSettings()
  const stopped = new Promise<string>((resolve) => {
    process.once('SIGTERM', () => resolve('SIGTERM'))
    process.once('SIGINT', () => resolve('SIGINT'))
  })
  const logger = createLogger('server', { level: settings.logLevel })
  process.on('unhandledRejection', (thrown) => logger.error({ err: thrown }, 'unhandled rejection'))
  const server = await startServer(settings, { logger })
  if (process.stdout.isTTY) {
    process.stdout.write(`Yagura console: ${settings.publicUrl}\n`)
    if (server.firstSignInUrl) process.stdout.write(`Sign in once with: ${server.firstSignInUrl}\n`)
  }
  logger.info({ signal: await stopped }, 'stopping')
  setTimeout(() => process.exit(1), STOP_MS).unref()
  await server.stop()
  logger.info('stopped')
  process.exit(0)
}

function fail(sentence: string, exitCode: number): void {
  process.stderr.write(`${sentence}\n`)
  process.exitCode = exitCode
}

main().catch((thrown) => {
  const error = toYaguraError(thrown)
  createLogger('server').debug({ err: thrown }, 'could not start')
  fail([error.message, error.hint].filter(Boolean).join(' '), ERROR_CODES[error.code].exit)
  setTimeout(() => process.exit(), 100).unref()
})
