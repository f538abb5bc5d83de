// For tests of feeds: a folder of made files, and what a feed puts into which table.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Feed, FeedReport } from './feed.ts'

export interface ReadOutcome {
  readonly report: FeedReport | undefined
  /** `table key` → value; a NUL in a key is shown as `|`. */
  readonly records: Readonly<Record<string, unknown>>
  readonly reasons: readonly string[]
}

/** path → text, bytes, or what JSON can hold; packed where the name ends in .gz. */
export type MadeFiles = Readonly<Record<string, unknown>>

export async function readFeed(feed: Feed, files: MadeFiles): Promise<ReadOutcome> {
  const from = mkdtempSync(join(tmpdir(), 'yg-feed-'))
  try {
    for (const [name, content] of Object.entries(files)) writeMade(join(from, name), content)
    const records: Record<string, unknown> = {}
    const reasons: string[] = []
    const putText = (table: string, key: string, json: string) => {
      records[`${table} ${key.replaceAll('\0', '|')}`] = JSON.parse(json)
    }
    const report = await feed.read({
      from,
      putText,
      put: (table, key, value) => putText(table, key, JSON.stringify(value)),
      onProgress: () => {},
      onRejected: (_file, reason) => reasons.push(reason.replaceAll(`${from}/`, '')),
    })
    return { report, records, reasons }
  } finally {
    rmSync(from, { recursive: true })
  }
}

function writeMade(path: string, content: unknown): void {
  const bytes = Buffer.isBuffer(content)
    ? content
    : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, path.endsWith('.gz') && !Buffer.isBuffer(content) ? gzipSync(bytes) : bytes)
}
