import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { bpfHeader } from './header.ts'
import { HEADER_SIZE_BYTES, layoutNumber, recordLayout } from './layout.ts'
import { RECORD_CONSTANTS, RECORDS, type RecordName } from './records.ts'

const NAMES = Object.keys(RECORDS) as RecordName[]
const TYPEDEFS =
  'typedef unsigned char __u8; typedef unsigned short __u16; typedef unsigned __u32; typedef unsigned long long __u64;'

/** Compiles the header for BPF; what the compiler said, empty when all assertions hold. */
function compile(header: string): string {
  const args = ['-target', 'bpf', '-fsyntax-only', '-Wno-pragma-once-outside-header', '-x', 'c', '-']
  const clang = spawnSync('clang', args, { input: `${TYPEDEFS}\n${header}`, encoding: 'utf8' })
  return clang.error === undefined ? clang.stderr : String(clang.error)
}

function hasCompiler(): boolean {
  if (spawnSync('clang', ['--version']).error === undefined) return true
  if (process.env.CI === 'true') throw new Error('the layout of records must be tested: clang is missing')
  console.warn('\n*** NOT TESTED: the layout of records against a C compiler, because clang is missing ***\n')
  return false
}

describe('kernel records', () => {
  test('types are distinct and have a class in the loss counters', () => {
    const types = NAMES.map((name) => RECORDS[name].type)
    expect(new Set(types).size).toBe(types.length)
    expect(Math.max(...types)).toBeLessThan(RECORD_CONSTANTS.TYPES)
    expect(Math.min(...types)).toBeGreaterThan(0)
  })

  test('fields do not overlap, and every record begins with the header', () => {
    for (const name of NAMES) {
      const { fields, sizeBytes } = recordLayout(name)
      let end = 0
      for (const field of fields) {
        expect(field.offset).toBe(end)
        end = field.offset + field.sizeBytes
      }
      expect(sizeBytes).toBe(end)
      expect(recordLayout(name).at.command + 16).toBe(HEADER_SIZE_BYTES)
    }
  })

  test('the layout number is the one in the header', () => {
    expect(bpfHeader()).toContain(`#define YAGURA_LAYOUT ${layoutNumber()}u`)
  })

  test.skipIf(!hasCompiler())('a C compiler puts every field where the decoder reads it', () => {
    const header = bpfHeader()
    expect(compile(header)).toBe('')
    for (const name of NAMES) {
      for (const { name: field, offset } of recordLayout(name).fields.filter(
        (each) => each.offset >= HEADER_SIZE_BYTES,
      )) {
        expect(header).toContain(
          `== ${offset}, "${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}.${field}")`,
        )
      }
    }
    // and would notice if it did not
    expect(compile(header.replace('\t__u32 child_pid;', '\t__u64 child_pid;'))).toContain('fork.reserved')
  })
})
