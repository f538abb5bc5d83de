// Eggs that are one archive, as easy_install leaves them in site-packages (setuptools, "The Internal Structure of Python Eggs"):
// EGG-INFO/PKG-INFO inside. Zipapps are read the same way: they hold a .dist-info of each thing packed in. A wheel is not installed by
// lying somewhere (Python carries those of pip for new environments), and is left aside.
import type { Limits } from '@yagura/kernel'
import { createByteBudget, openZipIn } from '@yagura/safe-io'
import type { FoundPackage, ParsedFile } from '../extractor.ts'
import { parseMetadata } from './metadata.ts'

const METADATA = /(?:^|\/)(?:EGG-INFO\/PKG-INFO|[^/]+\.dist-info\/METADATA)$/
const MAX_ENTRIES = 100_000
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024
const MAX_PROBLEMS = 20

export function isArchive(path: string): boolean {
  return /\.(?:egg|pyz)$/.test(path)
}

export function parseArchive(bytes: Buffer, limits: Limits): ParsedFile {
  const budget = createByteBudget(MAX_UNPACKED_BYTES, 'The archive')
  const bounds = { archiveEntries: Math.min(MAX_ENTRIES, limits.archiveEntries), entryBytes: limits.fileBytes, budget }
  const zip = openZipIn(bytes, bounds, 'The archive')
  if (!zip.ok) return { packages: [], problems: [zip.error.message] }
  const packages: FoundPackage[] = []
  const problems: string[] = []
  for (const entry of zip.value.entries) {
    if (!METADATA.test(entry.name)) continue
    const content = zip.value.read(entry)
    const found = content.ok
      ? parseMetadata(content.value, limits)
      : { packages: [], problems: [content.error.message] }
    packages.push(...found.packages.map((one) => ({ ...one, path: entry.name })))
    if (problems.length < MAX_PROBLEMS) problems.push(...found.problems)
  }
  return { packages, problems }
}
