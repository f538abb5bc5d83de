// Brings a database up to date out of a file that was carried over: a signed delta, or a whole database. All is checked before the
// first byte is written; where anything is wrong the old database stays and goes on serving.
import { err, ok, type Result, toYaguraError, YaguraError } from '@yagura/kernel'
import { openRegularFile, readWhole } from '@yagura/safe-io'
import { type DatabaseFile, openDatabaseFile } from '../database/file.ts'
import { FORMAT_VERSION } from '../database/format.ts'
import type { AdvisoryDatabaseInfo } from '../database/meta.ts'
import { replaceFile } from '../database/replace.ts'
import { packTable } from '../database/table-write.ts'
import { TABLE_NAMES, TABLES } from '../database/tables.ts'
import { verifyAdvisoryDatabase } from '../database/verify.ts'
import { assembleDatabase, type DatabaseBytes } from '../database/write.ts'
import { applyEdits } from './changes.ts'
import { type Delta, decodeDelta } from './container.ts'
import type { TrustedKey } from './keys.ts'
import { decodePayload } from './payload.ts'

const MAX_DELTA_BYTES = 512 * 1024 ** 2

export interface AppliedUpdate {
  /** `current`: the database is what the file would make of it. */
  readonly outcome: 'updated' | 'current'
  readonly before: AdvisoryDatabaseInfo | undefined
  readonly after: AdvisoryDatabaseInfo
  /** Id of the key that signed; null where a whole database was installed. */
  readonly signedBy: string | null
}

export interface ApplyDeltaOptions {
  /** Database that is replaced. */
  readonly path: string
  readonly deltaPath: string
  readonly trusted: readonly TrustedKey[]
}

/** Errors: those of decodeDelta and openAdvisoryDatabase, CONFLICT (other base, older target), INTEGRITY, PERMISSION. */
export async function applyDelta({
  path,
  deltaPath,
  trusted,
}: ApplyDeltaOptions): Promise<Result<AppliedUpdate, YaguraError>> {
  const bytes = await readDelta(deltaPath)
  if (!bytes.ok) return bytes
  const delta = decodeDelta(bytes.value, trusted, deltaPath)
  if (!delta.ok) return delta
  const { target } = delta.value.manifest
  const base = openDatabaseFile(path)
  if (!base.ok) return base
  try {
    const before = base.value.info
    const { signedBy } = delta.value
    if (isState(base.value, target)) return ok({ outcome: 'current', before, after: before, signedBy })
    refuseUnfit(base.value, delta.value, deltaPath)
    const made = rebuild(base.value, delta.value, deltaPath)
    await putInPlace(path, made.pieces, target.sha256, before.sha256)
    const { sources, feeds } = made.meta
    const { sha256, sizeBytes } = made
    const builtAt = new Date(target.builtAtMs).toISOString()
    const after = { formatVersion: FORMAT_VERSION, builtAt, sha256, sizeBytes, sources, feeds }
    return ok({ outcome: 'updated', before, after, signedBy })
  } catch (error) {
    return err(toYaguraError(error))
  } finally {
    base.value.close()
  }
}

/** One that is too large is refused before a byte of it is read. */
async function readDelta(path: string): Promise<Result<Buffer, YaguraError>> {
  const opened = await openRegularFile(path)
  if (!opened.ok) return opened
  await using file = opened.value
  if (file.sizeBytes > MAX_DELTA_BYTES)
    return err(new YaguraError('LIMIT_EXCEEDED', `${path} is larger than ${MAX_DELTA_BYTES} bytes, which no delta is.`))
  return await readWhole(file.handle, path, MAX_DELTA_BYTES)
}

interface State {
  readonly sha256: string
  readonly builtAtMs: number
}

function isState({ header }: DatabaseFile, { sha256, builtAtMs }: State): boolean {
  return header.sha256.toString('hex') === sha256 && header.builtAtMs === builtAtMs
}

