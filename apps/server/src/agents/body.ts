// The body of a batch: JSON, plain or compressed, bounded before and after unpacking.
import { promisify } from 'node:util'
import { constants, gunzip, zstdDecompress } from 'node:zlib'
import { defaultLimits, YaguraError } from '@yagura/kernel'

export const PACKED_BYTES = 16 * 1024 * 1024
const UNPACKED_BYTES = defaultLimits.jsonBytes
const gunzipAll = promisify(gunzip)
const unzstdAll = promisify(zstdDecompress)

export async function unpackBody(packed: Buffer, encoding: string | undefined): Promise<unknown> {
  const text = (await unpack(packed, encoding)).toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new YaguraError('INPUT_INVALID', 'The body is not JSON.', { cause })
  }
  // Only an escape can put these characters into JSON text.
  return text.includes('\\u') ? storable(value) : value
}

async function unpack(packed: Buffer, encoding: string | undefined): Promise<Buffer> {
  try {
    switch (encoding) {
      case undefined:
      case 'identity':
        return packed
      case 'gzip':
        return await gunzipAll(packed, { maxOutputLength: UNPACKED_BYTES })
      case 'zstd':
        return await unzstdAll(packed, {
          maxOutputLength: UNPACKED_BYTES,
          params: { [constants.ZSTD_d_windowLogMax]: Math.log2(defaultLimits.zstdWindowBytes) },
        })
    }
  } catch (cause) {
    if ((cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE')
      throw new YaguraError('LIMIT_EXCEEDED', 'The body is too large when unpacked.', { cause })
    throw new YaguraError('INPUT_INVALID', `The body is not valid ${encoding}.`, { cause })
  }
  throw new YaguraError('INPUT_UNSUPPORTED', 'The body may be packed with zstd or gzip only.')
}

/** PostgreSQL keeps no NUL and no half of a surrogate pair; both become U+FFFD, keys of objects included. */
function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\ufffd')
  if (Array.isArray(value)) return value.map(storable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [storable(key), storable(item)]))
}
