// Much is deleted or rewritten in a short time, outside of places where that is ordinary.
import type { EventOf } from '@yagura/schema'
import { hashText } from '../../tags/hash.ts'
import { hasAncestor, type Process } from '../actor.ts'
import { factsOf, folderOf } from '../paths.ts'
import { scriptRunner } from '../programs.ts'
import { clip, named, sentence } from '../sentence.ts'
import type { EngineState } from '../state.ts'
import { BULK_DESTROY, RANSOMWARE } from './catalogue.ts'

const DELETIONS = 40
const RENAMES = 20
const WINDOW_MS = 10_000

export function checkDeletion(state: EngineState, event: EventOf<'unlink'>, actor: Process): void {
  if (event.result < 0 || event.directory || actor.containerId === null) return
  const { counters } = actor.lineage
  counters.add('delete', hashText(event.path), state.nowMs)
  if (factsOf(event.path).isScratch || isOrdinary(actor)) return
  counters.add('delete-data', hashText(event.path), state.nowMs)
  const count = counters.distinct('delete-data', WINDOW_MS, state.nowMs)
  if (count < DELETIONS) return
  const folder = folderOf(event.path)
  state.see({
    rule: BULK_DESTROY,
    actor,
    sentence: sentence(
      `${named(actor)} and its kin deleted ${count} files within ten seconds, the last one in ${clip(folder, 100)}.`,
      `${named(actor)} とその仲間が十秒以内に ${count} 個のファイルを削除した（最後は ${clip(folder, 100)}）。`,
      `${named(actor)} 及其同源进程在十秒内删除了 ${count} 个文件，最后一个位于 ${clip(folder, 100)}。`,
    ),
    eventIds: [event.id],
    object: hashText(folder),
    shown: { kind: 'file', label: clip(folder, 100), detail: `${count} files deleted`, edge: 'wrote' },
  })
}

/** One new ending for many files: what is left of them is not what was there. */
export function checkRewrite(state: EngineState, event: EventOf<'rename'>, actor: Process): void {
  if (event.result < 0 || actor.containerId === null) return
  const { counters } = actor.lineage
  counters.add('rename', hashText(event.path), state.nowMs)
  if (factsOf(event.path).isScratch || isOrdinary(actor)) return
  if (!event.newPath.startsWith(`${event.path}.`)) return
  const ending = event.newPath.slice(event.path.length)
  if (/^\.(?:\d+|bak|old|orig|save|gz|xz|zst|bz2|tmp|part|dpkg-\w+|rpm\w+)$/.test(ending)) return
  const key = `ending ${ending}`.slice(0, 64)
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
