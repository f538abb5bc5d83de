// A program begins: what its file brings along, what stands behind its descriptors, and whether this image does that ordinarily.
import type { EventOf } from '@yagura/schema'
import { ATTENUATED, DECODE, DL, DROP, DROP_EXEC, HANDED_TO_EXEC, NET_IN, SECRET, SHELL } from '../../tags/bits.ts'
import { hashText } from '../../tags/hash.ts'
import { ENVIRONMENT, PACKAGED, TAG_BITS } from '../../tags/marks.ts'
import { DECODED_SHELL, DOWNLOADED_EXEC, DROPPED_HANDLER, WEB_SHELL } from '../behaviour/catalogue.ts'
import { checkShell } from '../behaviour/shell.ts'
import { execEdge, startEdge } from '../edges.ts'
import { folderOf, isEnvironPath, isSecretPath, pathOfArgument } from '../paths.ts'
import { baseName, hasAncestor, type Process } from '../process.ts'
import { isInstallerName, isInterpreter, isShell, readsCommands, scriptRunner } from '../programs.ts'
import { clip, named, sentence } from '../sentence.ts'
import type { EngineState } from '../state.ts'
import { readContent } from './content.ts'

const DECODERS = /^(?:base(?:16|32|64|nc)|uudecode|xxd|openssl|gpg|gunzip|zcat|xzcat|bunzip2|rev|tr)$/
const ARGUMENTS_LOOKED_AT = 16

export function applyExec(state: EngineState, event: EventOf<'exec'>, process: Process, wasStage: boolean): void {
  const { files, links, nowMs } = state
  links.hold(process)
  process.execEdge = execEdge(process)
  process.isExecExpected = state.isExpected(process, process.execEdge)
  state.learn(process, process.execEdge)
  state.learn(process, startEdge(process))
  const bits = files.bits(process.exeInode, process.exeDevice, process.containerId, process.exe)
  process.suspicion = Math.max(process.suspicion, suspicionOf(state, process))
  takeProgram(state, process, bits)
  if (process.isExecExpected && (bits & DROP) === 0) {
    process.suspicion *= 0.5
    process.tags &= ~ATTENUATED
  }
  process.isInstaller = isInstaller(process)
  const name = baseName(process.exe)
  if (DECODERS.test(name)) process.tags |= DECODE
  if (isEnvironmentDump(process)) process.marks |= ENVIRONMENT
  process.lineage.counters.add('exec', hashText(process.exe), nowMs)
  if (wasStage && state.table.isRuntimeStage(process)) return
  const script = takeArguments(state, process)
  if ((bits & DL) !== 0 && (bits & PACKAGED) === 0) seeDownloaded(state, process, event.id, bits)
  else if (script !== undefined && (script.bits & DL) !== 0 && (isShell(process) || isInterpreter(process))) {
    seeDownloaded(state, process, event.id, script.bits, script.path)
  }
  seeRequest(state, process, event.id, script, bits)
  if (isShell(process)) process.tags |= SHELL
  checkShell(state, process, event.id)
  checkDecoded(state, process, event.id)
}

function suspicionOf(state: EngineState, process: Process): number {
  const row = state.files.row(process.exeInode, process.exeDevice, process.containerId, process.exe)
  return row < 0 ? 0 : state.files.table.suspicion(row, state.nowMs)
}

function takeProgram(state: EngineState, process: Process, bits: number): void {
  state.tag(process, bits & HANDED_TO_EXEC & TAG_BITS)
  const wasWritten = process.exeLayer === 'upper' || process.exeLayer === 'tmpfs' || process.exeLayer === 'memory'
  if ((wasWritten || (bits & DROP) !== 0) && (bits & PACKAGED) === 0) state.tag(process, DROP_EXEC | DROP)
  if ((bits & DL) !== 0) state.tag(process, DL, true)
}

function isInstaller(process: Process): boolean {
  if ((process.tags & DROP_EXEC) !== 0) return false
  if (isInstallerName(baseName(process.exe))) return true
  return process.parent?.isInstaller ?? false
}

/** `env` and its like print the environment when they are given nothing to run. */
function isEnvironmentDump(process: Process): boolean {
  const name = baseName(process.exe)
  if (name !== 'env' && name !== 'printenv') return false
  return process.args
    .slice(1)
    .every((argument) => argument.startsWith('-') || (name === 'env' && argument.includes('=')))
}

