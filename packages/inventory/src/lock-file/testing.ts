// What a lock file of a test says, in short.

import type { Extractor } from '../extractors/extractor.ts'
import { readWith } from '../testing/read-file.ts'

/** Each package as `name version`, in order of the file, and the problems. */
export function lockReader(extractor: Extractor, path: string): (content: Buffer | string) => Readout {
  return (content) => {
    const { packages, problems } = readWith(extractor, path, content)
    return { packages: packages.map((found) => `${found.name} ${found.version}`), problems }
  }
}

export interface Readout {
  readonly packages: readonly string[]
  readonly problems: readonly string[]
}

/** The package URL of the only package of a file. */
export function purlIn(extractor: Extractor, path: string, content: string): string | undefined {
  const [found] = readWith(extractor, path, content).packages
  return found && extractor.purl(found, null)
}
