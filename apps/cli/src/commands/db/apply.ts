// `yagura db update --from FILE`: brings the database up to date without a network. What was done or refused, and why, is one line in a
// journal beside the database.
import { appendFileSync, closeSync, constants, openSync, readSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  type AppliedUpdate,
  applyDelta,
  installAdvisoryDatabase,
  isDelta,
  readTrustedKeys,
} from '@yagura/advisories/delta'
import { dataPaths, escapeForTerminal, YaguraError as KnownError, type Result, type YaguraError } from '@yagura/kernel'
import { databasePath } from '../../database-path.ts'
import type { Format } from './index.ts'

export interface ApplyOptions {
  readonly from: string
  readonly trust?: string
  readonly out?: string
  readonly format: Format
}

export async function apply({ from, trust, out, format }: ApplyOptions): Promise<void> {
  const path = databasePath(out)
  const result = startsLikeDelta(from)
    ? await applySigned(path, from, trust)
    : await installAdvisoryDatabase({ path, from })
  note(path, from, result)
  if (!result.ok) throw result.error
  process.stdout.write(format === 'json' ? toJson(path, result.value) : toLine(path, result.value))
}

async function applySigned(
  path: string,
  deltaPath: string,
  trust: string | undefined,
): Promise<Result<AppliedUpdate, YaguraError>> {
  const keysPath = trust ?? join(dirname(dataPaths(process.env).server.advisories), 'trusted-keys.pem')
  const trusted = await readTrustedKeys(keysPath)
  if (trusted.ok) return applyDelta({ path, deltaPath, trusted: trusted.value })
  if (trusted.error.code !== 'INPUT_NOT_FOUND' || trust !== undefined) return trusted
  const hint = `Put the public key of the one who makes the deltas at ${keysPath}, or name it with --trust.`
  return {
    ok: false,
    error: new KnownError('INTEGRITY', 'No key is trusted here, so no delta can be applied.', { hint }),
  }
}

function startsLikeDelta(path: string): boolean {
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const head = Buffer.alloc(8)
      return isDelta(head.subarray(0, readSync(descriptor, head, 0, head.length, 0)))
    } finally {
      closeSync(descriptor)
    }
  } catch (cause) {
    throw new KnownError('INPUT_NOT_FOUND', `${path} cannot be read.`, { cause })
  }
}

/** The journal is for those who ask later; that it cannot be written must not undo or hide what was done. */
function note(path: string, from: string, result: Result<AppliedUpdate, YaguraError>): void {
  const entry = result.ok
    ? {
        outcome: result.value.outcome,
        before: result.value.before?.sha256 ?? null,
        after: result.value.after.sha256,
        signedBy: result.value.signedBy,
      }
    : { outcome: 'refused', code: result.error.code, reason: result.error.message }
  try {
    appendFileSync(`${path}.journal`, `${JSON.stringify({ at: new Date().toISOString(), from, ...entry })}\n`, {
      mode: 0o640,
    })
  } catch (error) {
    // Without its folder there is no database either, which is what the reason says.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return
    process.stderr.write(`yagura: ${escapeForTerminal(path)}.journal cannot be written.\n`)
  }
}

function toJson(path: string, { outcome, before, after, signedBy }: AppliedUpdate): string {
  const state = (info: typeof before) =>
    info && { sha256: info.sha256, builtAt: info.builtAt, sizeBytes: info.sizeBytes }
  return `${JSON.stringify({ path, outcome, before: state(before) ?? null, after: state(after), signedBy }, null, 2)}\n`
}

function toLine(path: string, { outcome, before, after }: AppliedUpdate): string {
  const shown = escapeForTerminal(path)
  if (outcome === 'current') return `${shown} is current: built at ${after.builtAt}, sha256 ${after.sha256}.\n`
  const former = before ? ` The former one, built at ${before.builtAt}, is kept as ${shown}.previous.` : ''
  return `${shown} is now as built at ${after.builtAt}, sha256 ${after.sha256}.${former}\n`
}
