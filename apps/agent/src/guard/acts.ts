// Acts against the agent, told from one event: signals to it, reaching into it, detaching its programs, changing its files.
import type { KernelEvent, LocalisedText, ProcessRef } from '@yagura/schema'
import type { Alarm } from './alarm.ts'

export interface OwnSelf {
  readonly pid: number
  /** Who started it: a service manager may end it, and writes its token. */
  readonly parentPid: number
  readonly directory: string
}

/** HUP, INT, QUIT, ABRT, KILL, TERM, STOP: those that end or stop a process that does not expect them. */
const ENDING = [1, 2, 3, 6, 9, 15, 19]
const STOPPING_IN_ORDER = [1, 2, 15]
/** uapi/linux/bpf.h: BPF_PROG_DETACH, BPF_LINK_DETACH. */
const DETACHING = ['9', '34']
const WRITES = 0o3

export function actAgainst(event: KernelEvent, own: OwnSelf): Omit<Alarm, 'atMs'> | undefined {
  if (event.pid === own.pid || event.ancestry.some(({ pid }) => pid === own.pid)) return undefined
  const said = sentenceOf(event, own)
  if (said === undefined) return undefined
  const process: ProcessRef = {
    pid: event.pid,
    startNs: event.startNs,
    exe: event.exe,
    args: [],
    containerId: event.containerId,
  }
  return { ...said, process, eventIds: [event.id], severity: event.containerId === null ? 'high' : 'critical' }
}

function sentenceOf(event: KernelEvent, own: OwnSelf): Pick<Alarm, 'kind' | 'sentence'> | undefined {
  const { exe } = event
  switch (event.type) {
    case 'kill': {
      if (event.targetPid !== own.pid || event.result < 0 || !ENDING.includes(event.signal)) return undefined
      if (isManager(event, own) && STOPPING_IN_ORDER.includes(event.signal)) return undefined
      return attacked({
        en: `${exe} sent signal ${event.signal} to the agent.`,
        ja: `${exe} がエージェントにシグナル ${event.signal} を送りました。`,
        zh: `${exe} 向代理发送了信号 ${event.signal}。`,
      })
    }
    case 'trace':
      if (event.targetPid !== own.pid || event.result < 0 || event.action === 'read') return undefined
      return attacked({
        en: `${exe} reached into the memory of the agent (${event.call}).`,
        ja: `${exe} がエージェントのメモリに介入しました(${event.call})。`,
        zh: `${exe} 侵入了代理的内存(${event.call})。`,
      })
    case 'call':
      if (event.call !== 'bpf' || event.result < 0 || !DETACHING.includes(String(event.numbers[0]))) return undefined
      // programs of the host manage their own; what is ours and gone on a host shows in what the sensor sees
      if (event.containerId === null) return undefined
      return attacked({
        en: `${exe} detached BPF programs from within a container.`,
        ja: `${exe} がコンテナ内から BPF プログラムを切り離しました。`,
        zh: `${exe} 从容器内分离了 BPF 程序。`,
      })
    default:
      return changesOf(event, own)
  }
}

function changesOf(event: KernelEvent, own: OwnSelf): Pick<Alarm, 'kind' | 'sentence'> | undefined {
  const isChange =
    event.type === 'unlink' ||
    event.type === 'rename' ||
    event.type === 'chmod' ||
    event.type === 'chown' ||
    (event.type === 'open' && (event.flags & WRITES) !== 0)
  if (!isChange || event.containerId !== null || isManager(event, own)) return undefined
  if ('result' in event && event.result < 0) return undefined
  if (!isBelow(event.path, own.directory)) return undefined
  return {
    kind: 'agent-files',
    sentence: {
      en: `${event.exe} changed ${event.path}, which is the agent's own.`,
      ja: `${event.exe} がエージェントのファイル ${event.path} を変更しました。`,
      zh: `${event.exe} 更改了代理自己的文件 ${event.path}。`,
    },
  }
}

function attacked(sentence: LocalisedText): Pick<Alarm, 'kind' | 'sentence'> {
  return { kind: 'agent-attacked', sentence }
}

/** The service manager of the host, not of a container: process 1, or who started the agent. */
function isManager({ pid, containerId }: KernelEvent, { parentPid }: OwnSelf): boolean {
  return containerId === null && (pid === 1 || pid === parentPid)
}

function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`)
}
