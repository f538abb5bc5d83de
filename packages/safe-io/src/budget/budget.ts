// Counts what a stranger makes us unpack, and stops it. One budget may stand below another (layer below image).
import { YaguraError } from '@yagura/kernel'

const FREE_BYTES = 1024 ** 3

export interface ByteBudget {
  /** Throws LIMIT_EXCEEDED when the sum passes the budget. */
  spend(bytes: number): void
  spentBytes(): number
}

export function createByteBudget(limitBytes: number, what: string, parent?: ByteBudget): ByteBudget {
  let spent = 0
  return {
    spend(bytes) {
      spent += bytes
      if (spent > limitBytes)
        throw new YaguraError('LIMIT_EXCEEDED', `${what} holds more than ${formatBytes(limitBytes)} unpacked.`, {
          hint: 'Only what came before was read; raise the limit if the image is trusted.',
        })
      parent?.spend(bytes)
    },
    spentBytes: () => spent,
  }
}

/** Refuses an expansion that only a bomb has. The first GiB is free, so that small files of zeros pass. */
export function checkExpansion(packedBytes: number, unpackedBytes: number, maxRatio: number, what: string): void {
  if (unpackedBytes <= FREE_BYTES || unpackedBytes <= packedBytes * maxRatio) return
  throw new YaguraError('LIMIT_EXCEEDED', `${what} unpacks to more than ${maxRatio} times its size.`, {
    hint: 'This is how decompression bombs look; only what came before was read.',
  })
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[unit]}`
}
