// rpmdb.sqlite and its write-ahead log, each read by itself, made one: they are separate files, which may even come in different layers.
// The log holds whole pages of the database, newer ones: the tree of the table is walked once more, each page taken from the log where
// it has it (https://www.sqlite.org/fileformat2.html, "WAL file format").
import type { ParsedFile } from '../extractor.ts'
import { LOG_ALONE, NO_TABLE } from './problems.ts'
import type { TablePages } from './table-pages.ts'

const MAX_PAGES = 1_000_000

export function joinLog(database: ParsedFile, log: ParsedFile): { database: ParsedFile; log: ParsedFile } {
  const [old, fresh] = [database.table, log.table]
  if (!fresh) return { database, log }
  const problems = log.problems.filter((problem) => problem !== LOG_ALONE)
  if (!old) return { database, log }
  if (old.pageBytes !== 0 && old.pageBytes !== fresh.pageBytes) {
    problems.push('The write-ahead log has other pages than the database; it was left aside.')
    return { database, log: { ...log, packages: [], problems } }
  }
  const root = fresh.root ?? old.root
  if (root === null) return { database, log: { ...log, problems } }
  const live = walk(root, old, fresh, problems)
  return {
    database: {
      ...database,
      packages: database.packages.filter((_, place) => live.old.has(place)),
      problems: database.problems.filter((problem) => problem !== NO_TABLE),
    },
    log: { ...log, packages: log.packages.filter((_, place) => live.fresh.has(place)), problems },
  }
}

interface Live {
  readonly old: Set<number>
  readonly fresh: Set<number>
}

function walk(root: number, old: TablePages, fresh: TablePages, problems: string[]): Live {
  const [oldBranches, freshBranches] = [new Map(old.branches), new Map(fresh.branches)]
  const [oldLeaves, freshLeaves] = [new Map(old.leaves), new Map(fresh.leaves)]
  const placeOfKey = new Map(old.leaves.flatMap(([, cells]) => cells.map(([key, place]) => [key, place] as const)))
  const live: Live = { old: new Set(), fresh: new Set() }
  const open = [root]
  const seen = new Set(open)
  let lost = 0
  for (let page = open.pop(); page !== undefined && seen.size < MAX_PAGES; page = open.pop()) {
    const cells = freshLeaves.get(page)
    const children = cells ? undefined : (freshBranches.get(page) ?? oldBranches.get(page))
    for (const child of children ?? []) if (!seen.has(child)) open.push(child)
    for (const child of children ?? []) seen.add(child)
    if (children) continue
    for (const [key, place, overflow] of cells ?? []) {
      if (place >= 0) live.fresh.add(place)
      // the row stands on a changed page and was not changed itself: its rest lies in the database
      else if (overflow > 0) {
        const before = placeOfKey.get(key)
        if (before === undefined) lost++
        else live.old.add(before)
      }
    }
    if (!cells) for (const [, place] of oldLeaves.get(page) ?? []) live.old.add(place)
  }
  if (lost > 0) problems.push(`${lost} rows of the write-ahead log are incomplete; their packages are missing.`)
  return live
}
