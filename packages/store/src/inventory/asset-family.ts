// The assets that an asset stands for when something is asked about it. Read first and then given by their ids: only so the
// database knows whether few rows are meant or nearly all, and takes the index of the assets or that of the time.
import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../store.ts'

/** Itself and what runs on it; of an image, the containers that run it. */
export async function isOfAsset(tx: Tx, column: RawBuilder<unknown>, asset: string): Promise<RawBuilder<unknown>> {
  const { rows } = await sql<{ id: string }>`select id from assets where id = ${asset} or parent_id = ${asset}
    or image_key = (select key from assets where id = ${asset} and kind = 'image')`.execute(tx)
  return sql`${column} = any(${rows.map(({ id }) => id)}::text[])`
}
