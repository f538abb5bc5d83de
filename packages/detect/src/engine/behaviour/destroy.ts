// Much is deleted or rewritten in a short time, outside of places where that is ordinary.
import type { EventOf } from '@yagura/schema'
import type { Rule } from '../../contract/rule.ts'
import { DROP_EXEC } from '../../tags/bits.ts'
import { hashText } from '../../tags/hash.ts'
import { baseName, hasAncestor, type Process } from '../actor.ts'
import { counterOf } from '../counters.ts'
import { factsOf, folderOf } from '../paths.ts'
import { isInterpreter, isShell, roleOf, scriptRunner } from '../programs.ts'
import { clip, named, sentence } from '../sentence.ts'
import type { EngineState } from '../state.ts'
import { BULK_DESTROY, BULK_OVERWRITE, RANSOMWARE, SEALED_AND_GONE } from './catalogue.ts'

const DELETIONS = 40
const RENAMES = 20
const WINDOW_MS = 10_000
const DELETIONS_BY = hashText('delete')
const OVERWRITES_BY = hashText('overwrite')
const RENAMES_TO = hashText('ending')

/** Counted by program, over all its processes: a loop starts one for each file, and others of the lineage are not to blame. */
export function deletionsOf(actor: Process): number {
  return counterOf(DELETIONS_BY, roleOf(actor).program.hash)
}

export function checkDeletion(state: EngineState, event: EventOf<'unlink'>, actor: Process): void {
  if (event.result < 0 || event.directory || actor.containerId === null) return
  if (factsOf(event.path).isScratch || isOrdinary(actor)) return
  // a database that drops a table deletes what it wrote itself
  if (state.files.isMadeBy(event, actor.containerId, actor.exe)) return
  const count = noteOneOfMany(state, event.path, actor, deletionsOf(actor))
  if (count < DELETIONS) return
  const folder = clip(folderOf(event.path), 100)
  seeMany(state, event, actor, BULK_DESTROY, `${count} files deleted`, [
    `${named(actor)} and its kin deleted ${count} files within ten seconds, the last one in ${folder}.`,
    `${named(actor)} とその仲間が十秒以内に ${count} 個のファイルを削除した（最後は ${folder}）。`,
    `${named(actor)} 及其同源进程在十秒内删除了 ${count} 个文件，最后一个位于 ${folder}。`,
  ])
}

/** How many different files it were lately; less than it takes where it cannot be many. */
function noteOneOfMany(state: EngineState, path: string, actor: Process, counter: number): number {
  const { counters } = actor.lineage
  counters.add(counter, factsOf(path).hash, state.nowMs)
  return counters.kept(counter) < DELETIONS ? 0 : counters.distinct(counter, WINDOW_MS, state.nowMs)
}

function seeMany(
  state: EngineState,
  event: EventOf<'open'> | EventOf<'unlink'> | EventOf<'rename'>,
  actor: Process,
  rule: Rule,
  detail: string,
  [en, ja, zh]: readonly [en: string, ja: string, zh: string],
): void {
  state.see({
    rule,
    actor,
    sentence: sentence(en, ja, zh),
    eventIds: [event.id],
    object: 0,
    shown: { kind: 'file', label: clip(folderOf(event.path), 100), detail, edge: 'wrote' },
  })
}

/** Make unreadable what they are given, whatever they call it. */
const CIPHERS = /^(?:openssl|gpg2?|ccrypt|age|mcrypt|7z[ar]?|rar)$/
/**
 * `data.txt` is read, `data.txt.x` is made, `data.txt` goes or is replaced: what compresses or backs up does the same under endings of
 * its own.
 */
const SEALED = 10
const SEALED_MS = 30_000

export function checkSealed(
  state: EngineState,
  event: EventOf<'open'> | EventOf<'unlink'> | EventOf<'rename'>,
  actor: Process,
): void {
  if (actor.containerId === null || actor.isServer || isOrdinary(actor)) return
  const { counters } = actor.lineage
  if (event.type === 'open') {
    const dot = event.path.lastIndexOf('.')
    if (dot < 1 || event.path[dot - 1] === '/') return
    const stem = event.path.slice(0, dot)
    const ending = event.path.slice(dot)
    if (!/^\.[\w-]{2,24}$/.test(ending)) return
    if (!event.created || !/\.\w+$/.test(stem) || factsOf(stem).isScratch) return
    if (isPlainEnding(ending) && !CIPHERS.test(baseName(actor.exe))) return
    counters.add('sealed', hashText(stem), state.nowMs)
  } else {
    const path = event.type === 'rename' ? event.newPath : event.path
    if (event.result < 0 || counters.kept('sealed') === 0 || factsOf(path).isScratch) return
    counters.add('unsealed', hashText(path), state.nowMs)
  }
  const count = counters.common('sealed', 'unsealed', SEALED_MS, state.nowMs)
  if (count < SEALED) return
  const folder = clip(folderOf(event.path), 100)
  seeMany(state, event, actor, SEALED_AND_GONE, `${count} files replaced`, [
    `${named(actor)} and its kin replaced ${count} files by copies with a new ending within half a minute, the last one in ${folder}.`,
    `${named(actor)} とその仲間が三十秒以内に ${count} 個のファイルを新しい拡張子の写しに置き換えた（最後は ${folder}）。`,
    `${named(actor)} 及其同源进程在三十秒内把 ${count} 个文件换成了带新后缀的副本，最后一个位于 ${folder}。`,
  ])
}

