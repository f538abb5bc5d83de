// For tests: a database of made advisories and made records, without the files of feeds.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { SourceAdvisory } from '../advisory.ts'
import { createCollector } from '../sources/osv/collect.ts'
import type { DatabaseMeta } from './meta.ts'
import { packTable, sortRecords } from './table-write.ts'
import { TABLE_NAMES, TABLES, type TableName } from './tables.ts'
import { assembleDatabase, type DatabaseBytes } from './write.ts'

export interface MadeDatabase {
  readonly advisories?: readonly SourceAdvisory[]
  /** table → key → value */
  readonly records?: Readonly<Partial<Record<TableName, Readonly<Record<string, unknown>>>>>
  readonly meta?: Partial<DatabaseMeta>
  readonly builtAtMs?: number
}

export function writeDatabase(path: string, made: MadeDatabase): DatabaseBytes {
  const records = new Map(TABLE_NAMES.map((name) => [name, new Map<string, string>()] as const))
  const putText = (table: TableName, key: string, json: string) => {
    records.get(table)?.set(key.toWellFormed(), json)
  }
  const put = (table: TableName, key: string, value: unknown) => putText(table, key, JSON.stringify(value))
  const collector = createCollector()
  for (const advisory of made.advisories ?? []) collector.add(advisory, 'made', 'valid')
  const { ecosystems } = collector.finish({ put, putText })
  for (const [table, values] of Object.entries(made.records ?? {}))
    for (const [key, value] of Object.entries(values)) put(table as TableName, key, value)
  const tables = TABLE_NAMES.map((name) => packTable(name, sortRecords(records.get(name) ?? new Map()), TABLES[name]))
  const meta = { sources: [], feeds: [], ecosystems, ...made.meta }
  const database = assembleDatabase(meta, tables, made.builtAtMs ?? 0)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, Buffer.concat(database.pieces))
  return database
}
