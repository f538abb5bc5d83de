// Databases, web servers and queues: those that run here or on the node whose root is given, in containers or not; and in a root where
// nothing runs, such as an unpacked image, those that are installed.
import { readdirSync } from 'node:fs'
import {
  allProcesses,
  checkMiddleware,
  discoverMiddleware,
  installedMiddleware,
  type MiddlewareInstance,
  openContainerNames,
  readCredentials,
} from '@yagura/compliance'
import type { CheckResult } from '@yagura/schema'
import { recordsOf } from './records.ts'
import type { Target, TargetRequest } from './target.ts'

export const middleware: Target = async (request) => {
  const { clock, expected, profile, probe, credentials } = request
  const instances = find(request)
  if (instances.length === 0) return { isAbsent: true, results: [], problems: [] }
  const credentialsOf = credentials === undefined ? undefined : await readCredentials(credentials)
  const { checks, problems } = recordsOf('middleware', profile)
  const results: CheckResult[] = []
  for (const instance of instances)
    results.push(
      ...(await checkMiddleware(instance, {
        checks,
        clock,
        expected,
        probe: probe && instance.process.pid > 0 ? 'own' : undefined,
        credentials: credentialsOf?.(instance),
      })),
    )
  return { results, problems }
}

function find({ root, procRoot }: TargetRequest): MiddlewareInstance[] {
  if (!hasProcesses(procRoot)) return installedMiddleware(root)
  const names = openContainerNames(root, procRoot)
  try {
    return discoverMiddleware(allProcesses(names.of, procRoot))
  } finally {
    names.close()
  }
}

function hasProcesses(procRoot: string): boolean {
  try {
    return readdirSync(procRoot).some((name) => /^\d+$/.test(name))
  } catch {
    return false
  }
}
