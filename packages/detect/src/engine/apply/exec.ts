// A program begins: what its file brings along, what stands behind its descriptors, and whether this image does that ordinarily.
import type { EventOf } from '@yagura/schema'
import { argumentShape } from '../../baseline/shape.ts'
import { ATTENUATED, DECODE, DL, DROP, DROP_EXEC, HANDED_TO_EXEC, NET_IN, SECRET, SHELL } from '../../tags/bits.ts'
import { hashText } from '../../tags/hash.ts'
import { ENVIRONMENT, PACKAGED, TAG_BITS } from '../../tags/marks.ts'
import { baseName, hasAncestor, type Process, programOf } from '../actor.ts'
import {
  DECODED_SHELL,
  DOWNLOADED_EXEC,
  DROPPED_HANDLER,
  LEFT_CONTAINER,
  START_FETCHES,
  WEB_SHELL,
} from '../behaviour/catalogue.ts'
import { checkFetched, checkOrders, checkShell } from '../behaviour/shell.ts'
import { actOf, EXEC_OBJECT, execEdge, habitEdge, SCRIPT_HABIT, WRITTEN_LAYERS } from '../edges.ts'
import { factsOf, folderOf, pathOfArgument } from '../paths.ts'
import { isDecoderName, isInterpreter, isShell, readsCommands, roleOf, scriptRunner } from '../programs.ts'
import { clip, named, sentence } from '../sentence.ts'
import type { EngineState } from '../state.ts'
import { readContent } from './content.ts'
import { seeShellDownload } from './file.ts'

const ARGUMENTS_LOOKED_AT = 16

export function applyExec(state: EngineState, event: EventOf<'exec'>, actor: Process, wasStage: boolean): void {
  const { files, links, nowMs } = state
  links.hold(actor)
  actor.shape = argumentShape(actor.args, ownNamesFor(state, actor))
  actor.execEdge = execEdge(actor)
  actor.act = actOf(actor)
  actor.isExecExpected = state.isExpected(actor, actor.execEdge)
  state.learn(actor, actor.execEdge)
  state.learnAct(actor, EXEC_OBJECT)
  if (WRITTEN_LAYERS.includes(actor.exeLayer)) state.learnHabit(actor, habitEdge(actor.exeLayer as 'upper'))
  const bits = files.bits(programOf(actor), actor.containerId)
  actor.suspicion = Math.max(actor.suspicion, suspicionOf(state, actor))
  takeProgram(state, actor, bits)
  if (actor.isExecExpected && (bits & DROP) === 0) {
    actor.suspicion *= 0.5
    actor.tags &= ~ATTENUATED
  }
  actor.isInstaller = isInstaller(actor)
  if (isDecoder(actor)) actor.tags |= DECODE
  if (isEnvironmentDump(actor)) actor.marks |= ENVIRONMENT
  actor.lineage.counters.add('exec', roleOf(actor).program.hash, nowMs)
  if (wasStage && state.table.isRuntimeStage(actor)) return
  const script = takeArguments(state, actor)
  // what packages bring along runs scripts, whichever of them were seen
  if (actor.isInstaller || (script !== undefined && (script.bits & (DROP | PACKAGED)) !== 0)) {
    state.learnHabit(actor, habitEdge(SCRIPT_HABIT))
  }
  if (script !== undefined && (script.bits & DL) !== 0 && isRunner(actor)) state.tag(actor, DL, true)
  if ((bits & DL) !== 0 && (bits & PACKAGED) === 0) seeDownloaded(state, actor, event.id, bits)
  else if (script !== undefined && (script.bits & DL) !== 0 && isRunner(actor)) {
    seeDownloaded(state, actor, event.id, script.bits, script.path)
  }
  seeOutside(state, actor, event.id)
  seeRequest(state, actor, event.id, script, bits)
  if (isShell(actor)) actor.tags |= SHELL
  checkShell(state, actor, event.id)
  checkFetched(state, actor, event.id)
  checkOrders(state, actor, event.id)
  checkDecoded(state, actor, event.id)
  // redirections were made before the program began: its output file was opened first, perhaps
  if (actor.stdio[1]?.kind === 'file' && actor.stdio[0]?.kind === 'socket') {
    seeShellDownload(state, actor, 'a file', event.id)
  }
}

/** Before the runtime has answered a container is known by its id. */
function ownNamesFor(state: EngineState, { containerId }: Process): readonly string[] {
  if (containerId === null) return []
  const { identity, ownNames } = state.stateOf(containerId)
  return identity === null ? [containerId, containerId.slice(0, 12)] : ownNames
}

