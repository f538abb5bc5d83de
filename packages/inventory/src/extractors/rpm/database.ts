// The packages of one rpm database, whichever of its three formats it has.
import type { FoundPackage, ParsedFile } from '../extractor.ts'
import { isBerkeley, readBerkeley } from './berkeley.ts'
import { readNdb } from './ndb.ts'
import { PUBLIC_KEY, readPackage } from './package.ts'
import { readSqlite, readSqliteLog } from './sqlite.ts'

/** Takes one sentence: what could not be read. */
export type Report = (problem: string) => void

const MAX_PACKAGES = 100_000
const MAX_PROBLEMS = 20

/** `log`: the write-ahead log beside rpmdb.sqlite. */
export function parseDatabase(file: Buffer, log: Buffer | undefined): ParsedFile {
  const packages = new Map<string, FoundPackage>()
  const problems: string[] = []
  const report: Report = (problem) => {
    if (problems.length < MAX_PROBLEMS) problems.push(problem)
  }
  if (file.length === 0 && (log === undefined || log.length === 0)) return { packages: [], problems }
  let headers = 0
  for (const blob of headersOf(file, log, report)) {
    if (++headers > MAX_PACKAGES) {
      report(`The database has more than ${MAX_PACKAGES} packages; the rest was left out.`)
      break
    }
    const found = readPackage(blob)
    if (!found) report('A header in the database has no usable name and version.')
    else if (found.name !== PUBLIC_KEY) packages.set(keyOf(found), found)
  }
  return { packages: [...packages.values()], problems }
}

/** `rpmdb.sqlite-wal` by itself. */
export function parseLog(log: Buffer): ParsedFile {
  const packages = new Map<string, FoundPackage>()
  const problems: string[] = []
  if (log.length === 0) return { packages: [], problems }
  for (const blob of readSqliteLog(log, (problem) => problems.push(problem))) {
    const found = packages.size < MAX_PACKAGES ? readPackage(blob) : undefined
    if (found && found.name !== PUBLIC_KEY) packages.set(keyOf(found), found)
  }
  if (packages.size > 0)
    problems.push(
      'The package database has a write-ahead log: packages that it removes or upgrades are listed as well.',
    )
  return { packages: [...packages.values()], problems }
}

function keyOf(found: FoundPackage): string {
  return `${found.name}\0${found.version}\0${found.architecture}`
}

function headersOf(file: Buffer, log: Buffer | undefined, report: Report): Generator<Buffer> {
  if (file.toString('latin1', 0, 4) === 'RpmP') return readNdb(file, report)
  if (isBerkeley(file)) return readBerkeley(file, report)
  return readSqlite(file, log, report)
}
