// For tests: what a runtime reader is given, with a directory standing for the node's root.
import { nodeView } from '../processes/node.ts'
import { readProcessTable } from '../processes/table.ts'
import type { ReadContext } from '../runtimes/runtime.ts'

export const TEST_HOST_KEY = `host:${'0'.repeat(32)}`

export function testContext(root: string): ReadContext {
  return {
    node: nodeView(root),
    processes: readProcessTable(),
    hostKey: TEST_HOST_KEY,
    observedAt: '2026-01-02T03:04:05.000Z',
    signal: new AbortController().signal,
  }
}
