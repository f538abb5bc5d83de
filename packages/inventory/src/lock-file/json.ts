// JSON lock files. Size, depth and keys are guarded by the one reader of foreign JSON.
import type { Limits } from '@yagura/kernel'
import { parseJson } from '@yagura/safe-io'
import type { Findings } from './findings.ts'

/** Undefined, with a problem, where the bytes are no JSON. */
export function readJson(bytes: Buffer, limits: Limits, findings: Findings): unknown {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  const document = parseJson(bytes.subarray(start), limits, 'The lock file')
  if (document.ok) return document.value
  findings.problem(document.error.message)
  return undefined
}
