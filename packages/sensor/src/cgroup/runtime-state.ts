// Containers whose control group is named like anything else: plain runc and crun take any name, containerd has any number of
// namespaces. Their state directories tell, for as long as the container lives.
// Sources: runc and crun keep `<root>/<id>/`; containerd keeps `io.containerd.runtime.v2.task/<namespace>/<id>/`.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type ContainerOfPath, containerOf, isPlainName } from './container-of.ts'

export type IdentifyContainer = (path: string) => ContainerOfPath | null

/** By the path alone where that is enough, else by the state directories below `runtimeRoot`. */
export function identifyWithState(runtimeRoot: string): IdentifyContainer {
  const has = (...parts: string[]) => existsSync(join(runtimeRoot || '/', ...parts))

  function fromState(names: readonly string[], index: number): Omit<ContainerOfPath, 'containerPath'> | null {
    const name = names[index] as string
    const parent = names[index - 1] as string
    if (!isPlainName(name)) return null
    if (isPlainName(parent) && has('run/containerd/io.containerd.runtime.v2.task', parent, name)) {
      return { containerId: name, runtime: 'containerd' }
    }
    if (has('run/runc', name) || has('run/crun', name)) return { containerId: name, runtime: 'runc' }
    return null
  }

  return (path) => {
    const byPath = containerOf(path)
    if (byPath !== null || path === '/' || path === '') return byPath
    const names = path.split('/')
    for (let index = names.length - 1; index > 0; index--) {
      const found = fromState(names, index)
      if (found !== null) return { ...found, containerPath: names.slice(0, index + 1).join('/') }
    }
    return null
  }
}
