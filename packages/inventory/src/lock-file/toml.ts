// TOML lock files (toml.io/en/v1.0.0). Bounded in size and depth before and while it is read.
import { parse } from 'smol-toml'
import type { Findings } from './findings.ts'

/** The largest lock files have a few MiB. */
const MAX_BYTES = 16 * 1024 * 1024
const MAX_DEPTH = 32
/** a.b.c nests as deep as it has parts, which the parser does not count. */
const LONG_KEY = /^[ \t]*(?:\[{1,2}[ \t]*)?(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){32}/m

/** Undefined, with a problem, where the bytes are no TOML. */
export function readToml(bytes: Buffer, findings: Findings): unknown {
  if (bytes.length > MAX_BYTES) {
    findings.problem(`The lock file is larger than ${MAX_BYTES} bytes.`)
    return undefined
  }
  const text = bytes.toString('utf8')
  try {
    if (LONG_KEY.test(text)) throw new Error('a key of many parts')
    return parse(text, { maxDepth: MAX_DEPTH, integersAsBigInt: 'asNeeded' })
  } catch {
    findings.problem('The lock file is not TOML, or nested too deep.')
    return undefined
  }
}
