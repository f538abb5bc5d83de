// The agent guards itself: who reaches for it, its files, its disk, its sight, and whether its last run was ended by force.
// What cannot be told by an agent that is dead is told by the server (its silence) and by the next start.
import { readFileSync, rmSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Detection } from '@yagura/detect'
import { type Clock, newId } from '@yagura/kernel'
import { type CoverageGapReport, incidentReport, type KernelEvent, type LocalisedText } from '@yagura/schema'
import { z } from 'zod'
import { readSmallFile, writeFileAtomically } from '../files/atomic.ts'
import { actAgainst } from './acts.ts'
import { type AlarmKind, createAlarms } from './alarm.ts'

export interface SelfGuardOptions {
  readonly hostKey: string
  readonly clock: Clock
  /** The agent's own data directory. */
  readonly directory: string
  /** Undefined where the sensor does not see every process that begins. */
  readonly eventsRead: (() => number) | undefined
  /** The disk does not take what is to be kept, however much is free: a quota, a limit, read-only. */
  readonly isUnwritable?: () => boolean
  /** What others took away from the sensor, by name. */
  readonly tampered?: () => readonly string[]
  readonly pid?: number
  readonly parentPid?: number
  /** For tests: what the machine says. */
  readonly machine?: Partial<Machine>
}

export interface Machine {
  readonly bootId: () => string
  /** Processes and threads begun since the machine started. */
  readonly forks: () => number
  readonly freeBytes: (directory: string) => number
}

export interface SelfGuard {
  /** That the last run was ended by force; to be told once. */
  readonly atStart: readonly Detection[]
  receive(event: KernelEvent): readonly Detection[]
  /** Looks at disk, directory and what the sensor has in the kernel; call it every ten seconds or so. */
  look(): readonly Detection[]
  /** Whether the sensor still sees; call it every minute. The gap closes when it does again. */
  lookAtSight(): { readonly told: readonly Detection[]; readonly gaps: readonly CoverageGapReport[] }
  /** The end is in good order. */
  end(): void
}

/** An incident must still find room on the disk that it tells about. */
const RESERVE_BYTES = 64 * 2 ** 20
/** A machine on which so many processes began has shown some of them to a sensor that works. */
const FORKS_MIN = 100
const FILE_BYTES_MAX = 1 << 20

const book = z.object({ bootId: z.string(), ended: incidentReport.nullable() })

