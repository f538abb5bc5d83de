// Assets that reports name by their natural keys.
import type { Tx } from '../store.ts'

export interface NamedAsset {
  readonly id: string
  readonly key: string
  readonly name: string
}

/** Those that are known; a report may come before its asset. */
export async function assetsByKey(tx: Tx, keys: readonly string[]): Promise<ReadonlyMap<string, NamedAsset>> {
  if (keys.length === 0) return new Map()
  const rows = await tx
    .selectFrom('assets')
    .select(['id', 'key', 'name'])
    .where('key', 'in', [...new Set(keys)])
    .execute()
  return new Map(rows.map((row) => [row.key, row]))
}
