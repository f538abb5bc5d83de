// Builds the advisory database out of a folder of OSV archives, and puts it in place in one step.
import type { Result, YaguraError } from '@yagura/kernel'
import { err, ok, toYaguraError } from '@yagura/kernel'
import { FORMAT_VERSION } from '../database/format.ts'
import type { AdvisoryDatabaseInfo, AdvisorySource } from '../database/meta.ts'
import { replaceFile } from '../database/replace.ts'
import { createDatabaseWriter, type DatabaseWriter } from '../database/write.ts'
import { findOsvSources, readOsvSource } from '../sources/osv/read.ts'
import { advisoryOf } from '../sources/osv/record.ts'
import type { BuildOptions } from './options.ts'

/** Errors: INPUT_* where `from` or an archive in it cannot be read, PERMISSION where `out` cannot be written. */
export async function build(options: BuildOptions): Promise<Result<AdvisoryDatabaseInfo, YaguraError>> {
  const names = await findOsvSources(options.from)
  if (!names.ok) return names
  try {
    const writer = createDatabaseWriter()
    const ecosystems = new Set<string>()
    const sources: AdvisorySource[] = []
    for (const name of names.value) sources.push(await addSource(writer, name, ecosystems, options))
    const builtAtMs = options.clock.nowMs()
    const { pieces, sha256, sizeBytes } = writer.finish({ sources, ecosystems: [...ecosystems].sort() }, builtAtMs)
    await replaceFile(options.out, pieces)
    return ok({ formatVersion: FORMAT_VERSION, builtAt: new Date(builtAtMs).toISOString(), sha256, sizeBytes, sources })
  } catch (error) {
    return err(toYaguraError(error))
  }
}

async function addSource(
  writer: DatabaseWriter,
  name: string,
  ecosystems: Set<string>,
  { from, onProgress, onRejected }: BuildOptions,
): Promise<AdvisorySource> {
  let advisories = 0
  let withdrawn = 0
  let rejected = 0
  let newestAt: string | null = null
  for await (const item of readOsvSource(from, name)) {
    if (item.kind === 'rejected') {
      rejected++
      onRejected?.(item.file, item.reason)
      continue
    }
    onProgress?.({ source: name, done: item.done, total: item.total })
    if (item.record.withdrawn) {
      withdrawn++
      continue
    }
    const advisory = advisoryOf(item.record)
    if (advisory.affected.length === 0 || !writer.add(advisory)) continue
    advisories++
    if (advisory.modifiedAt && advisory.modifiedAt > (newestAt ?? '')) newestAt = advisory.modifiedAt
    for (const affected of advisory.affected) ecosystems.add(affected.ecosystem)
  }
  return { name, advisories, withdrawn, rejected, newestAt }
}
