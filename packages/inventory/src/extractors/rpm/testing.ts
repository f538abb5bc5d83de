// Makes rpm headers and databases byte by byte, good and broken, for tests. Not part of the product.
export interface HeaderFields {
  readonly name?: string
  readonly version?: string
  readonly release?: string
  readonly epoch?: number
  readonly vendor?: string
  readonly license?: string
  readonly arch?: string
  readonly sourceRpm?: string
  readonly module?: string
  readonly files?: readonly string[]
}

export function makeHeader(fields: HeaderFields): Buffer {
  const files = fields.files ?? []
  const directories = [...new Set(files.map((file) => file.slice(0, file.lastIndexOf('/') + 1)))]
  const tags: [number, number, string | readonly string[] | readonly number[] | undefined][] = [
    [1000, 6, fields.name],
    [1001, 6, fields.version],
    [1002, 6, fields.release],
    [1003, 4, fields.epoch === undefined ? undefined : [fields.epoch]],
    [1011, 6, fields.vendor],
    [1014, 6, fields.license],
    [1022, 6, fields.arch],
    [1044, 6, fields.sourceRpm],
    [1116, 4, files.map((file) => directories.indexOf(file.slice(0, file.lastIndexOf('/') + 1)))],
    [1117, 8, files.map((file) => file.slice(file.lastIndexOf('/') + 1))],
    [1118, 8, directories],
    [5096, 6, fields.module],
  ]
  const entries: Buffer[] = []
  const data: Buffer[] = []
  let offset = 0
  for (const [tag, type, value] of tags) {
    if (value === undefined || value.length === 0) continue
    const values = typeof value === 'string' ? [value] : value
    const padding = type === 4 ? (4 - (offset % 4)) % 4 : 0
    const bytes = Buffer.concat(values.map((one) => (typeof one === 'number' ? word(one) : Buffer.from(`${one}\0`))))
    entries.push(Buffer.concat([word(tag), word(type), word(offset + padding), word(values.length)]))
    data.push(Buffer.alloc(padding), bytes)
    offset += padding + bytes.length
  }
  return Buffer.concat([word(entries.length), word(offset), ...entries, ...data])
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** A hash table with one bucket; headers lie in chains of overflow pages, small ones in the page itself. */
export function makeBerkeley(headers: readonly Buffer[], pageBytes = 4096): Buffer {
  const pages: Buffer[] = [Buffer.alloc(pageBytes), Buffer.alloc(pageBytes)]
  const bucket = pages[1] as Buffer
  pageHeader(bucket, 1, 13)
  let end = pageBytes
  const offsets: number[] = []
  const put = (item: Buffer) => {
    end -= item.length
    item.copy(bucket, end)
    offsets.push(end)
  }
  // key 0: the highest number in use
  for (const [at, value] of [littleWord(headers.length), ...headers].entries()) {
    put(Buffer.concat([Buffer.from([1]), littleWord(at)]))
    if (value.length < 64) put(Buffer.concat([Buffer.from([1]), value]))
    else {
      const item = Buffer.alloc(12)
      item[0] = 3
      item.writeUInt32LE(pages.length, 4)
      item.writeUInt32LE(value.length, 8)
      put(item)
      for (let from = 0; from < value.length; from += pageBytes - 26) {
        const page = Buffer.alloc(pageBytes)
        pageHeader(page, pages.length, 7)
        const part = value.subarray(from, from + pageBytes - 26)
        if (from + part.length < value.length) page.writeUInt32LE(pages.length + 1, 16)
        page.writeUInt16LE(part.length, 22)
        part.copy(page, 26)
        pages.push(page)
      }
    }
  }
  bucket.writeUInt16LE(offsets.length, 20)
  bucket.writeUInt16LE(end, 22)
  for (const [at, offset] of offsets.entries()) bucket.writeUInt16LE(offset, 26 + at * 2)
  const meta = pages[0] as Buffer
  meta.writeUInt32LE(0x061561, 12)
  meta.writeUInt32LE(9, 16)
  meta.writeUInt32LE(pageBytes, 20)
  meta[25] = 8
  meta.writeUInt32LE(pages.length - 1, 32)
  meta.writeUInt32LE(1, 96)
  return Buffer.concat(pages)
}

function pageHeader(page: Buffer, number: number, type: number): void {
  page.writeUInt32LE(number, 8)
  page[25] = type
}

function littleWord(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

export function makeNdb(headers: readonly Buffer[]): Buffer {
  const slots = Buffer.alloc(4096)
  slots.write('RpmP', 0, 'latin1')
  slots.writeUInt32LE(1, 8)
  slots.writeUInt32LE(1, 12)
  slots.writeUInt32LE(headers.length + 1, 16)
  for (let at = 32; at < 4096; at += 16) slots.write('Slot', at, 'latin1')
  const blobs: Buffer[] = []
  let block = 256
  for (const [at, header] of headers.entries()) {
    const number = at + 1
    const padding = (16 - ((header.length + 12) % 16)) % 16
    const blob = Buffer.concat([
      ...[Buffer.from('BlbS'), littleWord(number), littleWord(1), littleWord(header.length), header],
      ...[Buffer.alloc(padding), littleWord(0), littleWord(header.length), Buffer.from('BlbE')],
    ])
    slots.writeUInt32LE(number, 32 + at * 16 + 4)
    slots.writeUInt32LE(block, 32 + at * 16 + 8)
    slots.writeUInt32LE(blob.length / 16, 32 + at * 16 + 12)
    blobs.push(blob)
    block += blob.length / 16
  }
  return Buffer.concat([slots, ...blobs])
}
