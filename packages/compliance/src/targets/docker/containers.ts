// Containers as an engine set them up, against the records of content/checks/docker/containers.yaml. The same checks hold for what the
// inventory knows of containers of any engine, and for what Docker's own state says of its own.
import type { CheckResult, ContainerFacts } from '@yagura/schema'
import { judge } from '../../engine/judge.ts'
import type { Reading, Value } from '../../engine/reading.ts'
import type { CompiledCheck } from '../../engine/record.ts'

export type ContainerSettings = Pick<
  ContainerFacts,
  | 'name'
  | 'user'
  | 'privileged'
  | 'capabilities'
  | 'readOnlyRoot'
  | 'noNewPrivileges'
  | 'seccomp'
  | 'hostNamespaces'
  | 'mounts'
  | 'ports'
> & {
  /** Undefined: whoever described the container does not know. */
  readonly limits?: {
    /** 0: none */
    readonly memoryBytes: number
    readonly pidsLimit: number
    readonly cpus: number
    readonly appArmor: string
    readonly restartPolicy: string
  }
}

export interface CheckContainersOptions {
  readonly checks: readonly CompiledCheck[]
  readonly containers: readonly ContainerSettings[]
  readonly assetKey: string | null
  /** RFC 3339 */
  readonly observedAt: string
  readonly expected?: ReadonlyMap<string, unknown>
}

export async function checkContainers(options: CheckContainersOptions): Promise<CheckResult[]> {
  const { checks, containers, assetKey, observedAt, expected } = options
  const results: CheckResult[] = []
  for (const container of containers) {
    const subject = {
      resource: container.name,
      assetKey,
      observedAt,
      read: (source: string) => reading(container, source.replace(/^container:/, '')),
      unset: { version: null, truths: new Set<string>() },
      variables: { facts: { knowsLimits: container.limits !== undefined, isEngine: false } },
      ...(expected ? { expected } : {}),
    }
    for (const check of checks) if (isOfContainer(check)) results.push(await judge(check, subject))
  }
  return results
}

export function isOfContainer({ check: { rule } }: CompiledCheck): boolean {
  return 'get' in rule && rule.get.every((source) => source.startsWith('container:'))
}

function reading(container: ContainerSettings, key: string): Reading {
  const place = `${container.name}: ${key}`
  const value = settingOf(container, key)
  if (value === undefined) return { kind: 'not-asked', place, reason: 'the engine does not say' }
  return { kind: 'value', source: 'runtime', place, value }
}

function settingOf(container: ContainerSettings, key: string): Value | undefined {
  switch (key) {
    case 'privileged':
    case 'readOnlyRoot':
    case 'noNewPrivileges':
    case 'user':
    case 'capabilities':
    case 'hostNamespaces':
      return container[key]
    case 'seccomp':
      return container.seccomp === 'unknown' ? undefined : container.seccomp
    case 'sources':
      return container.mounts.filter(({ type }) => type === 'bind' || type === '').map(({ source }) => source)
    case 'ports':
      return container.ports.flatMap(({ hostPort, hostAddress }) =>
        hostPort === null ? [] : [`${hostAddress || '0.0.0.0'}:${hostPort}`],
      )
    case 'memoryBytes':
    case 'pidsLimit':
    case 'cpus':
    case 'appArmor':
    case 'restartPolicy':
      return container.limits?.[key]
    default:
      return undefined
  }
}
