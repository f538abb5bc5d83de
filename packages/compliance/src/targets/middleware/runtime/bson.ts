// As much of BSON (bsonspec.org, version 1.1) as questions to MongoDB and their answers need. Reading is bounded by the bytes there are
// and in depth; types that no answer of ours has are skipped by their length, or end the reading.
export type Bson = string | number | boolean | null | Uint8Array | readonly Bson[] | { readonly [key: string]: Bson }

const MAX_DEPTH = 24

export function writeDocument(document: Readonly<Record<string, Bson>>): Buffer {
  const fields = Buffer.concat(Object.entries(document).map(([name, value]) => element(name, value)))
  return Buffer.concat([int32(fields.length + 5), fields, Buffer.from([0])])
}

function element(name: string, value: Bson): Buffer {
  const head = (type: number) => Buffer.concat([Buffer.from([type]), Buffer.from(`${name}\0`)])
  if (typeof value === 'string') {
    const text = Buffer.from(`${value}\0`)
    return Buffer.concat([head(2), int32(text.length), text])
  }
  if (typeof value === 'number') return Buffer.concat([head(16), int32(value)])
  if (typeof value === 'boolean') return Buffer.concat([head(8), Buffer.from([value ? 1 : 0])])
  if (value === null) return head(10)
  if (value instanceof Uint8Array) return Buffer.concat([head(5), int32(value.length), Buffer.from([0]), value])
  return Array.isArray(value)
    ? Buffer.concat([head(4), writeDocument(Object.fromEntries(value.map((one, at) => [String(at), one])))])
    : Buffer.concat([head(3), writeDocument(value as Record<string, Bson>)])
}

/** Throws where it is none. */
export function readDocument(bytes: Buffer, depth = 0): Record<string, Bson> {
  if (depth > MAX_DEPTH) throw new Error('the answer is nested too deep')
  const end = bytes.readInt32LE(0) - 1
  const fields = new Map<string, Bson>()
  for (let at = 4; at < end && bytes[at] !== 0; ) {
    const type = bytes[at] as number
    const close = bytes.indexOf(0, at + 1)
    if (close < 0 || close >= end) break
    const name = bytes.subarray(at + 1, close).toString('utf8')
    const [value, size] = read(bytes, type, close + 1, depth)
    fields.set(name, value)
    at = close + 1 + size
  }
  return Object.fromEntries(fields)
}

function read(bytes: Buffer, type: number, at: number, depth: number): [Bson, number] {
  switch (type) {
    case 1:
      return [bytes.readDoubleLE(at), 8]
    case 2:
    case 13: {
      const length = bytes.readInt32LE(at)
      return [bytes.subarray(at + 4, at + 3 + length).toString('utf8'), 4 + length]
    }
    case 3:
    case 4: {
      const length = bytes.readInt32LE(at)
      if (length < 5 || at + length > bytes.length) throw new Error('the answer is cut short')
      const inner = readDocument(bytes.subarray(at, at + length), depth + 1)
      return [type === 4 ? Object.values(inner) : inner, length]
    }
    case 5: {
      const length = bytes.readInt32LE(at)
      return [new Uint8Array(bytes.subarray(at + 5, at + 5 + length)), 5 + length]
    }
    case 7:
      return [bytes.subarray(at, at + 12).toString('hex'), 12]
    case 8:
      return [bytes[at] === 1, 1]
    case 6:
    case 10:
      return [null, 0]
    case 16:
      return [bytes.readInt32LE(at), 4]
    case 9:
    case 17:
    case 18:
      return [Number(bytes.readBigInt64LE(at)), 8]
    case 19:
      return [null, 16]
    default:
      throw new Error(`the answer holds a value of type ${type}`)
  }
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  return bytes
}