function refuseUnfit(base: DatabaseFile, { manifest }: Delta, name: string): void {
  if (manifest.formatVersion !== FORMAT_VERSION)
    throw new YaguraError(
      'INPUT_UNSUPPORTED',
      `${name} is for databases of format ${manifest.formatVersion}, and this version of Yagura writes format ${FORMAT_VERSION}.`,
    )
  refuseOlder(manifest.target.builtAtMs, base, name)
  const own = base.header.sha256.toString('hex')
  if (manifest.base.sha256 !== own)
    throw new YaguraError(
      'CONFLICT',
      `${name} is for another database: it changes ${manifest.base.sha256.slice(0, 16)}…, and ${base.path} is ${own.slice(0, 16)}….`,
      { hint: 'Apply the deltas in the order in which they were made, or carry over a whole database.' },
    )
}

function refuseOlder(builtAtMs: number, current: DatabaseFile, name: string): void {
  if (builtAtMs >= current.header.builtAtMs) return
  const date = new Date(builtAtMs).toISOString()
  throw new YaguraError(
    'CONFLICT',
    `${name} leads to an older database (built at ${date}) than the one that serves (built at ${current.info.builtAt}).`,
  )
}

/** Blocks that stay as they are, which are nearly all, are taken over packed. */
function rebuild(base: DatabaseFile, { manifest, payload }: Delta, name: string) {
  const content = decodePayload(payload, manifest.payloadBytes)
  if (!content) throw new YaguraError('INPUT_INVALID', `${name} carries changes that cannot be read.`)
  const tables = TABLE_NAMES.map((table) => {
    const before = base.tables[table]
    const records = applyEdits(before.all(), content.edits.get(table) ?? [])
    return packTable(table, records, TABLES[table], (firstKey, unpacked) => {
      const block = before.block(firstKey)
      return block?.unpacked.equals(unpacked) ? block.packed : undefined
    })
  })
  const made: DatabaseBytes = assembleDatabase(content.meta, tables, manifest.target.builtAtMs)
  if (made.sha256 !== manifest.target.sha256)
    throw new YaguraError(
      'INTEGRITY',
      `${name} does not lead to the database that it names: ${made.sha256.slice(0, 16)}… instead of ${manifest.target.sha256.slice(0, 16)}….`,
    )
  return { ...made, meta: content.meta }
}

async function putInPlace(
  path: string,
  pieces: Iterable<Buffer>,
  sha256: string,
  baseSha256: string | undefined,
): Promise<void> {
  await replaceFile(path, pieces, (written) => {
    const verified = verifyAdvisoryDatabase(written)
    if (!verified.ok) throw verified.error
    if (verified.value.sha256 !== sha256) throw new YaguraError('INTEGRITY', `${path} was not written as it should be.`)
    const now = openDatabaseFile(path)
    if (!now.ok) return
    now.value.close()
    if (now.value.info.sha256 !== baseSha256)
      throw new YaguraError('CONFLICT', `${path} was replaced by somebody else in the meantime.`)
  })
}

export interface InstallOptions {
  readonly path: string
  /** A whole database. */
  readonly from: string
}

/** Puts a whole database in place. Errors: those of verifyAdvisoryDatabase, CONFLICT where it is older, PERMISSION. */
export async function installAdvisoryDatabase({
  path,
  from,
}: InstallOptions): Promise<Result<AppliedUpdate, YaguraError>> {
  const verified = verifyAdvisoryDatabase(from)
  if (!verified.ok) return verified
  const carried = openDatabaseFile(from)
  if (!carried.ok) return carried
  const current = openDatabaseFile(path)
  try {
    const { info: after, header } = carried.value
    const before = current.ok ? current.value.info : undefined
    if (current.ok) {
      if (isState(current.value, { sha256: after.sha256, builtAtMs: header.builtAtMs }))
        return ok({ outcome: 'current', before, after, signedBy: null })
      refuseOlder(header.builtAtMs, current.value, from)
    }
    await putInPlace(path, carried.value.readChunks(0, header.sizeBytes), after.sha256, before?.sha256)
    return ok({ outcome: 'updated', before, after, signedBy: null })
  } catch (error) {
    return err(toYaguraError(error))
  } finally {
    carried.value.close()
    if (current.ok) current.value.close()
  }
}
