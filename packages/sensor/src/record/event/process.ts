// Acts between processes, and changes of who a process is.
import type { EventOf } from '@yagura/schema'
import { recordLayout } from '@yagura/schema/kernel-record'
import type { CallTables } from '../../call/names.ts'
import { type Memory, readU32 } from '../../ring/memory.ts'
import { callName } from '../call-name.ts'
import * as record from '../records.ts'
import type { Own } from './own.ts'

const { at: TARGET } = recordLayout('kill')
const { at: CREDENTIAL } = recordLayout('credential')
const { at: CAPABILITY } = recordLayout('capability')

export function targetFields(memory: Memory, at: number): { signal: number; result: number } {
  return { signal: readU32(memory, at + TARGET.number), result: readU32(memory, at + TARGET.result) | 0 }
}

type Action = EventOf<'trace'>['action']

/** Requests of ptrace; those not named steer the process. Source: include/uapi/linux/ptrace.h. */
const REQUESTS: ReadonlyMap<number, Action> = new Map<number, Action>([
  ...[16, 0x4206].map((request): [number, Action] => [request, 'attach']),
  ...[1, 2, 3, 12, 14, 18, 0x4202, 0x4204].map((request): [number, Action] => [request, 'read']),
  ...[4, 5, 6, 13, 15, 19, 0x4203, 0x4205].map((request): [number, Action] => [request, 'write']),
])

export function traceFields(
  memory: Memory,
  at: number,
  tables: CallTables,
): Pick<EventOf<'trace'>, 'action' | 'call' | 'result'> {
  const call = callName(tables, readU32(memory, at + TARGET.call))
  const number = readU32(memory, at + TARGET.number)
  const result = readU32(memory, at + TARGET.result) | 0
  if (call === 'ptrace') return { action: REQUESTS.get(number) ?? 'control', call, result }
  if (call === 'process_vm_writev') return { action: 'write', call, result }
  if (call === 'process_vm_readv' || call === 'pidfd_getfd') return { action: 'read', call, result }
  // an open of /proc/PID/mem; the number says whether for writing
  return { action: number === 0 ? 'read' : 'write', call: 'proc-mem', result }
}

export function credentialFields(memory: Memory, at: number, tables: CallTables): Own<EventOf<'credential'>> {
  return {
    oldUid: readU32(memory, at + CREDENTIAL.oldUid),
    newUid: readU32(memory, at + CREDENTIAL.newUid),
    oldGid: readU32(memory, at + CREDENTIAL.oldGid),
    newGid: readU32(memory, at + CREDENTIAL.newGid),
    gainedCapabilities: record.textU64(memory, at + CREDENTIAL.gained),
    call: callName(tables, readU32(memory, at + CREDENTIAL.call)),
  }
}

/** By number. Source: include/uapi/linux/capability.h. */
const CAPABILITIES = (
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE ' +
  'NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN ' +
  'SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE ' +
  'MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
).split(' ')

export function capabilityFields(memory: Memory, at: number): Own<EventOf<'capability'>> {
  const number = readU32(memory, at + CAPABILITY.capability)
  return {
    capability: `CAP_${CAPABILITIES[number] ?? number}`,
    allowed: readU32(memory, at + CAPABILITY.allowed) !== 0,
  }
}
