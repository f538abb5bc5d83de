// What the kernel refused, as an event: an attempt that a policy ended is a step of the same story as those that went through.
import type { EventOf } from '@yagura/schema'
import type { VerdictNotice } from '@yagura/sensor'

/** Refused programs and connections have events of their own already, with what they tried. */
const TOLD_OTHERWISE: readonly VerdictNotice['kind'][] = ['deny-exec', 'deny-connect', 'quarantine', 'doomed']
const EPERM = -1

export function refusalEvent(notice: VerdictNotice, id: string): EventOf<'call'> | undefined {
  if (notice.containerId === null || TOLD_OTHERWISE.includes(notice.kind)) return undefined
  const { at, pid, startNs, exe, cgroupId, containerId } = notice
  return {
    type: 'call',
    id,
    at,
    source: 'ebpf',
    pid,
    tid: pid,
    parentPid: 0,
    startNs,
    uid: 0,
    gid: 0,
    command: exe.slice(exe.lastIndexOf('/') + 1).slice(0, 15),
    exe,
    cgroupId,
    containerId,
    ancestry: [],
    call: `refused:${notice.kind}`,
    compat: false,
    numbers: [],
    detail: notice.object,
    result: EPERM,
  }
}
