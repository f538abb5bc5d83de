// Reads buckets of a bbolt file that another process may be writing. Writers copy pages before they change them, so a snapshot holds
// as long as no further transaction was committed meanwhile; where one was, the reading is done again.
import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import { YaguraError } from '@yagura/kernel'
import { fileError } from '@yagura/safe-io'
import { invalid, type Page, type PageElement, parsePage, readMeta, readPage } from './page.ts'

export interface BoltBucket {
  /** Values and nested buckets, in the order of their keys. */
  entries(): IterableIterator<BoltEntry>
  bucket(key: string): BoltBucket | undefined
  bytes(key: string): Buffer | undefined
  /** A value as UTF-8. */
  text(key: string): string | undefined
}

export interface BoltEntry {
  readonly key: string
  readonly isBucket: boolean
}

const ATTEMPTS = 5
const MAX_DEPTH = 32
/** Pages read for one answer: 4 GiB of a database of 4 KiB pages, far above what image metadata takes. */
const MAX_PAGES = 1_000_000
const BUCKET_HEADER_BYTES = 16

/** What `read` makes of one consistent state. Errors are thrown: INPUT_NOT_FOUND, PERMISSION, INPUT_INVALID, UNAVAILABLE. */
export function readBolt<T>(path: string, read: (root: BoltBucket) => T): T {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    throw fileError(error, path)
  }
  try {
    if (!fstatSync(fd).isFile()) throw new YaguraError('INPUT_INVALID', `${path} is not a regular file.`)
    return readConsistently(fd, path, read)
  } finally {
    closeSync(fd)
  }
}

function readConsistently<T>(fd: number, path: string, read: (root: BoltBucket) => T): T {
  for (let attempt = 1; ; attempt++) {
    const meta = readMeta(fd)
    let failure: unknown
    let answer: T | undefined
    try {
      answer = read(openBucket(pagesOf(fd, meta.pageBytes), meta.rootPage, undefined))
    } catch (error) {
      failure = error
    }
    if (readMeta(fd).transaction === meta.transaction) {
      if (failure !== undefined) throw failure
      return answer as T
    }
    if (attempt === ATTEMPTS)
      throw new YaguraError('UNAVAILABLE', `${path} changes faster than it can be read; try again.`)
  }
}

type Pages = (id: bigint) => Page

function pagesOf(fd: number, pageBytes: number): Pages {
  let read = 0
  return (id) => {
    read++
    if (read > MAX_PAGES) throw invalid('it refers to too many pages')
    return readPage(fd, pageBytes, id)
  }
}

/** A bucket with a root page of its own, or, when small, one whole page inside its parent's value. */
function openBucket(pages: Pages, rootPage: bigint, inline: Page | undefined): BoltBucket {
  const root = (): Page => inline ?? pages(rootPage)
  function bytes(key: string): Buffer | undefined {
    const element = find(pages, root(), Buffer.from(key), 0)
    return element && !element.isBucket ? element.value : undefined
  }
  return {
    bytes,
    *entries() {
      for (const element of walk(pages, root(), 0)) yield { key: element.key.toString(), isBucket: element.isBucket }
    },
    bucket(key) {
      const element = find(pages, root(), Buffer.from(key), 0)
      return element?.isBucket ? bucketOf(pages, element) : undefined
    },
    text: (key) => bytes(key)?.toString(),
  }
}

function bucketOf(pages: Pages, element: PageElement): BoltBucket {
  if (element.value.length < BUCKET_HEADER_BYTES) throw invalid('a bucket is cut short')
  const rootPage = element.value.readBigUInt64LE(0)
  const inline = rootPage === 0n ? parsePage(element.value.subarray(BUCKET_HEADER_BYTES)) : undefined
  return openBucket(pages, rootPage, inline)
}

function* walk(pages: Pages, page: Page, depth: number): Generator<PageElement> {
  if (depth > MAX_DEPTH) throw invalid('it is nested too deeply')
  if (page.kind === 'leaf') yield* page.elements
  else for (const element of page.elements) yield* walk(pages, pages(element.child), depth + 1)
}

function find(pages: Pages, page: Page, key: Buffer, depth: number): PageElement | undefined {
  if (depth > MAX_DEPTH) throw invalid('it is nested too deeply')
  if (page.kind === 'leaf') return page.elements.find((element) => element.key.equals(key))
  // the last child whose first key is not above the one sought
  const child = page.elements.findLast((element) => Buffer.compare(element.key, key) <= 0)
  return child ? find(pages, pages(child.child), key, depth + 1) : undefined
}
