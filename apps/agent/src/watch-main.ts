// `yagura agent watch`: this node without a server. Settings by environment and by arguments, JSON lines on standard output; ends
// within two seconds after SIGTERM, its state saved.
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createLogger, toYaguraError, type YaguraError } from '@yagura/kernel'
import { createLineWriter } from './detection/line-writer.ts'
import { startWatch } from './detection/watch.ts'
import { goFirst } from './host/priority.ts'
import { readSettings } from './settings/settings.ts'

const STOP_TIMEOUT_MS = 1800

const checkoutRoot = join(import.meta.dirname, '../../..')
const logger = createLogger('watch')

function fail(error: YaguraError): never {
  logger.fatal({ code: error.code, hint: error.hint }, error.message)
  process.exit(2)
}

const { values } = parseArgs({
  options: {
    'scope-cgroup': { type: 'string' },
    rules: { type: 'string' },
    state: { type: 'string' },
    root: { type: 'string' },
    policy: { type: 'string' },
  },
})
const env = { ...process.env }
if (values.root !== undefined) env.YAGURA_RUNTIME_ROOT = values.root
if (values.rules !== undefined) env.YAGURA_RULES_DIR = resolve(values.rules)
const settings = readSettings(env, checkoutRoot)
if (!settings.ok) fail(settings.error)
process.umask(0o077)
goFirst()
const state = values.state === undefined ? join(settings.value.paths.root, 'watch') : resolve(values.state)
mkdirSync(state, { recursive: true })

// a reader that goes away ends us with EPIPE
const lines = createLineWriter(1)
const watch = await startWatch({
  settings: settings.value,
  state,
  scopeCgroup: values['scope-cgroup'] ?? null,
  policyFile: values.policy === undefined ? null : resolve(values.policy),
  logger,
  print: (line) => lines.write(JSON.stringify(line)),
}).catch((error: unknown) => fail(toYaguraError(error)))

async function end(): Promise<void> {
  setTimeout(() => process.exit(0), STOP_TIMEOUT_MS).unref()
  await watch.stop()
  lines.flush()
  process.exit(0)
}
process.on('SIGTERM', () => void end())
process.on('SIGINT', () => void end())
