// Databases, web servers and queues that run here, in containers or not.
import { readdirSync } from 'node:fs'
import { checkMiddleware, discoverMiddleware, processFacts } from '@yagura/compliance'
import type { CheckResult } from '@yagura/schema'
import { recordsOf } from './records.ts'
import type { Target } from './target.ts'

export const middleware: Target = async ({ clock, expected, profile }) => {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => processFacts(Number(pid)) ?? [])
  const instances = discoverMiddleware(processes)
  if (instances.length === 0) return { isAbsent: true, results: [], problems: [] }
  const { checks, problems } = recordsOf('middleware', profile)
  const results: CheckResult[] = []
  for (const instance of instances) results.push(...(await checkMiddleware(instance, { checks, clock, expected })))
  return { results, problems }
}