function isPlainEnding(ending: string): boolean {
  return /^\.(?:\d+|bak|old|orig|save|t?gz|xz|zst|bz2|lz4|br|zip|tmp|part|swp|lock|pyc|o|d|map|min|sum|sha\d*|md5|asc|sig|dpkg-\w+|rpm\w+)$/.test(
    ending,
  )
}

/** A shell, typed code, a dropped program or a plain tool: programs of the image have files of their own to renew. */
function isHandTool(actor: Process): boolean {
  if (isShell(actor) || (actor.tags & DROP_EXEC) !== 0 || roleOf(actor).program.isWriter) return true
  return (
    isInterpreter(actor) &&
    (actor.args.length < 2 || actor.args.slice(1, 3).some((one) => /^-[a-zA-Z]*[ceEnr]?$/.test(one)))
  )
}

/** Files that were there are written again, one after the other, by somebody's hand. */
export function checkOverwrite(state: EngineState, event: EventOf<'open'>, actor: Process): void {
  if (event.created || actor.containerId === null || actor.isServer || actor.isContainerInit || !isHandTool(actor))
    return
  if (!/^\/(?!usr\/|lib|etc\/|opt\/[^/]+\/lib\/)/.test(event.path)) return
  if (factsOf(event.path).isScratch || isOrdinary(actor)) return
  if (state.files.isMadeBy(event, actor.containerId, actor.exe)) return
  const count = noteOneOfMany(state, event.path, actor, counterOf(OVERWRITES_BY, roleOf(actor).program.hash))
  if (count < DELETIONS) return
  const folder = clip(folderOf(event.path), 100)
  seeMany(state, event, actor, BULK_OVERWRITE, `${count} files written over`, [
    `${named(actor)} and its kin wrote over ${count} files within ten seconds, the last one in ${folder}.`,
    `${named(actor)} とその仲間が十秒以内に ${count} 個のファイルを上書きした（最後は ${folder}）。`,
    `${named(actor)} 及其同源进程在十秒内覆盖了 ${count} 个文件，最后一个位于 ${folder}。`,
  ])
}

/** One new ending for many files: what is left of them is not what was there. */
export function checkRewrite(state: EngineState, event: EventOf<'rename'>, actor: Process): void {
  if (event.result < 0 || actor.containerId === null) return
  const { counters } = actor.lineage
  counters.add('rename', factsOf(event.path).hash, state.nowMs)
  if (factsOf(event.path).isScratch || isOrdinary(actor)) return
  if (!event.newPath.startsWith(`${event.path}.`)) return
  const ending = event.newPath.slice(event.path.length)
  if (/^\.(?:\d+|bak|old|orig|save|gz|xz|zst|bz2|tmp|part|dpkg-\w+|rpm\w+)$/.test(ending)) return
  const key = counterOf(RENAMES_TO, hashText(ending))
  counters.add(key, hashText(event.path), state.nowMs)
  const count = counters.distinct(key, WINDOW_MS, state.nowMs)
  if (count < RENAMES) return
  state.see({
    rule: RANSOMWARE,
    actor,
    sentence: sentence(
      `${named(actor)} gave ${count} files the ending ${clip(ending, 30)} within ten seconds.`,
      `${named(actor)} が十秒以内に ${count} 個のファイルの名前に ${clip(ending, 30)} を付けた。`,
      `${named(actor)} 在十秒内为 ${count} 个文件加上了后缀 ${clip(ending, 30)}。`,
    ),
    eventIds: [event.id],
    object: hashText(ending),
    shown: { kind: 'file', label: clip(folderOf(event.path), 100), detail: `${count} files renamed`, edge: 'wrote' },
  })
}

function isOrdinary(actor: Process): boolean {
  if (actor.isInstaller || scriptRunner(actor) !== undefined) return true
  return hasAncestor(actor, (one) => scriptRunner(one) !== undefined || one.isInstaller, 6)
}
