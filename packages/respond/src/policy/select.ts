// Whether a selector means a container.
import type { ContainerIdentity } from '@yagura/detect'
import { compileGlob } from '@yagura/lang'
import type { Selector } from './policy.ts'

export type Selects = (container: ContainerIdentity) => boolean

export function compileSelector(selector: Selector): Selects {
  const images = globs(selector.images)
  const containers = globs(selector.containers)
  const namespaces = globs(selector.namespaces)
  const labels = Object.entries(selector.labels ?? {}).map(([name, glob]) => [name, compileGlob(glob)] as const)
  return (container) =>
    images(container.imageName) &&
    containers(container.name) &&
    namespaces(container.pod?.namespace ?? null) &&
    labels.every(([name, fits]) => {
      const value = container.labels[name]
      return value !== undefined && fits(value)
    })
}

/** Without patterns everything fits; with them, what has no value does not. */
function globs(patterns: readonly string[] | undefined): (value: string | null) => boolean {
  if (patterns === undefined) return () => true
  const compiled = patterns.map(compileGlob)
  return (value) => value !== null && compiled.some((fits) => fits(value))
}
