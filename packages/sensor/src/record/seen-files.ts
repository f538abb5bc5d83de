// Which file a name led to when it was last opened: calls that take a name say no inode. Direct-mapped, so that memory is
// bounded and nothing is ever cleaned up.
import type { FileLayer } from '@yagura/schema'

const SLOTS = 16_384

export interface SeenFile {
  readonly inode: string
  readonly device: number
  readonly layer: FileLayer
}

export interface SeenFiles {
  saw(cgroupId: string, path: string, file: SeenFile): void
  find(cgroupId: string, path: string): SeenFile
}

const UNKNOWN: SeenFile = { inode: '0', device: 0, layer: 'unknown' }

export function createSeenFiles(slots: number = SLOTS): SeenFiles {
  const paths: string[] = new Array(slots).fill('')
  const groups: string[] = new Array(slots).fill('')
  const files: SeenFile[] = new Array(slots).fill(UNKNOWN)

  function slotOf(cgroupId: string, path: string): number {
    let hash = cgroupId.length
    for (let index = Math.max(0, path.length - 24); index < path.length; index++) {
      hash = (Math.imul(hash, 31) + path.charCodeAt(index)) | 0
    }
    return (hash ^ (hash >>> 15)) & (slots - 1)
  }

  return {
    saw(cgroupId, path, file) {
      const slot = slotOf(cgroupId, path)
      paths[slot] = path
      groups[slot] = cgroupId
      files[slot] = file
    },
    find(cgroupId, path) {
      const slot = slotOf(cgroupId, path)
      return paths[slot] === path && groups[slot] === cgroupId ? (files[slot] as SeenFile) : UNKNOWN
    },
  }
}
