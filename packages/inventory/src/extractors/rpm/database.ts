// The packages of one rpm database, whichever of its three formats it has.
import type { FoundPackage, ParsedFile } from '../extractor.ts'
import { isBerkeley, readBerkeley } from './berkeley.ts'
import { readNdb } from './ndb.ts'
import { PUBLIC_KEY, readPackage } from './package.ts'
import { LOG_ALONE, NO_TABLE } from './problems.ts'
import { type Row, rootOfPackages, rowsOf, rowsOfLog, sqlitePages } from './sqlite.ts'
import { readLog, type SqlitePages } from './sqlite-pages.ts'
import type { TableCell, TablePages } from './table-pages.ts'

/** Takes one sentence: what could not be read. */
export type Report = (problem: string) => void

const MAX_PACKAGES = 100_000
const MAX_PROBLEMS = 20

/** `log`: the write-ahead log beside rpmdb.sqlite. */
export function parseDatabase(file: Buffer, log: Buffer | undefined): ParsedFile {
  const { packages, problems, report, add } = collector()
  if (file.length === 0 && (log === undefined || log.length === 0))
    return { packages: [], problems, table: { pageBytes: 0, root: null, branches: [], leaves: [] } }
  if (file.toString('latin1', 0, 4) === 'RpmP') for (const blob of readNdb(file, report)) add(blob)
  else if (isBerkeley(file)) for (const blob of readBerkeley(file, report)) add(blob)
  else {
    const pages = sqlitePages(file, log, report)
    const table = pages && readTable(pages, report, add)
    return { packages: [...packages.values()], problems, ...(table ? { table } : {}) }
  }
  return { packages: [...packages.values()], problems }
}

/** `rpmdb.sqlite-wal` by itself: what it says of the pages of the table, so that it can be joined with the database. */
export function parseLog(bytes: Buffer): ParsedFile {
  const { packages, problems, report, add } = collector()
  const log = bytes.length === 0 ? undefined : readLog(bytes, report)
  if (!log) return { packages: [], problems }
  const branches: [number, readonly number[]][] = []
  const leaves = leavesOf(
    rowsOfLog(log, report, (page, children) => branches.push([page, children])),
    add,
  )
  // a leaf without any row has lost them
  for (const [page, content] of log.pages)
    if (content[page === 1 ? 100 : 0] === 0x0d && !leaves.has(page)) leaves.set(page, [])
  const pages: SqlitePages = {
    pageBytes: log.pageBytes,
    usableBytes: log.pageBytes,
    read: (number) => log.pages.get(number),
  }
  const root = log.pages.has(1) ? rootOfPackages(pages, () => {}) : undefined
  const table = { pageBytes: log.pageBytes, root: root ?? null, branches, leaves: [...leaves] }
  if (packages.size > 0) report(LOG_ALONE)
  return { packages: [...packages.values()], problems, table }
}

type Add = (blob: Buffer | undefined) => number

function collector() {
  const packages = new Map<string, FoundPackage>()
  const places = new Map<string, number>()
  const problems: string[] = []
  const report: Report = (problem) => {
    if (problems.length < MAX_PROBLEMS) problems.push(problem)
  }
  let headers = 0
  /** Place of the package in the list, -1 where the header is none or unusable. */
  const add: Add = (blob) => {
    if (!blob) return -1
    if (++headers > MAX_PACKAGES) {
      if (headers === MAX_PACKAGES + 1)
        report(`The database has more than ${MAX_PACKAGES} packages; the rest was left out.`)
      return -1
    }
    const found = readPackage(blob)
    if (!found) report('A header in the database has no usable name and version.')
    if (!found || found.name === PUBLIC_KEY) return -1
    const key = keyOf(found)
    const place = places.get(key) ?? packages.size
    places.set(key, place)
    packages.set(key, found)
    return place
  }
  return { packages, problems, report, add }
}

function readTable(pages: SqlitePages, report: Report, add: Add): TablePages | undefined {
  const root = rootOfPackages(pages, report)
  if (root === undefined) {
    report(NO_TABLE)
    return { pageBytes: pages.pageBytes, root: null, branches: [], leaves: [] }
  }
  const branches: [number, readonly number[]][] = []
  const rows = rowsOf(pages, root, report, (page, children) => branches.push([page, children]))
  const leaves = leavesOf(rows, add)
  return { pageBytes: pages.pageBytes, root, branches, leaves: [...leaves] }
}

function leavesOf(rows: Iterable<Row>, add: Add): Map<number, TableCell[]> {
  const leaves = new Map<number, TableCell[]>()
  for (const { page, key, overflow, blob } of rows) {
    const cell: TableCell = [key, add(blob), blob ? 0 : overflow]
    const cells = leaves.get(page)
    if (cells) cells.push(cell)
    else leaves.set(page, [cell])
  }
  return leaves
}

function keyOf(found: FoundPackage): string {
  return `${found.name}\0${found.version}\0${found.architecture}`
}
