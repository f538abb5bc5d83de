// Two databases compared: what came, what went and what changed, for people and as a delta.
import type { KeyObject } from 'node:crypto'
import { err, ok, type Result, toYaguraError, type YaguraError } from '@yagura/kernel'
import { type DatabaseFile, openDatabaseFile } from '../database/file.ts'
import { FORMAT_VERSION } from '../database/format.ts'
import type { AdvisoryDatabaseInfo } from '../database/meta.ts'
import { splitPackageKey } from '../database/records.ts'
import { TABLE_NAMES, type TableName } from '../database/tables.ts'
import { type Change, changesBetween, type Edit } from './changes.ts'
import { encodeDelta } from './container.ts'
import { encodePayload } from './payload.ts'

export interface TableDifference {
  readonly table: TableName
  readonly added: number
  readonly removed: number
  readonly changed: number
}

export interface DatabaseDifference {
  readonly before: AdvisoryDatabaseInfo
  readonly after: AdvisoryDatabaseInfo
  /** Every table, in order. */
  readonly tables: readonly TableDifference[]
  /** Ids, sorted. An advisory whose packages differ has changed. */
  readonly advisories: {
    readonly added: readonly string[]
    readonly removed: readonly string[]
    readonly changed: readonly string[]
  }
  /** Packages of which something else is said now: what has to be matched again. Sorted. */
  readonly packages: readonly ChangedPackage[]
}

export interface ChangedPackage {
  readonly ecosystem: string
  /** As lookups find it. */
  readonly packageName: string
}

export interface MadeDelta {
  readonly difference: DatabaseDifference
  readonly bytes: Buffer
}

/** Errors: those of openAdvisoryDatabase. */
export function diffAdvisoryDatabases(oldPath: string, newPath: string): Result<DatabaseDifference, YaguraError> {
  return withBoth(oldPath, newPath, (before, after) => compare(before, after, () => {}))
}

/** A delta from one to the other, signed where there is a key. Errors: those of openAdvisoryDatabase. */
export function makeDelta(
  oldPath: string,
  newPath: string,
  signingKey: KeyObject | undefined,
): Result<MadeDelta, YaguraError> {
  return withBoth(oldPath, newPath, (before, after) => {
    const edits = new Map<TableName, Edit[]>()
    const difference = compare(before, after, (table, change) => {
      const list = edits.get(table)
      const edit: Edit = [change.key, change.after ?? null]
      if (list) list.push(edit)
      else edits.set(table, [edit])
    })
    const { packed, unpackedBytes } = encodePayload({ meta: after.meta, edits })
    const state = ({ header }: DatabaseFile) => ({ sha256: header.sha256.toString('hex'), builtAtMs: header.builtAtMs })
    const manifest = {
      formatVersion: FORMAT_VERSION,
      base: state(before),
      target: state(after),
      payloadBytes: unpackedBytes,
    }
    return { difference, bytes: encodeDelta(manifest, packed, signingKey) }
  })
}

function withBoth<T>(
  oldPath: string,
  newPath: string,
  use: (before: DatabaseFile, after: DatabaseFile) => T,
): Result<T, YaguraError> {
  const before = openDatabaseFile(oldPath)
  if (!before.ok) return before
  const after = openDatabaseFile(newPath)
  try {
    return after.ok ? ok(use(before.value, after.value)) : after
  } catch (error) {
    return err(toYaguraError(error))
  } finally {
    before.value.close()
    if (after.ok) after.value.close()
  }
}

function compare(
  before: DatabaseFile,
  after: DatabaseFile,
  onChange: (table: TableName, change: Change) => void,
): DatabaseDifference {
  const packages = new Map<string, ChangedPackage>()
  const ids = { added: new Set<string>(), removed: new Set<string>(), changed: new Set<string>() }
  const tables = TABLE_NAMES.map((table): TableDifference => {
    const counts = { added: 0, removed: 0, changed: 0 }
    const [old, current] = [before.tables[table], after.tables[table]]
    // Records of a block that both have are the same, and nothing else lies between them.
    for (const change of changesBetween(old.all(current.hasBlock), current.all(old.hasBlock))) {
      const kind = !change.before ? 'added' : !change.after ? 'removed' : 'changed'
      counts[kind]++
      if (table === 'details') ids[kind].add(change.key)
      if (table === 'packages') {
        const { ecosystem, packageName, id } = splitPackageKey(change.key)
        ids.changed.add(id)
        packages.set(change.key.slice(0, change.key.lastIndexOf('\0')), { ecosystem, packageName })
      }
      onChange(table, change)
    }
    return { table, ...counts }
  })
  for (const id of [...ids.added, ...ids.removed]) ids.changed.delete(id)
  const [added, removed, changed] = [ids.added, ids.removed, ids.changed].map((set) => [...set].sort())
  return {
    before: before.info,
    after: after.info,
    tables,
    advisories: { added: added ?? [], removed: removed ?? [], changed: changed ?? [] },
    packages: [...packages.values()],
  }
}
