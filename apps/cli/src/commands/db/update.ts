// Downloads the OSV archives of the ecosystems that are used, then builds the database out of them.
// The archives stay beside the database: the next update asks only for what has changed.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { YaguraError } from '@yagura/kernel'
import { EnvHttpProxyAgent } from 'undici'
import { databasePath } from '../../database-path.ts'
import { download } from '../../download/download.ts'
import { createProgress } from '../../terminal/progress.ts'
import { build } from './build.ts'

export interface UpdateOptions {
  readonly ecosystem?: readonly string[]
  readonly mirror?: string
  readonly out?: string
  readonly attempts: string
}

interface Feeds {
  readonly osv: { readonly url: string; readonly ecosystems: readonly string[] }
}

const FEEDS = new URL('../../../../../content/feeds.json', import.meta.url)
const MAX_ARCHIVE_BYTES = 4 * 1024 ** 3
const TIMEOUT_MS = 30_000

export async function update(options: UpdateOptions): Promise<void> {
  const feeds: Feeds = JSON.parse(readFileSync(FEEDS, 'utf8'))
  const base = checkAddress(options.mirror ?? feeds.osv.url)
  const out = databasePath(options.out)
  const folder = join(dirname(out), 'feeds')
  const dispatcher = new EnvHttpProxyAgent({
    connect: { timeout: TIMEOUT_MS },
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  })
  const attempts = checkAttempts(options.attempts)
  const progress = createProgress()
  try {
    for (const ecosystem of options.ecosystem ?? feeds.osv.ecosystems) {
      progress.update(`Downloading ${ecosystem}`)
      await download({
        url: `${base}/${encodeURIComponent(ecosystem)}/all.zip`,
        path: join(folder, checkName(ecosystem), 'all.zip'),
        dispatcher,
        maxBytes: MAX_ARCHIVE_BYTES,
        attempts,
        onProgress: (received, total) =>
          progress.update(
            `Downloading ${ecosystem}: ${megabytes(received)}${total ? ` of ${megabytes(total)}` : ''} MB`,
          ),
      })
    }
  } catch (error) {
    throw error instanceof YaguraError && error.code === 'UNAVAILABLE' ? withOfflineHint(error, base) : error
  } finally {
    progress.done()
    await dispatcher.destroy()
  }
  await build(folder, out)
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

function withOfflineHint(error: YaguraError, base: string): YaguraError {
  return new YaguraError(error.code, error.message, {
    cause: error,
    hint: `Without a way to the internet: fetch ${base}/<ecosystem>/all.zip elsewhere, carry the folders over, and run \`yagura db build --from DIR --out FILE\`.`,
  })
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1)
}
