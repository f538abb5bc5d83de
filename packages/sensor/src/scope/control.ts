// The numbers that user space may change while the kernel half runs.
import { structLayout } from '@yagura/schema/kernel-record'
import type { Libbpf } from '../native/libbpf.ts'

const { at: AT, sizeBytes } = structLayout('control')
const KEY = new Uint8Array(4)

export interface ControlValues {
  readonly ownPid: number
  /** SEQUENCES_* */
  readonly sequences: number
  readonly verdictScopes: number
}

export interface Control {
  set(values: Partial<ControlValues>): void
}

export function createControl(bpf: Libbpf, fd: number): Control {
  const bytes = new Uint8Array(sizeBytes)
  const view = new DataView(bytes.buffer)
  bpf.lookup(fd, KEY, bytes)
  return {
    set(values) {
      for (const [name, value] of Object.entries(values)) view.setUint32(AT[name as keyof ControlValues], value, true)
      bpf.update(fd, KEY, bytes)
    },
  }
}