/** Files named as arguments are read: what they hold comes along. Returns the script of an interpreter. */
function takeArguments(state: EngineState, process: Process): { path: string; bits: number } | undefined {
  const { files, nowMs } = state
  let script: { path: string; bits: number } | undefined
  const isRunner = isShell(process) || isInterpreter(process)
  for (const argument of process.args.slice(1, ARGUMENTS_LOOKED_AT)) {
    const path = pathOfArgument(argument, process.cwd)
    if (path === undefined) continue
    const row = files.row(undefined, undefined, process.containerId, path)
    const bits = row < 0 ? 0 : files.table.tags(row)
    if (isRunner && script === undefined && !argument.startsWith('-')) {
      script = { path, bits }
      if (row >= 0) process.suspicion = Math.max(process.suspicion, 0.8 * files.table.suspicion(row, nowMs))
      state.tag(process, bits & HANDED_TO_EXEC & TAG_BITS)
    } else if (row >= 0) process.suspicion = Math.max(process.suspicion, 0.2 * files.table.suspicion(row, nowMs))
    if (bits !== 0 || isSecretPath(path) || isEnvironPath(path)) readContent(state, process, path, bits)
  }
  return script
}

function seeDownloaded(state: EngineState, process: Process, eventId: string, bits: number, script?: string): void {
  if (process.isInstaller || hasAncestor(process, (one) => scriptRunner(one) !== undefined)) return
  const path = script ?? process.exe
  const program = clip(path)
  state.see({
    rule: DOWNLOADED_EXEC,
    process,
    sentence: sentence(
      `${program} was written by a process that talks to the network, and is run now.`,
      `ネットワークと通信するプロセスが書き込んだ ${program} が実行された。`,
      `由访问网络的进程写入的 ${program} 现在被运行。`,
    ),
    eventIds: [eventId],
    object: hashText(folderOf(path)) ^ (bits & SECRET),
    shown: { kind: 'file', label: program, detail: 'written at run time', edge: 'ran' },
  })
}

/** A server was asked something, and a shell, or a script that somebody put there, runs. */
function seeRequest(
  state: EngineState,
  process: Process,
  eventId: string,
  script: { path: string; bits: number } | undefined,
  bits: number,
): void {
  const { lineage } = process
  const inRequest = lineage.kind === 'request' && (lineage.hardTags & NET_IN) !== 0
  if (!inRequest || process.isExecExpected) return
  const dropped = ((script?.bits ?? 0) | bits) & DROP
  if (dropped !== 0 && (((script?.bits ?? 0) | bits) & PACKAGED) === 0) {
    const path = clip(script !== undefined && (script.bits & DROP) !== 0 ? script.path : process.exe)
    state.see({
      rule: DROPPED_HANDLER,
      process,
      sentence: sentence(
        `A request made the server run ${path}, which was put there at run time.`,
        `リクエストにより、サーバーが実行中に置かれた ${path} を実行した。`,
        `一个请求使服务器运行了运行期间放入的 ${path}。`,
      ),
      eventIds: [eventId],
      object: hashText(path),
      shown: { kind: 'file', label: path, detail: 'put there at run time', edge: 'ran' },
    })
    return
  }
  if (!isShell(process)) return
  state.see({
    rule: WEB_SHELL,
    process,
    sentence: sentence(
      `While a request was served, ${clip(lineage.from?.root.exe ?? 'a server')} started a shell: ${named(process)}`,
      `リクエストの処理中に ${clip(lineage.from?.root.exe ?? 'サーバー')} がシェルを起動した：${named(process)}`,
      `处理请求时，${clip(lineage.from?.root.exe ?? '服务器')} 启动了 shell：${named(process)}`,
    ),
    eventIds: [eventId, process.lineage.root.bornBy].filter((id) => id !== ''),
    object: 0,
  })
}

/** A decoder writes into the pipe that a shell takes its commands from. */
function checkDecoded(state: EngineState, process: Process, eventId: string): void {
  const readers = isShell(process) && readsCommands(process) ? [process] : []
  const output = process.stdio[1]
  if ((process.tags & DECODE) !== 0 && output?.kind === 'pipe') {
    readers.push(
      ...state.links
        .holders(output.id, process)
        .filter((one) => one.stdio[0]?.id === output.id && isShell(one) && readsCommands(one)),
    )
  }
  for (const shell of readers) {
    const input = shell.stdio[0]
    if (input?.kind !== 'pipe') continue
    const decoder = state.links.holders(input.id, shell).find((one) => {
      return one.stdio[1]?.id === input.id && DECODERS.test(baseName(one.exe))
    })
    if (decoder === undefined || shell.isExecExpected) continue
    state.see({
      rule: DECODED_SHELL,
      process: shell,
      sentence: sentence(
        `A shell runs what ${named(decoder)} decodes.`,
        `シェルが ${named(decoder)} の復号結果を実行した。`,
        `shell 正在执行 ${named(decoder)} 的解码结果。`,
      ),
      eventIds: [decoder.bornBy, eventId],
      object: hashText(baseName(decoder.exe)),
      shown: { kind: 'process', label: named(decoder), detail: 'decoder', edge: 'piped' },
    })
  }
}
