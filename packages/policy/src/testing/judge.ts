// For tests: policies and resources as YAML, verdicts as short lines.
import { parseAllDocuments } from 'yaml'
import { evaluate } from '../evaluate.ts'
import type { PolicyResult } from '../result.ts'

export function documents(text: string): unknown[] {
  return [parseAllDocuments(text)].flat().map((document) => document.toJS())
}

export function results(policies: string, resources: string): PolicyResult[] {
  return evaluate(documents(policies), documents(resources), { nowMs: () => Date.UTC(2026, 0, 1) })
}

/** `resource verdict`, one each. */
export function verdicts(policies: string, resources: string): string[] {
  return results(policies, resources).map(({ resource, verdict }) => `${resource} ${verdict}`)
}

export function pod(name: string, extra = '', spec = ''): string {
  return `
apiVersion: v1
kind: Pod
metadata: { name: ${name}${extra} }
spec:
  containers: [{ name: main, image: nginx }]
  ${spec}
---
`
}