function isRunner(actor: Process): boolean {
  return isShell(actor) || isInterpreter(actor)
}

function suspicionOf(state: EngineState, actor: Process): number {
  const row = state.files.row(programOf(actor), actor.containerId)
  return row < 0 ? 0 : state.files.table.suspicion(row, state.nowMs)
}

function takeProgram(state: EngineState, actor: Process, bits: number): void {
  state.tag(actor, bits & HANDED_TO_EXEC & TAG_BITS)
  const wasWritten = actor.exeLayer === 'upper' || actor.exeLayer === 'tmpfs' || actor.exeLayer === 'memory'
  if ((wasWritten || (bits & DROP) !== 0) && (bits & PACKAGED) === 0) state.tag(actor, DROP_EXEC | DROP)
  if ((bits & DL) !== 0) state.tag(actor, DL, true)
}

function isInstaller(actor: Process): boolean {
  if ((actor.tags & DROP_EXEC) !== 0) return false
  if (roleOf(actor).program.isInstaller) return true
  return actor.parent?.isInstaller ?? false
}

/** `env` and its like print the environment when they are given nothing to run. */
function isEnvironmentDump(actor: Process): boolean {
  const { name } = roleOf(actor).program
  if (name !== 'env' && name !== 'printenv') return false
  return actor.args.slice(1).every((argument) => argument.startsWith('-') || (name === 'env' && argument.includes('=')))
}

/** Files named as arguments are read: what they hold comes along. Returns the script of an interpreter. */
function takeArguments(state: EngineState, actor: Process): { path: string; bits: number } | undefined {
  const { files, nowMs } = state
  let script: { path: string; bits: number } | undefined
  const runs = isRunner(actor)
  for (const argument of actor.args.slice(1, ARGUMENTS_LOOKED_AT)) {
    const path = pathOfArgument(argument, actor.cwd)
    if (path === undefined) continue
    const row = files.row({ path }, actor.containerId)
    const bits = row < 0 ? 0 : files.table.tags(row)
    if (runs && script === undefined && !argument.startsWith('-')) {
      script = { path, bits }
      if (row >= 0) actor.suspicion = Math.max(actor.suspicion, 0.8 * files.table.suspicion(row, nowMs))
      state.tag(actor, bits & HANDED_TO_EXEC & TAG_BITS)
    } else if (row >= 0) actor.suspicion = Math.max(actor.suspicion, 0.2 * files.table.suspicion(row, nowMs))
    const facts = factsOf(path)
    if (bits !== 0 || facts.isSecret || facts.isEnviron) readContent(state, actor, path, bits)
  }
  return script
}

function seeDownloaded(state: EngineState, actor: Process, eventId: string, bits: number, script?: string): void {
  if (actor.isInstaller || hasAncestor(actor, (one) => scriptRunner(one) !== undefined)) return
  const path = script ?? actor.exe
  const program = clip(path)
  state.see({
    rule: DOWNLOADED_EXEC,
    actor,
    sentence: sentence(
      `${program} was written by a process that talks to the network, and is run now.`,
      `ネットワークと通信するプロセスが書き込んだ ${program} が実行された。`,
      `由访问网络的进程写入的 ${program} 现在被运行。`,
    ),
    eventIds: [eventId],
    object: hashText(folderOf(path)) ^ (bits & SECRET),
    shown: { kind: 'file', label: program, detail: 'written at run time', edge: 'ran' },
  })
  // nobody came in: the image does this by itself
  if (actor.lineage.kind === 'init') {
    state.see({
      rule: START_FETCHES,
      actor,
      sentence: sentence(
        `The container's own processes fetched ${program} and run it.`,
        `コンテナー自身のプロセスが ${program} を取得して実行した。`,
        `容器自身的进程获取并运行了 ${program}。`,
      ),
      eventIds: [eventId],
      object: hashText(folderOf(path)),
      shown: { kind: 'file', label: program, detail: 'fetched at run time', edge: 'ran' },
    })
  }
}

/** The container has files of its own, and this program was started among those of the node. */
function seeOutside(state: EngineState, actor: Process, eventId: string): void {
  if (!state.table.isOutside(actor)) return
  state.see({
    rule: LEFT_CONTAINER,
    actor,
    sentence: sentence(
      `${named(actor)}, started from inside of the container, runs among the files of the node.`,
      `コンテナー内から起動された ${named(actor)} がノード自身のファイルの中で動いている。`,
      `从容器内启动的 ${named(actor)} 正在节点自身的文件系统中运行。`,
    ),
    eventIds: [eventId],
    object: 0,
  })
}

