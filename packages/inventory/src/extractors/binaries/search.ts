// Searches a file for the marks of products while it goes by. What is kept of it is one window; a mark is looked at when everything
// around it that counts has come by, so it does not matter where the parts of the file end.
import { createWindow } from '../parts.ts'
import { AFTER, BEFORE, type Mark, type Product } from './product.ts'

export interface Search {
  write(part: Uint8Array): void
  /** Versions found, by product. */
  end(): ReadonlyMap<Product, string>
}

interface Running {
  readonly product: Product
  /** In the order of the product's marks. */
  readonly marks: readonly RunningMark[]
}

interface RunningMark {
  readonly mark: Mark
  readonly near: Buffer
  readonly match: RegExp
  version: string | undefined
  tries: number
}

/** A mark that stands everywhere says nothing; no product's does so often. */
const MAX_TRIES = 50_000
const LONGEST_MARK = 96
const OVERLAP_BYTES = BEFORE + LONGEST_MARK + AFTER

export function createSearch(candidates: readonly Product[]): Search {
  const running: readonly Running[] = candidates.map((product) => ({
    product,
    marks: product.marks.map((mark) => ({
      ...{ mark, near: Buffer.from(mark.near, 'latin1').subarray(0, LONGEST_MARK) },
      ...{ match: new RegExp(mark.match, `${mark.match.flags}g`), version: undefined, tries: 0 },
    })),
  }))
  let last: { window: Buffer; fresh: number } = { window: Buffer.alloc(0), fresh: 0 }

  function look(window: Buffer, fresh: number, isEnd: boolean): void {
    for (const { marks } of running)
      for (const one of marks) {
        if (one.version !== undefined && one.mark.pick !== 'highest') break
        const reach = one.near.length + AFTER
        const from = isEnd ? Math.max(0, window.length - reach + 1) : Math.max(0, fresh - reach + 1)
        const to = isEnd ? window.length : window.length - reach
        for (let at = window.indexOf(one.near, from); at >= 0 && at <= to; at = window.indexOf(one.near, at + 1)) {
          if (++one.tries > MAX_TRIES) break
          // one byte a character
          const text = window.toString('latin1', Math.max(0, at - BEFORE), at + reach)
          for (const [, version] of text.matchAll(one.match))
            if (
              version !== undefined &&
              (one.version === undefined || (one.mark.pick === 'highest' && isHigher(version, one.version)))
            )
              one.version = version
          if (one.version !== undefined && one.mark.pick !== 'highest') break
        }
      }
  }

  const window = createWindow(OVERLAP_BYTES, (bytes, _, fresh) => {
    look(bytes, fresh, false)
    last = { window: Buffer.from(bytes.subarray(Math.max(0, bytes.length - OVERLAP_BYTES))), fresh }
  })
  return {
    write: window.write,
    end() {
      look(last.window, last.fresh, true)
      return new Map(running.flatMap(({ product, marks }) => versionOf(product, marks)))
    },
  }
}

function versionOf(product: Product, marks: Running['marks']): [Product, string][] {
  const found = marks.flatMap(({ version }) => version ?? [])
  const isHighest = product.marks.every((mark) => mark.pick === 'highest')
  const version = isHighest ? found.sort((a, b) => (isHigher(a, b) ? -1 : 1))[0] : found[0]
  return version === undefined ? [] : [[product, version.replace(/^v/, '')]]
}

/** Of plain numbers with dots. */
function isHigher(a: string, b: string): boolean {
  const [x, y] = [a, b].map((one) => one.split('.').map(Number))
  for (let at = 0; at < Math.max(x?.length ?? 0, y?.length ?? 0); at++) {
    const difference = (x?.[at] ?? 0) - (y?.[at] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return false
}
