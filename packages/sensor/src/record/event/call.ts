// Rare system calls, and sequences of calls.
import type { EventOf } from '@yagura/schema'
import { RECORD_CONSTANTS as C, nameOfClass, recordLayout } from '@yagura/schema/kernel-record'
import type { CallTables } from '../../call/names.ts'
import { type Memory, readU8, readU16, readU32 } from '../../ring/memory.ts'
import { AUTOMATA } from '../../sequence/automata.ts'
import { callName } from '../call-name.ts'
import { wholePath } from '../given-path.ts'
import * as record from '../records.ts'
import type { Own } from './own.ts'

const { at: AT, sizeBytes } = recordLayout('call')
const { at: SEQUENCE } = recordLayout('sequence')
const ARGUMENTS = [0, 1, 2, 3, 4, 5]

export function callEvent(memory: Memory, at: number, length: number, tables: CallTables): Own<EventOf<'call'>> {
  const call = readU32(memory, at + AT.call)
  const pointers = readU8(memory, at + AT.pointers)
  const end = at + length
  const detailSize = readU16(memory, at + AT.detailSize)
  const baseSize = readU16(memory, at + AT.baseSize)
  const detail = record.textAt(memory, at + sizeBytes, detailSize, end)
  const base =
    baseSize > 0
      ? record.pathAt(memory, at + sizeBytes + detailSize, baseSize, end, readU8(memory, at + AT.baseFlags))
      : ''
  return {
    call: callName(tables, call),
    compat: (call & C.CALL_COMPAT) !== 0,
    numbers: ARGUMENTS.map((index) =>
      (pointers >> index) & 1 ? '0' : record.textU64(memory, at + AT.numbers + 8 * index),
    ),
    detail: base === '' ? detail : wholePath(base, detail),
    result: readU32(memory, at + AT.result) | 0,
  }
}

export function sequenceEvent(memory: Memory, at: number): Own<EventOf<'sequence'>> {
  return {
    previousCall: nameOfClass(readU16(memory, at + SEQUENCE.previous)),
    call: nameOfClass(readU16(memory, at + SEQUENCE.call)),
    score: readU16(memory, at + SEQUENCE.score) / 10,
    automaton: AUTOMATA[readU16(memory, at + SEQUENCE.automaton)] ?? null,
  }
}
