// Reading a document brings parsers with it that scanning does without, so they are loaded when one is named.
import type { Result, YaguraError } from '@yagura/kernel'
import type { VexStatement } from '../enrichment.ts'

/** Errors: INPUT_* where the file cannot be read or is no such document. */
export async function readVexDocument(path: string): Promise<Result<VexStatement[], YaguraError>> {
  const { readDocument } = await import('./document.ts')
  return readDocument(path)
}
