// Which containers are spoken of: those whose control group lies below a path. Without a path, everything.
import type { Detection } from '@yagura/detect'
import type { LiveContainer } from '@yagura/sensor'

export interface Scope {
  contains(container: LiveContainer): boolean
  has(detection: Detection): boolean
}

const CONTAINERS_MAX = 20_000

/** `live` are the containers that the sensor sees now; it is asked where one is spoken of for the first time. */
export function createScope(path: string | null, live: () => readonly LiveContainer[]): Scope {
  const root = path === null ? null : path.replace(/\/+$/, '')
  const known = new Map<string, boolean>()

  function contains({ path }: LiveContainer): boolean {
    return root === null || `${path}/`.includes(`${root}/`)
  }

  /** What happens outside of every container is not in the scope; of one that ended unseen nobody knows, and it is told. */
  function isInside(containerId: string | null | undefined): boolean {
    if (containerId === null || containerId === undefined) return false
    const found = known.get(containerId)
    if (found !== undefined) return found
    if (known.size > CONTAINERS_MAX) known.clear()
    for (const container of live()) known.set(container.containerId, contains(container))
    return known.get(containerId) ?? true
  }

  return {
    contains,
    has(detection) {
      if (root === null) return true
      if (detection.kind === 'signal') return isInside(detection.signal.process?.containerId)
      if (detection.kind === 'finding') return isInside(detection.finding.process?.containerId)
      return detection.incident.containerIds.some(isInside)
    },
  }
}
