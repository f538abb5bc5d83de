// Folders of JSON documents, as VEX is published: one document a file, in any depth.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { defaultLimits } from '@yagura/kernel'
import { parseJson, readSmallFile } from '@yagura/safe-io'
import type { FeedContext } from '../feed.ts'

const MAX_DOCUMENTS = 1_000_000

/** A document of another kind is `other`, and is nobody's fault; one of this kind that cannot be read is a reason. */
export type DocumentOutcome =
  | { readonly kind: 'read'; readonly statements: number; readonly statedAt: string | null }
  | { readonly kind: 'other' }
  | { readonly kind: 'rejected'; readonly reason: string }

export interface DocumentsReport {
  readonly records: number
  readonly rejected: number
  readonly newestAt: string | null
}

/** Reads every .json below these folders; undefined where no document of this kind is there. */
export async function readDocuments(
  { from, onProgress, onRejected }: FeedContext,
  folders: readonly string[],
  source: string,
  read: (document: unknown, file: string) => DocumentOutcome,
): Promise<DocumentsReport | undefined> {
  const files = (await Promise.all(folders.map((folder) => jsonFiles(join(from, folder))))).flat()
  let records = 0
  let rejected = 0
  let newestAt: string | null = null
  for (const [i, file] of files.entries()) {
    onProgress({ source, done: i + 1, total: files.length })
    const outcome = await readOne(file, read)
    if (outcome.kind === 'rejected') {
      rejected++
      onRejected(file, outcome.reason)
    }
    if (outcome.kind !== 'read') continue
    records += outcome.statements
    if ((outcome.statedAt ?? '') > (newestAt ?? '')) newestAt = outcome.statedAt
  }
  return records + rejected > 0 ? { records, rejected, newestAt } : undefined
}

async function readOne(
  file: string,
  read: (document: unknown, file: string) => DocumentOutcome,
): Promise<DocumentOutcome> {
  const bytes = await readSmallFile(file, defaultLimits.jsonBytes)
  const document = bytes.ok ? parseJson(bytes.value, defaultLimits, file) : bytes
  return document.ok ? read(document.value, file) : { kind: 'rejected', reason: document.error.message }
}

async function jsonFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .slice(0, MAX_DOCUMENTS)
}
