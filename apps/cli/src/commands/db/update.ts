// Downloads the OSV archives of the ecosystems that are used and the other feeds, then builds the database out of them.
// The files stay beside the database: the next update asks only for what has changed.
import { readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { escapeForTerminal, YaguraError } from '@yagura/kernel'
import { type Dispatcher, EnvHttpProxyAgent } from 'undici'
import { databasePath } from '../../database-path.ts'
import { download } from '../../download/download.ts'
import { createProgress, type Progress } from '../../terminal/progress.ts'
import { build } from './build.ts'
import type { Format } from './index.ts'

export interface UpdateOptions {
  readonly ecosystem?: readonly string[]
  readonly mirror?: string
  readonly out?: string
  readonly attempts: string
  readonly format: Format
}

interface Feeds {
  readonly osv: { readonly url: string; readonly ecosystems: readonly string[] }
  /**
   * Single files; `path` below the folder of the feeds, and below a mirror. Without an address only a mirror has it. `as`: what is
   * published is in another form than what mirrors have, and lies under this name.
   */
  readonly files: readonly {
    readonly name: string
    readonly url?: string
    readonly as?: string
    readonly path: string
  }[]
}

interface Task {
  readonly name: string
  readonly url: string
  readonly path: string
  /** `needed` fails the update; the others are told, and the copy that is there already counts. */
  readonly absence: 'needed' | 'told' | 'silent'
  /** The same in another form, of an earlier update: what was fetched counts in its place. */
  readonly replaces?: string
}

const FEEDS = new URL('../../../../../content/feeds.json', import.meta.url)
const MAX_ARCHIVE_BYTES = 4 * 1024 ** 3
const TIMEOUT_MS = 30_000

export async function update(options: UpdateOptions): Promise<void> {
  const out = databasePath(options.out)
  const folder = join(dirname(out), 'feeds')
  const tasks = tasksOf(options, folder)
  const dispatcher = new EnvHttpProxyAgent({
    connect: { timeout: TIMEOUT_MS },
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  })
  const attempts = checkAttempts(options.attempts)
  const progress = createProgress()
  try {
    for (const task of tasks) await fetchOne(task, { dispatcher, attempts, progress })
  } finally {
    progress.done()
    await dispatcher.destroy()
  }
  await build(folder, out, options.format)
}

function tasksOf({ mirror, ecosystem }: UpdateOptions, folder: string): Task[] {
  const feeds: Feeds = JSON.parse(readFileSync(FEEDS, 'utf8'))
  const base = checkAddress(mirror ?? feeds.osv.url)
  const archives = (ecosystem ?? feeds.osv.ecosystems).map(
    (name): Task => ({
      name,
      url: `${base}/${encodeURIComponent(name)}/all.zip`,
      path: join(folder, checkName(name), 'all.zip'),
      absence: ecosystem ? 'needed' : 'told',
    }),
  )
  const files = feeds.files.flatMap(({ name, url: published, as, path }): Task[] => {
    const url = mirror === undefined ? published : `${base}/${path}`
    if (url === undefined) return []
    const [target = path, other] = mirror === undefined ? [as ?? path, as && path] : [path, as]
    const replaces = other === undefined ? {} : { replaces: join(folder, other) }
    return [{ name, url, path: join(folder, target), absence: mirror === undefined ? 'told' : 'silent', ...replaces }]
  })
  return [...archives, ...files]
}

interface Line {
  readonly dispatcher: Dispatcher
  readonly attempts: number
  readonly progress: Progress
}

async function fetchOne(
  { name, url, path, absence, replaces }: Task,
  { dispatcher, attempts, progress }: Line,
): Promise<void> {
  const isArchive = path.endsWith('.zip')
  progress.update(`Downloading ${name}`)
  try {
    await download({
      url,
      path,
      dispatcher,
      maxBytes: MAX_ARCHIVE_BYTES,
      attempts,
      onProgress: (received, total) =>
        progress.update(`Downloading ${name}: ${megabytes(received)}${total ? ` of ${megabytes(total)}` : ''} MB`),
    })
    if (replaces !== undefined) for (const old of [replaces, `${replaces}.etag`]) rmSync(old, { force: true })
  } catch (error) {
    if (!(error instanceof YaguraError)) throw error
    const isAbsent = error.code === 'INPUT_NOT_FOUND'
    if (error.code === 'UNAVAILABLE' && isArchive) throw withOfflineHint(error, url)
    if (absence === 'needed' || !(isAbsent || error.code === 'UNAVAILABLE')) throw error
    if (absence === 'told' || !isAbsent) process.stderr.write(`yagura: ${escapeForTerminal(error.message)}\n`)
  }
}

function checkAttempts(text: string): number {
  const attempts = Number(text)
  if (Number.isInteger(attempts) && attempts >= 1 && attempts <= 100) return attempts
  throw new YaguraError('USAGE', `${text} is not a number of attempts between 1 and 100.`)
}

/** An ecosystem becomes a folder name: letters, digits and what OSV's own names use. */
function checkName(ecosystem: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9 .:_-]*$/.test(ecosystem)) return ecosystem
  throw new YaguraError('USAGE', `${ecosystem} is not the name of an ecosystem.`)
}

function checkAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return text.replace(/\/+$/, '')
  throw new YaguraError('USAGE', `${text} is not a web address.`)
}

function withOfflineHint(error: YaguraError, url: string): YaguraError {
  const base = url.slice(0, url.lastIndexOf('/', url.length - '/all.zip'.length - 1))
  return new YaguraError(error.code, error.message, {
    cause: error,
    hint: `Without a way to the internet: fetch ${base}/<ecosystem>/all.zip elsewhere, carry the folders over, and run \`yagura db build --from DIR --out FILE\`.`,
  })
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1)
}
