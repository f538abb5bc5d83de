// Yagura's agent: `node apps/agent/src/main.ts`, settings by environment (README.md). Exits 0 after SIGTERM, which leaves the
// sensor's programs to the next start, and after SIGINT, which ends them; 2 when it cannot start, with one sentence.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLogger, toYaguraError, type YaguraError } from '@yagura/kernel'
import { chooseOptions, leaveCompilerBehind } from './host/lean.ts'
import { goFirst } from './host/priority.ts'
import { readSettings } from './settings/settings.ts'

const STOP_TIMEOUT_MS = 4000

const checkoutRoot = join(import.meta.dirname, '../../..')
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
  version: string
}
const logger = createLogger('agent')

function fail(error: YaguraError): never {
  logger.fatal({ code: error.code, hint: error.hint }, error.message)
  process.exit(2)
}

const settings = readSettings(process.env, checkoutRoot)
if (!settings.ok) fail(settings.error)
process.umask(0o077)
chooseOptions(join(settings.value.paths.cache, 'compiled'))
const refused = goFirst()

const ending = new AbortController()
/** A service manager restarts with SIGTERM; who presses Ctrl-C wants an end. */
let handOver = true
process.on('SIGTERM', () => ending.abort())
process.on('SIGINT', () => {
  handOver = ending.signal.aborted && handOver
  ending.abort()
})

const { startAgent } = await import('./agent.ts')
if (!ending.signal.aborted) leaveCompilerBehind()
const agent = await startAgent(settings.value, version, logger, ending.signal).catch((error: unknown) => {
  logger.debug({ err: error }, 'The agent could not start.')
  return fail(toYaguraError(error))
})
if (!agent.ok) {
  if (ending.signal.aborted) process.exit(0)
  fail(agent.error)
}
for (const sentence of refused) logger.warn(sentence)
if (!ending.signal.aborted) await new Promise((resolve) => ending.signal.addEventListener('abort', resolve))
setTimeout(() => process.exit(0), STOP_TIMEOUT_MS).unref()
await agent.value.stop({ handOver })
logger.info('The agent has ended.')
process.exit(0)
