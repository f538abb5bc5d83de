// What was read goes out: secrets, archives, database files and copies gathered in one place, sent to a peer that the workload
// does not know. Asked when bytes are counted and when the first words of a connection say that something is sent.
import type { EventOf } from '@yagura/schema'
import type { Rule } from '../../contract/rule.ts'
import { SECRET } from '../../tags/bits.ts'
import { hashText } from '../../tags/hash.ts'
import { ARCHIVE, CONTENT, DATA, ENVIRONMENT, STAGED } from '../../tags/marks.ts'
import { hasAncestor, type Process } from '../actor.ts'
import { peerEdge } from '../edges.ts'
import { isBuildScript, isShell, scriptRunner } from '../programs.ts'
import { named, peer, sentence } from '../sentence.ts'
import type { EngineState } from '../state.ts'
import { ARCHIVE_SENT, DATA_SENT, EXFILTRATION, SCRIPT_THEFT, STAGED_SENT, UDP_FLOOD } from './catalogue.ts'

/** More than a request needs: something was uploaded. */
const UPLOAD_BYTES = 4096
/** A secret is short. */
const SECRET_BYTES = 200
const SCRIPT_BYTES = 400
const FLOOD_BYTES = 4 * 1024 * 1024

type Sent = EventOf<'traffic'> | EventOf<'protocol'> | EventOf<'connect'>

export function checkSent(state: EngineState, event: EventOf<'traffic'>, actor: Process): void {
  if (event.protocol === 'udp') {
    if (event.sentBytes >= FLOOD_BYTES && event.receivedBytes < event.sentBytes / 100) seeFlood(state, event, actor)
    return
  }
  if (isKnownPeer(state, event, actor)) return
  const { tags, marks } = gathered(state, actor)
  const isUpload = event.sentBytes >= UPLOAD_BYTES && event.sentBytes > event.receivedBytes
  const rule = ruleFor(tags, marks, isUpload, event.sentBytes)
  if (rule !== undefined) seeSent(state, event, actor, rule)
  if (event.sentBytes >= SCRIPT_BYTES && event.sentBytes > event.receivedBytes) seeTheft(state, event, actor)
}

/** An HTTP request that carries something tells before the bytes are counted. */
export function checkScriptTheft(state: EngineState, event: EventOf<'protocol'>, actor: Process): void {
  if (event.direction !== 'sent' || isKnownPeer(state, event, actor)) return
  const isUpload = event.name === 'http' && /^(?:POST|PUT|PATCH)\b/.test(event.detail)
  if (!isUpload) return
  seeTheft(state, event, actor)
  const { tags, marks } = gathered(state, actor)
  const rule = ruleFor(tags, marks, true, SECRET_BYTES)
  if (rule !== undefined) seeSent(state, event, actor, rule)
}

function isKnownPeer(state: EngineState, event: Sent, actor: Process): boolean {
  return state.isExpected(actor, peerEdge(actor, event.remoteAddress, event.remotePort))
}

/** Of the process and of those that write into its standard input. */
function gathered(state: EngineState, actor: Process): { tags: number; marks: number } {
  let { tags, marks } = actor
  const input = actor.stdio[0]
  if (input?.kind === 'pipe') {
    for (const writer of feeders(state, actor, input.id)) {
      tags |= writer.tags
      marks |= writer.marks
    }
  }
  return { tags, marks: marks | substituted(state, actor) }
}

const SUBSTITUTED_MS = 10_000
const LONG_ARGUMENT = 120

/**
 * What `$(…)` put into the arguments of this process, or into a shell itself: kin of it, below the same shell, wrote the environment
 * into a pipe a moment ago.
 */
function substituted(state: EngineState, actor: Process): number {
  const isSender = isShell(actor)
  const shell = isSender ? actor : actor.parent
  if (shell === null || !isShell(shell)) return 0
  if (!isSender && !actor.args.some((one) => one.length >= LONG_ARGUMENT)) return 0
  let marks = 0
  for (const one of state.table.all()) {
    if (one === actor || (one.parent !== shell && one.parent?.parent !== shell)) continue
    if (state.nowMs - one.startedAtMs > SUBSTITUTED_MS || one.stdio[1]?.kind !== 'pipe') continue
    marks |= one.marks & ENVIRONMENT
  }
  return marks
}

