// What an exec record says beyond who did it.
import type { EventOf } from '@yagura/schema'
import { RECORD_CONSTANTS, recordLayout } from '@yagura/schema/kernel-record'
import { type Memory, readU8, readU16, readU32 } from '../../ring/memory.ts'
import { descriptorAt, layerOf } from '../layer.ts'
import * as record from '../records.ts'
import type { Own } from './own.ts'

const { at: AT, sizeBytes } = recordLayout('exec')
const { EXEC_TERMINAL, FLAG_PATH_UNLINKED } = RECORD_CONSTANTS
const MAX_VARIABLES = 16

/** The variables that change what runs, or say how a session came to be. The kernel compares their first letters only. */
const VARIABLES = new Set([
  ...['LD_PRELOAD', 'LD_LIBRARY_PATH', 'LD_AUDIT', 'GCONV_PATH', 'GLIBC_TUNABLES'],
  ...['BASH_ENV', 'ENV', 'PROMPT_COMMAND', 'HISTFILE', 'HISTFILESIZE', 'HISTSIZE', 'HISTCONTROL'],
  ...['PYTHONPATH', 'PYTHONSTARTUP', 'PERL5OPT', 'PERL5LIB', 'NODE_OPTIONS', 'RUBYOPT'],
  ...['SSH_CONNECTION', 'SUDO_USER', 'GATEWAY_INTERFACE', 'REQUEST_METHOD'],
])

export function execFields(memory: Memory, at: number, length: number, injected: boolean): Own<EventOf<'exec'>> {
  const { args, truncated } = record.execArguments(memory, at, length)
  return {
    args,
    argsTruncated: truncated,
    cwd: record.execCwd(memory, at, length),
    exeInode: record.textU64(memory, at + AT.exeInode),
    exeDevice: readU32(memory, at + AT.exeDevice),
    exeLayer: layerOf(readU8(memory, at + AT.layer)),
    exeUnlinked: record.flag(memory, at, FLAG_PATH_UNLINKED),
    stdio: [
      descriptorAt(memory, at + AT.input),
      descriptorAt(memory, at + AT.output),
      descriptorAt(memory, at + AT.error),
    ],
    environment: environment(memory, at, length),
    terminal: (readU8(memory, at + AT.marks) & EXEC_TERMINAL) !== 0,
    sessionId: readU32(memory, at + AT.sessionId),
    mountNamespace: readU32(memory, at + AT.mountNamespace),
    pidNamespace: readU32(memory, at + AT.pidNamespace),
    userNamespace: readU32(memory, at + AT.userNamespace),
    capabilities: record.textU64(memory, at + AT.capabilities),
    realUid: readU32(memory, at + AT.realUid),
    injected,
  }
}

function environment(memory: Memory, at: number, length: number): string[] {
  const before = readU16(memory, at + AT.argsSize) + readU16(memory, at + AT.exeSize) + readU16(memory, at + AT.cwdSize)
  const end = at + length
  const start = Math.min(at + sizeBytes + before, end)
  const stop = Math.min(start + readU16(memory, at + AT.environmentSize), end)
  const found: string[] = []
  let from = start
  for (let index = start; index < stop && found.length < MAX_VARIABLES; index++) {
    if (memory.bytes[index] !== 0) continue
    const text = record.textAt(memory, from, index - from, stop)
    if (VARIABLES.has(text.slice(0, text.indexOf('=')))) found.push(text)
    from = index + 1
  }
  return found
}
