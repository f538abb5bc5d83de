// What a process has read, and what it writes it to.
import { DL, DROP, NET_NEW, SECRET } from '../../tags/bits.ts'
import { hashText } from '../../tags/hash.ts'
import { ARCHIVE, CONTENT, DATA, PACKAGED, STAGED, TAG_BITS } from '../../tags/marks.ts'
import { contentMarks, isArchivePath, isEnvironPath, isScratch, isSecretPath, isTokenPath } from '../paths.ts'
import type { Process } from '../process.ts'
import { baseName } from '../process.ts'
import { scriptRunner } from '../programs.ts'
import type { EngineState } from '../state.ts'

interface FileOf {
  readonly path: string
  readonly inode?: string | undefined
  readonly device?: number | undefined
}

/** tar, zip and the like put many files into one. */
const PACKERS = /^(?:bsd|g)?tar$|^(?:zip|7z|7za|gzip|pigz|bzip2|xz|zstd|cpio|ar|rar|gpg|pg_dump|pg_dumpall|mysqldump)$/

export function readContent(state: EngineState, process: Process, path: string, bits: number): void {
  const isOwnEnvironment = path === '/proc/self/environ'
  if (isSecretPath(path) || (isEnvironPath(path) && !isOwnEnvironment)) {
    state.tag(process, SECRET)
    process.lineage.counters.add('secret', hashText(path), state.nowMs)
    if (isTokenPath(path)) process.lineage.counters.add('token', hashText(path), state.nowMs)
  }
  process.marks |= contentMarks(path) | (bits & CONTENT)
  if ((bits & DROP) !== 0 && (bits & (SECRET | ARCHIVE | DATA)) !== 0) process.marks |= STAGED
  state.tag(process, bits & (SECRET | DL) & TAG_BITS)
}

export function writeContent(state: EngineState, process: Process, file: FileOf, chain: number): void {
  const { files, nowMs } = state
  if (process.isInstaller) {
    files.mark(file, process.containerId, PACKAGED, 0, 0, nowMs)
    return
  }
  let bits = (process.tags & ~NET_NEW) | DROP | (process.marks & CONTENT)
  if (PACKERS.test(baseName(process.exe)) || (isArchivePath(file.path) && process.containerId !== null)) bits |= ARCHIVE
  if (!isScratch(file.path)) bits |= contentMarks(file.path) & DATA
  if (isFedByNetwork(state, process) && scriptRunner(process) === undefined) {
    bits |= DL
    process.lineage.hardTags |= DL
    process.lineage.tags |= DL
  }
  files.mark(file, process.containerId, bits, Math.max(0.8 * process.suspicion, 0.1), chain, nowMs)
}

/** Has a connection to a peer that the model does not know, or gets its input from one that has. */
export function isFedByNetwork(state: EngineState, process: Process): boolean {
  if (process.isServer && process.lineage.kind === 'init') return false
  if (talksToStranger(process)) return true
  const input = process.stdio[0]
  if (input?.kind === 'socket') return state.links.reach(process, 0) !== undefined
  if (input?.kind !== 'pipe') return false
  return state.links.writers(input.id, process).some(talksToStranger)
}

export function talksToStranger(process: Process): boolean {
  return process.connections.some((one) => one.isOutgoing && !one.isLoopback && !one.isExpected && one.port !== 53)
}
