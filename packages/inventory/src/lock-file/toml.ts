// TOML lock files (toml.io/en/v1.0.0). Bounded in size and depth before and while it is read.
import { parse } from 'smol-toml'
import type { Findings } from './findings.ts'

/** The largest lock files have a few MiB. */
const MAX_BYTES = 16 * 1024 * 1024
const MAX_DEPTH = 32

/** Undefined, with a problem, where the bytes are no TOML. */
export function readToml(bytes: Buffer, findings: Findings): unknown {
  if (bytes.length > MAX_BYTES) {
    findings.problem(`The lock file is larger than ${MAX_BYTES} bytes.`)
    return undefined
  }
  try {
    return parse(bytes.toString('utf8'), { maxDepth: MAX_DEPTH, integersAsBigInt: 'asNeeded' })
  } catch {
    findings.problem('The lock file is not TOML, or nested too deep.')
    return undefined
  }
}