/** A server was asked something, and a shell, or a script that somebody put there, runs. */
function seeRequest(
  state: EngineState,
  actor: Process,
  eventId: string,
  script: { path: string; bits: number } | undefined,
  bits: number,
): void {
  const { lineage } = actor
  const inRequest = lineage.kind === 'request' && (lineage.hardTags & NET_IN) !== 0
  if (!inRequest || actor.isExecExpected) return
  const dropped = ((script?.bits ?? 0) | bits) & DROP
  if (dropped !== 0 && (((script?.bits ?? 0) | bits) & PACKAGED) === 0) {
    const path = clip(script !== undefined && (script.bits & DROP) !== 0 ? script.path : actor.exe)
    state.see({
      rule: DROPPED_HANDLER,
      actor,
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
  // a script that lies in the image is the server's own; what somebody typed comes by -c or standard input
  if (!isShell(actor) || (script !== undefined && !actor.args.some((argument) => /^-[a-z]*[cs]/.test(argument)))) return
  const runs = state.stateOf(actor.containerId).profile?.runs ?? 0
  if (runs < KNOWN_RUNS && isPlainCommand(actor)) return
  const server = clip(actor.parent?.exe ?? '')
  state.see({
    rule: WEB_SHELL,
    actor,
    sentence: sentence(
      `While a request was served, ${server || 'a server'} started a shell: ${named(actor)}`,
      `リクエストの処理中に ${server || 'サーバー'} がシェルを起動した：${named(actor)}`,
      `处理请求时，${server || '服务器'} 启动了 shell：${named(actor)}`,
    ),
    eventIds: [eventId, actor.lineage.root.bornBy].filter((id) => id !== ''),
    object: 0,
  })
}

/** So many separate runs make a workload known. */
const KNOWN_RUNS = 3
/** What somebody runs who has just come in. */
const INTRUDERS =
  /^(?:id|w|whoami|uname|hostname|cat|ls|ps|env|printenv|set|curl|wget|ncat|nc|socat|find|chmod|base64|ifconfig|ip|netstat|ss|getent|crontab|nslookup|dig|sleep|ping|touch|echo|(?:ba|da|z|k)?sh)$/

/**
 * `sh -c` with one program, its arguments quoted: how scripts of servers ask tools of their image. Commands that somebody slipped in
 * come with separators, or are the first looks around.
 */
function isPlainCommand(actor: Process): boolean {
  const { args } = actor
  if (args[1] !== '-c' || args.length > 4) return false
  const text = (args.at(-1) ?? '').replace(/'[^']*'|"[^"$`]*"/g, 'x').replace(/\s*\d?>(?:&\d|\s*\/dev\/null)/g, '')
  if (/[;|&`$<>\n]/.test(text)) return false
  return !INTRUDERS.test(baseName(text.trim().split(/\s/)[0] ?? ''))
}

/** A decoder, or code typed for an interpreter, that writes what a shell then runs. */
function isDecoder(actor: Process): boolean {
  const { program } = roleOf(actor)
  if (program.isDecoder) return true
  if (program.isBusybox) return actor.args.slice(0, 2).some((argument) => isDecoderName(baseName(argument)))
  return (
    isInterpreter(actor) &&
    !isShell(actor) &&
    actor.args.slice(1, 4).some((argument) => /^-[a-zA-Z]*[ceEr]$/.test(argument))
  )
}

/** A decoder writes into the pipe that a shell takes its commands from. */
function checkDecoded(state: EngineState, actor: Process, eventId: string): void {
  const readers = isShell(actor) && readsCommands(actor) ? [actor] : []
  const output = actor.stdio[1]
  if ((actor.tags & DECODE) !== 0 && output?.kind === 'pipe') {
    readers.push(
      ...state.links
        .holders(output.id, actor)
        .filter((one) => one.stdio[0]?.id === output.id && isShell(one) && readsCommands(one)),
    )
  }
  for (const shell of readers) {
    const input = shell.stdio[0]
    if (input?.kind !== 'pipe') continue
    const decoder = state.links.writers(input.id, shell).find(isDecoder)
    if (decoder === undefined || shell.isExecExpected) continue
    state.see({
      rule: DECODED_SHELL,
      actor: shell,
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
