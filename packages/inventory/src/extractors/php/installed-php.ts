// installed.php: a PHP array that Composer writes in one form, a line for each value (FilesystemRepository::dumpToPhpCode). Nothing is
// evaluated. The root package is the application itself; entries without `pretty_version` are names that others replace or provide.
import type { Limits } from '@yagura/kernel'
import { foundPackage } from '../../installed/found.ts'
import type { FoundPackage, ParsedFile } from '../extractor.ts'
import { linesOf } from '../lines.ts'

const START = /^ {8}'([^'\\]+)' => array\($/
const ROOT_NAME = /^ {8}'name' => '([^'\\]+)',$/
const VERSION = /^ {12}'pretty_version' => '([^'\\]+)',$/
const MAX_PACKAGES = 100_000

export function parseInstalledPhp(bytes: Buffer, limits: Limits): ParsedFile {
  const packages: FoundPackage[] = []
  let isVersions = false
  let root: string | undefined
  let name: string | undefined
  for (const { text } of linesOf(bytes, limits.lineBytes)) {
    const line = text.replace(/\r$/, '')
    if (line.startsWith("    'versions' => array(")) isVersions = true
    root ??= isVersions ? undefined : ROOT_NAME.exec(line)?.[1]
    if (!isVersions || packages.length >= MAX_PACKAGES) continue
    name = START.exec(line)?.[1] ?? name
    const version = VERSION.exec(line)?.[1]
    const found = name === root ? undefined : foundPackage('composer', name, version)
    if (found) packages.push(found)
  }
  return { packages, problems: [] }
}
