// The numbers that user space may change while the kernel half runs.
import { structLayout } from '@yagura/schema/kernel-record'
import type { Libbpf } from '../native/libbpf.ts'

const { at: AT, sizeBytes } = structLayout('control')
const KEY = new Uint8Array(4)

export interface ControlValues {
  readonly ownPid: number
  readonly verdictScopes: number
  readonly generation: number
  readonly connectsReady: number
}

export interface Control {
  /** When a sensor last read the rings before this one, CLOCK_BOOTTIME in nanoseconds; 0 when none did. */
  readonly polledNs: number
  polled(nowNs: number): void
  set(values: Partial<ControlValues>): void
  /** True when somebody else wrote into it; it is put right. */
  restore(): boolean
}

export function createControl(bpf: Libbpf, fd: number): Control {
  const bytes = new Uint8Array(sizeBytes)
  const view = new DataView(bytes.buffer)
  bpf.lookup(fd, KEY, bytes)
  const polledNs = Number(view.getBigUint64(AT.polledNs, true))
  return {
    polledNs,
    polled(nowNs) {
      view.setBigUint64(AT.polledNs, BigInt(Math.floor(nowNs)), true)
      bpf.update(fd, KEY, bytes)
    },
    set(values) {
      for (const [name, value] of Object.entries(values)) view.setUint32(AT[name as keyof ControlValues], value, true)
      bpf.update(fd, KEY, bytes)
    },
    restore() {
      const now = new Uint8Array(sizeBytes)
      if (bpf.lookup(fd, KEY, now) && Buffer.compare(now, bytes) === 0) return false
      bpf.update(fd, KEY, bytes)
      return true
    },
  }
}
