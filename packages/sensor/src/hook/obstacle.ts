// Why BPF cannot even be tried: told before the kernel refuses with one word.
import { existsSync, readFileSync } from 'node:fs'

/** Capabilities that loading needs, by bit: CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN. Source: capabilities(7). */
const CAP_SYS_ADMIN = 1n << 21n
const CAP_PERFMON_AND_BPF = (1n << 38n) | (1n << 39n)
const KERNEL_BTF = '/sys/kernel/btf/vmlinux'

export interface Surroundings {
  /** Content of /proc/self/status. */
  readonly status: string
  readonly exists: (path: string) => boolean
}

export function ownSurroundings(): Surroundings {
  return { status: readFileSync('/proc/self/status', 'utf8'), exists: existsSync }
}

/** One sentence without its full stop; undefined when nothing stands in the way. */
export function obstacleToBpf(objectPath: string, { status, exists }: Surroundings): string | undefined {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
  const isAllowed = (effective & CAP_SYS_ADMIN) !== 0n || (effective & CAP_PERFMON_AND_BPF) === CAP_PERFMON_AND_BPF
  if (!isAllowed) return 'the agent has neither CAP_BPF with CAP_PERFMON nor root, which the kernel asks for'
  if (!exists(KERNEL_BTF)) return `this kernel has no type information (${KERNEL_BTF}), which the sensor needs`
  if (!exists(objectPath)) return `the BPF object ${objectPath} is missing: it was not compiled`
  return undefined
}
