// Assets, images, packages, findings, events, coverage gaps: reading only.
import { YaguraError } from '@yagura/kernel'
import {
  assetFacets,
  findAsset,
  findFinding,
  findImage,
  findingFacets,
  findPackage,
  listAssets,
  listCoverageGaps,
  listEvents,
  listFindings,
  listImageMistakes,
  listImageSecrets,
  listPackages,
  readImageDiff,
  type Tx,
} from '@yagura/store'
import type { Context } from '../context.ts'
import type { Caller } from '../sign-in/authenticate.ts'
import type { Handlers } from './handler.ts'

type Inventory =
  | 'listAssets'
  | 'getAsset'
  | 'getAssetFacets'
  | 'getImage'
  | 'getImageDiff'
  | 'listImageSecrets'
  | 'listImageMistakes'
  | 'listPackages'
  | 'getPackage'
  | 'listFindings'
  | 'getFinding'
  | 'getFindingFacets'
  | 'listEvents'
  | 'listCoverageGaps'

export const inventoryHandlers: Pick<Handlers, Inventory> = {
  listAssets: (call) => read(call, (tx) => listAssets(tx, call.query)),
  getAsset: (call) => readOne(call, 'asset', (tx) => findAsset(tx, call.params.id)),
  getAssetFacets: (call) => read(call, (tx) => assetFacets(tx, call.query.filter)),
  getImage: (call) => readOne(call, 'image', (tx) => findImage(tx, call.params.id)),
  getImageDiff: (call) => readOne(call, 'image', (tx) => readImageDiff(tx, call.params.id, call.query.with)),
  listImageSecrets: (call) => readOne(call, 'image', (tx) => listImageSecrets(tx, call.params.id, call.query)),
  listImageMistakes: (call) => readOne(call, 'image', (tx) => listImageMistakes(tx, call.params.id, call.query)),
  listPackages: (call) => read(call, (tx) => listPackages(tx, call.query)),
  getPackage: (call) => readOne(call, 'package', (tx) => findPackage(tx, call.params.id)),
  listFindings: (call) => read(call, (tx) => listFindings(tx, call.query)),
  getFinding: (call) => readOne(call, 'finding', (tx) => findFinding(tx, call.params.id)),
  getFindingFacets: (call) => read(call, (tx) => findingFacets(tx, call.query.filter)),
  listEvents: (call) => read(call, (tx) => listEvents(tx, call.query)),
  listCoverageGaps: (call) => read(call, (tx) => listCoverageGaps(tx, call.query)),
}

/** A filter that reads everything must not hold connections that others need. */
const READ_MS = 10_000

export interface ReadCall {
  readonly context: Context
  readonly caller: Caller
}

export function read<T>({ context, caller }: ReadCall, work: (tx: Tx) => Promise<T>): Promise<T> {
  return context.database.store.inTenant(caller.tenantId, work, { idempotent: true, timeoutMs: READ_MS })
}

/** One thing, or NOT_FOUND: also for what belongs to another tenant, which does not exist here. */
export async function readOne<T>(call: ReadCall, noun: string, work: (tx: Tx) => Promise<T | undefined>): Promise<T> {
  const found = await read(call, work)
  if (found === undefined) throw new YaguraError('NOT_FOUND', `There is no ${noun} with this id.`)
  return found
}
