// Which containers are spoken of: those whose control group lies below a path. Without a path, everything.
import type { Detection } from '@yagura/detect'
import type { LiveContainer } from '@yagura/sensor'

export interface Scope {
  contains(container: LiveContainer): boolean
  learn(containers: readonly LiveContainer[]): void
  has(detection: Detection): boolean
}

const CONTAINERS_MAX = 20_000

export function createScope(path: string | null): Scope {
  const root = path === null ? null : path.replace(/\/+$/, '')
  const outside = new Set<string>()

  function contains({ path }: LiveContainer): boolean {
    return root === null || `${path}/`.includes(`${root}/`)
  }

  function isOutside(containerId: string | null | undefined): boolean {
    return containerId !== null && containerId !== undefined && outside.has(containerId)
  }

  return {
    contains,
    learn(containers) {
      if (root === null) return
      if (outside.size > CONTAINERS_MAX) outside.clear()
      for (const container of containers) {
        if (!contains(container)) outside.add(container.containerId)
      }
    },
    has(detection) {
      if (root === null) return true
      if (detection.kind === 'signal') return isOf(detection.signal.process?.containerId)
      if (detection.kind === 'finding') return isOf(detection.finding.process?.containerId)
      return detection.incident.containerIds.some((id) => !isOutside(id))
    },
  }

  /** What happens outside of every container is not in the scope. */
  function isOf(containerId: string | null | undefined): boolean {
    return containerId !== null && containerId !== undefined && !isOutside(containerId)
  }
}
