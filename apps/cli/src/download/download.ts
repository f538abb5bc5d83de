// Downloads one large file over a bad line: resumes what is there, tries again with growing pauses, and stops at a budget.
// Beside FILE lie FILE.part while it is incomplete and FILE.etag, which tell the server what we have (RFC 9110, 13.1 and 14.2).
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ErrorCode, YaguraError } from '@yagura/kernel'
import { type Dispatcher, request } from 'undici'
import { type AppendTarget, appendBody } from './append.ts'

export interface DownloadOptions {
  readonly url: string
  readonly path: string
  readonly dispatcher: Dispatcher
  readonly maxBytes: number
  readonly attempts?: number
  /** Pause before the second attempt; doubles each time. */
  readonly pauseMs?: number
  readonly onProgress?: (receivedBytes: number, totalBytes: number | undefined) => void
}

const MAX_PAUSE_MS = 60_000

/** `unchanged`: the server says that our copy is the newest. Errors: INPUT_NOT_FOUND, LIMIT_EXCEEDED, UNAVAILABLE. */
export async function download(options: DownloadOptions): Promise<'new' | 'unchanged'> {
  const { attempts = 5, pauseMs = 1000 } = options
  await mkdir(dirname(options.path), { recursive: true })
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryOnce(options)
    } catch (error) {
      if (error instanceof YaguraError && !(error instanceof Retryable)) throw error
      if (attempt >= attempts) throw giveUp(options.url, attempts, error)
      const pause = pauseMs * 2 ** (attempt - 1) * (0.5 + Math.random())
      await sleep(Math.min(MAX_PAUSE_MS, Math.max(pause, error instanceof Retryable ? error.waitMs : 0)))
    }
  }
}

/** The server asks to come back, perhaps after a time that it names. */
class Retryable extends YaguraError {
  readonly waitMs: number
  constructor(message: string, waitMs: number) {
    super('UNAVAILABLE', message)
    this.waitMs = waitMs
  }
}

async function tryOnce({ url, path, dispatcher, maxBytes, onProgress }: DownloadOptions): Promise<'new' | 'unchanged'> {
  const part = `${path}.part`
  const partTag = `${path}.part.etag`
  const have = sizeOf(part)
  const tag = readText(partTag)
  const isResumed = have > 0 && tag !== undefined
  const currentTag = sizeOf(path) > 0 ? readText(`${path}.etag`) : undefined
  const headers: Record<string, string> = { 'accept-encoding': 'identity' }
  if (isResumed) Object.assign(headers, { range: `bytes=${have}-`, 'if-range': tag })
  else if (currentTag) headers['if-none-match'] = currentTag

  const response = await request(url, { dispatcher, headers })
  const { statusCode } = response
  const discard = () => response.body.dump().catch(() => {})
  if (statusCode === 304) {
    await discard()
    return 'unchanged'
  }
  if (statusCode === 416) {
    await discard()
    rmSync(part, { force: true })
    throw new Retryable('The server has another version by now.', 0)
  }
  if (statusCode !== 200 && statusCode !== 206) {
    await discard()
    throw refusal(url, statusCode, response.headers['retry-after'])
  }
  const continues = statusCode === 206 && startOfRange(response.headers['content-range']) === have
  if (statusCode === 206 && !continues) {
    await discard()
    rmSync(part, { force: true })
    throw new Retryable('The server sent another part than was asked for.', 0)
  }
  const startBytes = continues ? have : 0
  const announced = Number(response.headers['content-length'] ?? Number.NaN)
  const totalBytes = Number.isFinite(announced) ? startBytes + announced : undefined
  if (totalBytes !== undefined && totalBytes > maxBytes) {
    await discard()
    throw tooLarge(url, maxBytes)
  }
  const newTag = response.headers.etag
  if (typeof newTag === 'string' && !newTag.startsWith('W/')) writeFileSync(partTag, newTag)
  else rmSync(partTag, { force: true })

  const target: AppendTarget = { path: part, startBytes, totalBytes, maxBytes }
  await appendBody(response.body, target, () => tooLarge(url, maxBytes), onProgress)
  renameSync(part, path)
  rmSync(`${path}.etag`, { force: true })
  if (readText(partTag) !== undefined) renameSync(partTag, `${path}.etag`)
  return 'new'
}

function refusal(url: string, status: number, retryAfter: string | string[] | undefined): YaguraError {
  if (status === 429 || status >= 500) {
    const seconds = Number(retryAfter)
    return new Retryable(`${url} answers with status ${status}.`, Number.isFinite(seconds) ? seconds * 1000 : 0)
  }
  const code: ErrorCode = status === 404 ? 'INPUT_NOT_FOUND' : 'UNAVAILABLE'
  const sentence = status === 404 ? `There is nothing at ${url}.` : `${url} answers with status ${status}.`
  return new YaguraError(code, sentence)
}

function tooLarge(url: string, maxBytes: number): YaguraError {
  return new YaguraError('LIMIT_EXCEEDED', `${url} is larger than ${Math.round(maxBytes / 1e6)} MB.`)
}

function giveUp(url: string, attempts: number, cause: unknown): YaguraError {
  const reason = cause instanceof Error && cause.message ? ` (${cause.message.replace(/\.$/, '')})` : ''
  const times = attempts === 1 ? '' : `, tried ${attempts} times`
  return new YaguraError('UNAVAILABLE', `${url} could not be downloaded${times}${reason}.`, { cause })
}

function startOfRange(header: string | string[] | undefined): number {
  return Number(/^bytes (\d+)-/.exec(String(header))?.[1] ?? Number.NaN)
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
