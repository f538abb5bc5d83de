// Writes small bbolt files, for tests. Nested objects are buckets; strings and bytes are values.

export interface BoltTree {
  readonly [key: string]: string | Buffer | BoltTree
}

const PAGE = 4096
const HEADER = 16
const ELEMENT = 16

interface Element {
  readonly key: Buffer
  readonly value: Buffer
  readonly isBucket: boolean
}

/** Buckets of up to `inlineUpTo` keys lie inside their parent; larger ones have pages of their own, split under a branch from `splitFrom` keys. */
export function boltFile(tree: BoltTree, options = { inlineUpTo: 1, splitFrom: 4 }): Buffer {
  const pages = new Map<number, Buffer>()
  let nextPage = 3

  function add(make: (id: number) => Buffer): number {
    const id = nextPage++
    const page = make(id)
    nextPage = Math.max(nextPage, id + page.length / PAGE)
    pages.set(id, page)
    return id
  }

  function elementsOf(node: BoltTree): Element[] {
    return Object.entries(node)
      .map(([name, child]): Element => {
        const isValue = typeof child === 'string' || Buffer.isBuffer(child)
        return {
          key: Buffer.from(name),
          value: isValue ? Buffer.from(child) : bucket(child as BoltTree),
          isBucket: !isValue,
        }
      })
      .sort((a, b) => Buffer.compare(a.key, b.key))
  }

  function bucket(node: BoltTree): Buffer {
    const elements = elementsOf(node)
    if (elements.length <= options.inlineUpTo) return Buffer.concat([bucketHeader(0), leaf(0, elements)])
    return bucketHeader(rootOf(elements))
  }

  function rootOf(elements: readonly Element[]): number {
    if (elements.length < options.splitFrom) return add((id) => padded(leaf(id, elements)))
    const half = Math.ceil(elements.length / 2)
    const children = [elements.slice(0, half), elements.slice(half)].map((part) => ({
      key: part[0]?.key ?? Buffer.alloc(0),
      page: rootOf(part),
    }))
    return add((id) => padded(branch(id, children)))
  }

  // the root bucket is never inside another
  const rootPage = rootOf(elementsOf(tree))
  const file = Buffer.alloc(nextPage * PAGE)
  for (const [id, page] of pages) page.copy(file, id * PAGE)
  meta(file, 0, rootPage, nextPage, 6)
  meta(file, 1, rootPage, nextPage, 7)
  return file
}

function bucketHeader(rootPage: number): Buffer {
  const header = Buffer.alloc(16)
  header.writeBigUInt64LE(BigInt(rootPage), 0)
  return header
}

function leaf(id: number, elements: readonly Element[]): Buffer {
  const heads: Buffer[] = []
  const bodies: Buffer[] = []
  let body = elements.length * ELEMENT
  for (const [at, { key, value, isBucket }] of elements.entries()) {
    const head = Buffer.alloc(ELEMENT)
    head.writeUInt32LE(isBucket ? 1 : 0, 0)
    head.writeUInt32LE(body - at * ELEMENT, 4)
    head.writeUInt32LE(key.length, 8)
    head.writeUInt32LE(value.length, 12)
    heads.push(head)
    bodies.push(key, value)
    body += key.length + value.length
  }
  return Buffer.concat([pageHeader(id, 0x02, elements.length), ...heads, ...bodies])
}

function branch(id: number, children: readonly { readonly key: Buffer; readonly page: number }[]): Buffer {
  const heads: Buffer[] = []
  let body = children.length * ELEMENT
  for (const [at, { key, page }] of children.entries()) {
    const head = Buffer.alloc(ELEMENT)
    head.writeUInt32LE(body - at * ELEMENT, 0)
    head.writeUInt32LE(key.length, 4)
    head.writeBigUInt64LE(BigInt(page), 8)
    heads.push(head)
    body += key.length
  }
  return Buffer.concat([pageHeader(id, 0x01, children.length), ...heads, ...children.map((child) => child.key)])
}

function pageHeader(id: number, flags: number, count: number): Buffer {
  const header = Buffer.alloc(HEADER)
  header.writeBigUInt64LE(BigInt(id), 0)
  header.writeUInt16LE(flags, 8)
  header.writeUInt16LE(count, 10)
  return header
}

function padded(page: Buffer): Buffer {
  const pages = Math.ceil(page.length / PAGE)
  page.writeUInt32LE(pages - 1, 12)
  return Buffer.concat([page, Buffer.alloc(pages * PAGE - page.length)])
}

function meta(file: Buffer, id: number, rootPage: number, pageCount: number, transaction: number): void {
  const at = id * PAGE
  pageHeader(id, 0x04, 0).copy(file, at)
  const bytes = file.subarray(at + HEADER, at + HEADER + 64)
  bytes.writeUInt32LE(0xed0cdaed, 0)
  bytes.writeUInt32LE(2, 4)
  bytes.writeUInt32LE(PAGE, 8)
  bytes.writeBigUInt64LE(BigInt(rootPage), 16)
  bytes.writeBigUInt64LE(2n, 32)
  bytes.writeBigUInt64LE(BigInt(pageCount), 40)
  bytes.writeBigUInt64LE(BigInt(transaction), 48)
  let hash = 0xcbf29ce484222325n
  for (const byte of bytes.subarray(0, 56)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  bytes.writeBigUInt64LE(hash, 56)
}
