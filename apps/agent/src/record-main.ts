// `yagura agent record FILE`: the events of this node into a file, until SIGINT, SIGTERM, the time or the budget is over.
import { mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createLogger, toYaguraError, YaguraError } from '@yagura/kernel'
import { startRecording } from './detection/record.ts'
import { readSettings } from './settings/settings.ts'

const MAX_BYTES = 1024 * 1024 * 1024

const checkoutRoot = join(import.meta.dirname, '../../..')
const logger = createLogger('record')
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
  version: string
}

function fail(error: YaguraError): never {
  process.stderr.write(`${error.hint ? `${error.message} ${error.hint}` : error.message}\n`)
  process.exit(2)
}

function count(text: string | undefined, name: string, standard: number): number {
  if (text === undefined) return standard
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value <= 0) {
    fail(new YaguraError('USAGE', `--${name} is "${text}"; it must be a whole number above 0.`))
  }
  return value
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string' },
    'max-bytes': { type: 'string' },
    root: { type: 'string' },
  },
})
const [path] = positionals
if (path === undefined) fail(new YaguraError('USAGE', 'Name the file to record into.'))
const env = { ...process.env, ...(values.root === undefined ? {} : { YAGURA_RUNTIME_ROOT: values.root }) }
const settings = readSettings(env, checkoutRoot)
if (!settings.ok) fail(settings.error)
const seconds = count(values.seconds, 'seconds', 0x7fff_ffff / 1000)
const maxBytes = count(values['max-bytes'], 'max-bytes', MAX_BYTES)
process.umask(0o077)
mkdirSync(settings.value.paths.root, { recursive: true })

const ending = Promise.withResolvers<void>()
process.on('SIGTERM', () => ending.resolve())
process.on('SIGINT', () => ending.resolve())
const recorder = await startRecording({
  settings: settings.value,
  path: resolve(path),
  maxBytes,
  agentVersion: version,
  logger,
  onFull: () => ending.resolve(),
}).catch((error: unknown) => {
  const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST'
  return fail(isThere ? new YaguraError('CONFLICT', `${path} is there already.`) : toYaguraError(error))
})
const timer = setTimeout(() => ending.resolve(), Math.min(seconds * 1000, 0x7fff_ffff))
await ending.promise
clearTimeout(timer)
const { events, bytes } = await recorder.stop()
process.stderr.write(`${events} events are in ${path} (${bytes} bytes).\n`)
process.exit(0)
