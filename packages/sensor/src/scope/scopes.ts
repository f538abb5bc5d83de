// Tells the kernel half which control groups are containers, so that it knows from whom everything is wanted.
import { structLayout } from '@yagura/schema/kernel-record'
import type { CgroupObserver } from '../cgroup/resolver.ts'
import type { SensorSettings } from '../hook/settings.ts'
import type { Libbpf } from '../native/libbpf.ts'

const { at: KEY, sizeBytes: KEY_BYTES } = structLayout('scopeKey')
const { at: SCOPE, sizeBytes: SCOPE_BYTES } = structLayout('scope')

/** Services with mount points of their own are no containers. */
const SERVICE = /\.(service|socket|mount|swap|timer)$/

export interface Scopes {
  readonly changed: CgroupObserver
  /** Slot of the image for sequences of calls; kept until the group is gone. */
  setImage(hierarchy: number, id: number, image: number): void
}

export function scopeKeyBytes(hierarchy: number, id: number): Uint8Array {
  const bytes = new Uint8Array(KEY_BYTES)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(KEY.id, BigInt(id), true)
  view.setUint32(KEY.hierarchy, hierarchy, true)
  return bytes
}

export function createScopes(bpf: Libbpf, fd: number, settings: SensorSettings, watched: readonly string[]): Scopes {
  const value = new Uint8Array(SCOPE_BYTES)
  const view = new DataView(value.buffer)

  function write(hierarchy: number, id: number, types: bigint, image: number): void {
    view.setBigUint64(SCOPE.types, types, true)
    view.setUint32(SCOPE.image, image, true)
    bpf.update(fd, scopeKeyBytes(hierarchy, id), value)
  }

  return {
    changed(hierarchy, id, entry) {
      if (entry === undefined) {
        bpf.remove(fd, scopeKeyBytes(hierarchy, id))
        return
      }
      const isWatched = watched.some((path) => entry.path === path || entry.path.startsWith(`${path}/`))
      if (entry.containerId !== null || isWatched) write(hierarchy, id, settings.containerTypes, 0)
      else if (SERVICE.test(entry.path)) write(hierarchy, id, settings.hostTypes, 0)
    },
    setImage(hierarchy, id, image) {
      const key = scopeKeyBytes(hierarchy, id)
      if (!bpf.lookup(fd, key, value)) return
      write(hierarchy, id, view.getBigUint64(SCOPE.types, true), image)
    },
  }
}
