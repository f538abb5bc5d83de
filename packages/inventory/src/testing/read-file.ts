// One file through an extractor, whichever way that reads; in parts of a given size where it reads in parts.
import { defaultLimits, type Limits } from '@yagura/kernel'
import type { Extractor, ParsedFile } from '../extractors/extractor.ts'

const NOTHING: ParsedFile = { packages: [], problems: [] }

export function readWith(
  extractor: Extractor,
  path: string,
  content: Buffer | string,
  limits: Limits = defaultLimits,
  partBytes = 64 * 1024,
): ParsedFile {
  const bytes = Buffer.from(content)
  if (extractor.parse) return extractor.parse({ path, bytes }, limits)
  const reader = extractor.open?.(path, bytes.length, limits)
  if (!reader) return NOTHING
  for (let at = 0; at < bytes.length; at += partBytes) reader.write(bytes.subarray(at, at + partBytes))
  return reader.end()
}