/** A request may carry in its address what a body would: told when its connection is made. */
export function checkAddressed(state: EngineState, event: EventOf<'connect'>, actor: Process): void {
  if (isShell(actor) || event.remotePort === 53) return
  if ((substituted(state, actor) & ENVIRONMENT) !== 0) seeSent(state, event, actor, EXFILTRATION)
}

/** Writers of a pipe, also those that have ended by now. */
function feeders(state: EngineState, actor: Process, id: string): Process[] {
  return state.links.writers(id, actor)
}

function ruleFor(tags: number, marks: number, isUpload: boolean, sentBytes: number): Rule | undefined {
  if ((marks & CONTENT) === 0 && (tags & SECRET) === 0) return undefined
  if (isUpload && (marks & ARCHIVE) !== 0) return ARCHIVE_SENT
  if (isUpload && (marks & DATA) !== 0) return DATA_SENT
  if (sentBytes >= SECRET_BYTES && (marks & STAGED) !== 0) return STAGED_SENT
  if (sentBytes >= SECRET_BYTES && (marks & ENVIRONMENT) !== 0) return EXFILTRATION
  return isUpload && (tags & SECRET) !== 0 ? EXFILTRATION : undefined
}

const SECRETS = { en: 'secrets or the environment', ja: '秘密または環境変数', zh: '机密或环境变量' }
const GATHERED: ReadonlyMap<Rule, typeof SECRETS> = new Map([
  [ARCHIVE_SENT, { en: 'an archive', ja: 'アーカイブ', zh: '归档文件' }],
  [DATA_SENT, { en: 'a database or its dump', ja: 'データベースまたはその出力', zh: '数据库或其转储' }],
  [STAGED_SENT, { en: 'copies gathered in one place', ja: '一か所に集めた写し', zh: '集中暂存的副本' }],
])

function seeSent(state: EngineState, event: Sent, actor: Process, rule: Rule): void {
  const what = GATHERED.get(rule) ?? SECRETS
  const where = peer(event.remoteAddress, event.remotePort)
  state.see({
    rule,
    actor,
    sentence: sentence(
      `${named(actor)} sends ${what.en} to ${where}, which this workload does not know.`,
      `${named(actor)} が、このワークロードの知らない ${where} へ${what.ja}を送信した。`,
      `${named(actor)} 向该工作负载未知的 ${where} 发送${what.zh}。`,
    ),
    eventIds: [actor.bornBy, event.id].filter((id) => id !== ''),
    object: hashText(where),
    shown: { kind: 'peer', label: where, detail: 'receives data', edge: 'connected' },
  })
}

/** The script of a package, below the package manager and not the manager itself. */
function seeTheft(state: EngineState, event: Sent, actor: Process): void {
  if (scriptRunner(actor) !== undefined || actor.isInstaller) return
  if (!isBuildScript(actor) && !hasAncestor(actor, (one) => scriptRunner(one) !== undefined || isBuildScript(one)))
    return
  const where = peer(event.remoteAddress, event.remotePort)
  state.see({
    rule: SCRIPT_THEFT,
    actor,
    sentence: sentence(
      `While a package is installed, its script ${named(actor)} sends data to ${where}.`,
      `パッケージのインストール中に、そのスクリプト ${named(actor)} が ${where} へデータを送信した。`,
      `安装软件包期间，其脚本 ${named(actor)} 向 ${where} 发送数据。`,
    ),
    eventIds: [actor.bornBy, event.id].filter((id) => id !== ''),
    object: hashText(where),
    shown: { kind: 'peer', label: where, detail: 'receives data', edge: 'connected' },
  })
}

function seeFlood(state: EngineState, event: EventOf<'traffic'>, actor: Process): void {
  if (isKnownPeer(state, event, actor)) return
  const where = peer(event.remoteAddress, event.remotePort)
  const mebibytes = Math.round(event.sentBytes / 1024 / 1024)
  state.see({
    rule: UDP_FLOOD,
    actor,
    sentence: sentence(
      `${named(actor)} sent ${mebibytes} MiB of packets to ${where}, which answers nothing.`,
      `${named(actor)} が応答のない ${where} に ${mebibytes} MiB のパケットを送信した。`,
      `${named(actor)} 向没有应答的 ${where} 发送了 ${mebibytes} MiB 的数据包。`,
    ),
    eventIds: [event.id],
    object: hashText(where),
    shown: { kind: 'peer', label: where, detail: 'flooded', edge: 'connected' },
  })
}