export function openSelfGuard(options: SelfGuardOptions): SelfGuard {
  const { clock, directory, hostKey, eventsRead } = options
  const { bootId, forks, freeBytes } = { ...thisMachine, ...options.machine }
  const own = { pid: options.pid ?? process.pid, parentPid: options.parentPid ?? process.ppid, directory }
  const path = join(directory, 'running.json')
  const last = readBook(path)
  const alarms = createAlarms({
    hostKey,
    newId: () => newId(clock.nowMs()),
    ...(last?.ended ? { earlier: [['agent-ended', last.ended]] as const } : {}),
  })
  const inode = statSync(directory).ino
  let isFull = false
  let isBlind = false
  let isGone = false
  let missing: ReadonlySet<string> = new Set()
  let seen = { events: eventsRead?.() ?? 0, forks: forks() }

  function raise(kind: AlarmKind, sentence: LocalisedText): Detection[] {
    return alarms.raise({ kind, sentence, atMs: clock.nowMs(), severity: 'high', process: null, eventIds: [] })
  }
  // a machine that lost its power has another boot
  const wasForced = last !== undefined && last.bootId === bootId()
  const atStart = wasForced
    ? raise('agent-ended', {
        en: 'The run of the agent before this one ended without an end: it was killed, or it crashed. It has been started again.',
        ja: '前回のエージェントは終了処理なしに終わりました(強制終了または異常終了)。再び起動しています。',
        zh: '代理的上一次运行未正常结束(被强制终止或崩溃),现已重新启动。',
      })
    : []
  write()

  function write(): void {
    const ended = alarms.incidentOf('agent-ended') ?? null
    try {
      writeFileAtomically(path, JSON.stringify({ bootId: bootId(), ended }))
    } catch {
      // a full disk is told of by itself
    }
  }

  function lookAtDirectory(): readonly Detection[] {
    const now = statSync(directory, { throwIfNoEntry: false })
    const wasGone = isGone
    isGone = now?.ino !== inode
    if (!isGone || wasGone) return []
    return raise('agent-files', {
      en: `The data directory of the agent was removed or replaced: ${directory}.`,
      ja: `エージェントのデータディレクトリが削除または置換されました: ${directory}`,
      zh: `代理的数据目录被删除或替换:${directory}`,
    })
  }

  function lookAtDisk(): readonly Detection[] {
    const wasFull = isFull
    const isUnwritable = options.isUnwritable?.() === true
    isFull = !isGone && (isUnwritable || freeBytes(directory) < RESERVE_BYTES)
    if (!isFull || wasFull) return []
    if (isUnwritable) {
      return raise('agent-disk', {
        en: `The disk does not take what the agent is to keep (${directory}): it waits in memory and would be lost with the agent.`,
        ja: `ディスクがエージェントのデータを受け付けません(${directory})。データはメモリーにあり、エージェントが終わると失われます。`,
        zh: `磁盘不再接受代理要保存的数据(${directory}):数据暂存在内存中,代理一旦结束就会丢失。`,
      })
    }
    return raise('agent-disk', {
      en: `The disk that holds the agent's data has less than ${RESERVE_BYTES / 2 ** 20} MiB left: soon nothing more can be kept.`,
      ja: `エージェントのデータがあるディスクの空きが ${RESERVE_BYTES / 2 ** 20} MiB を下回りました。まもなく何も保存できなくなります。`,
      zh: `存放代理数据的磁盘剩余不足 ${RESERVE_BYTES / 2 ** 20} MiB:很快将无法保存任何内容。`,
    })
  }

  function lookAtKernel(): readonly Detection[] {
    const names = options.tampered?.() ?? []
    const fresh = names.filter((name) => !missing.has(name))
    missing = new Set(names)
    if (fresh.length === 0) return []
    const list = fresh.join(', ')
    return raise('agent-blinded', {
      en: `Parts of the sensor in the kernel were detached or changed by others: ${list}.`,
      ja: `カーネル内のセンサーの一部が、他者によって切り離されるか書き換えられました: ${list}`,
      zh: `内核中的传感器组件被他人分离或更改:${list}`,
    })
  }

  return {
    atStart,
    receive(event) {
      const act = actAgainst(event, own)
      return act === undefined ? [] : alarms.raise({ ...act, atMs: clock.nowMs() })
    },
    look: () => [...lookAtDirectory(), ...lookAtDisk(), ...lookAtKernel()],
    lookAtSight() {
      if (eventsRead === undefined) return { told: [], gaps: [] }
      const now = { events: eventsRead(), forks: forks() }
      const begun = now.forks - seen.forks
      if (now.events === seen.events && begun < FORKS_MIN) return { told: [], gaps: [] }
      const wasBlind = isBlind
      isBlind = now.events === seen.events
      seen = now
      if (isBlind === wasBlind) return { told: [], gaps: [] }
      const gap: CoverageGapReport = {
        code: 'SENSOR_UNAVAILABLE',
        scope: hostKey,
        subject: 'sight',
        reason: `${begun} processes and threads began, and the sensor saw nothing: its programs were detached or switched off.`,
        remedy: 'Find out who did it, then restart the agent.',
        count: 1,
        observedAt: new Date(clock.nowMs()).toISOString(),
        resolved: !isBlind,
      }
      const told = isBlind
        ? raise('agent-blinded', {
            en: `${begun} processes and threads began on the node, and the sensor saw none of them.`,
            ja: `ノードで ${begun} 個のプロセスやスレッドが始まりましたが、センサーは何も検知していません。`,
            zh: `节点上启动了 ${begun} 个进程或线程,但传感器一个也没有看到。`,
          })
        : []
      return { told, gaps: [gap] }
    },
    end: () => rmSync(path, { force: true }),
  }
}

function readBook(path: string): z.infer<typeof book> | undefined {
  const text = readSmallFile(path, FILE_BYTES_MAX)
  if (text === undefined) return undefined
  try {
    return book.parse(JSON.parse(text))
  } catch {
    // torn or another version's: it says that there was a run, not when
    return undefined
  }
}

const thisMachine: Machine = {
  bootId: () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
  // proc_stat(5): forks since boot
  forks: () => Number(/^processes (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? 0),
  freeBytes(directory) {
    const { bavail, bsize } = statfsSync(directory)
    return bavail * bsize
  },
}
