// Paths as the kernel half writes them: names from the last one up to the root, each ended by NUL.
import { textOf } from './text.ts'

/**
 * The path in its usual order. `truncated`: the names nearest the root are missing, shown as `…/`. `unreachable`: the
 * walk did not end at the root of the process; a single name without a directory (a memory file) stays without a slash.
 */
export function pathOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  truncated: boolean,
  unreachable: boolean,
): string {
  let path = ''
  let names = 0
  let from = start
  for (let index = start; index < end; index++) {
    if (bytes[index] !== 0) continue
    const name = textOf(bytes, from, index)
    path = `/${name}${path}`
    names++
    from = index + 1
  }
  if (truncated) return `…${path}`
  if (names === 0) return '/'
  return unreachable && names === 1 ? path.slice(1) : path
}
