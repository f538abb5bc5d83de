import { event as eventSchema } from '@yagura/schema'
import { RECORDS, type RecordName } from '@yagura/schema/kernel-record'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callTables } from '../call/names.ts'
import { containerOf } from '../cgroup/container-of.ts'
import { createCgroupResolver } from '../cgroup/resolver.ts'
import { createNewcomers } from '../process/newcomers.ts'
import { createProcessNumbers } from '../process/numbers.ts'
import { createProcessTable } from '../process/table.ts'
import { memoryOf } from '../ring/memory.ts'
import { execBytes, type FieldValues, pathTail, recordBytes } from '../testing/record-writer.ts'
import { createRecordReader } from './to-event.ts'

function createReader() {
  const processes = createProcessTable(() => undefined, 100)
  const cgroups = createCgroupResolver(() => undefined, containerOf, { live: 100, removed: 10 })
  return createRecordReader({
    processes,
    cgroups,
    numbers: createProcessNumbers(1),
    newcomers: createNewcomers(),
    calls: callTables('x64'),
    run: 'run',
    bootEpochMs: Date.UTC(2026, 0),
  })
}

/** The record in memory of its own, at an offset, with other bytes around it. */
function readRecord(record: Uint8Array, reader = createReader(), around = 0xaa) {
  const bytes = new Uint8Array(8 * Math.ceil((record.byteLength + 64) / 8)).fill(around)
  bytes.set(record, 32)
  return reader(memoryOf(bytes.buffer), 32, record.byteLength, 0)
}

const HEADER: FieldValues = {
  timeNs: 1_500_123_456,
  sequence: 7,
  cgroupId: 9,
  startNs: 1_234_567_890,
  pid: 10,
  tid: 11,
  parentPid: 1,
  uid: 1000,
  gid: 1001,
  cpu: 3,
  command: Buffer.from('name'),
}
const COMMON = {
  id: 'run.3.7',
  at: '2026-01-01T00:00:01.500123Z',
  source: 'ebpf',
  pid: 10,
  tid: 11,
  parentPid: 1,
  startNs: '1230000000',
  uid: 1000,
  gid: 1001,
  command: 'name',
  cgroupId: '9',
  containerId: null,
}

describe('records', () => {
  test('exec', () => {
    const record = execBytes(HEADER, { args: ['a', '', 'b c'], exe: '/usr/bin/x', cwd: '/' })
    expect(readRecord(record)).toMatchObject({
      ...COMMON,
      type: 'exec',
      exe: '/usr/bin/x',
      ancestry: [],
      args: ['a', '', 'b c'],
      argsTruncated: false,
      cwd: '/',
    })
  })

  test('exec of a memory file, and a path that was too deep', () => {
    const memory = execBytes({ ...HEADER, flags: 2 }, { args: [], exe: '/memfd:x', cwd: '/tmp' })
    expect(readRecord(memory)).toMatchObject({ exe: 'memfd:x', cwd: '/tmp' })
    const deep = execBytes({ ...HEADER, flags: 1 }, { args: [], exe: '/c/d', cwd: '/tmp' })
    expect(readRecord(deep)).toMatchObject({ exe: '…/c/d', cwd: '/tmp' })
  })

  test('fork, exec in the child, exit: program and ancestry follow', () => {
    const reader = createReader()
    readRecord(execBytes(HEADER, { args: [], exe: '/bin/parent', cwd: '/' }), reader)
    const fork = recordBytes('fork', { ...HEADER, childPid: 20, childStartNs: 2_000_000_000 })
    expect(readRecord(fork, reader)).toMatchObject({ type: 'fork', childPid: 20, exe: '/bin/parent' })
    const child = { ...HEADER, pid: 20, startNs: 2_000_000_001, parentPid: 10 }
    const exec = execBytes(child, { args: [], exe: '/bin/child', cwd: '/' })
    const ancestry = [{ pid: 10, exe: '/bin/parent', startNs: '1230000000' }]
    expect(readRecord(exec, reader)).toMatchObject({ exe: '/bin/child', startNs: '2000000000', ancestry })
    const exit = recordBytes('exit', { ...child, status: (7 << 8) | 0 })
    expect(readRecord(exit, reader)).toMatchObject({
      type: 'exit',
      exitCode: 7,
      signal: 0,
      exe: '/bin/child',
      ancestry,
    })
  })

  test('sockets of both families, IPv4 on an IPv6 socket', () => {
    const ends = { localPort: 1, remotePort: 65_535, protocol: 17 }
    const v4 = { family: 2, localAddress: Uint8Array.of(127, 0, 0, 1), remoteAddress: Uint8Array.of(10, 1, 2, 3) }
    expect(readRecord(recordBytes('connect', { ...HEADER, ...ends, ...v4 }))).toMatchObject({
      type: 'connect',
      family: 'inet',
      protocol: 'udp',
      localAddress: '127.0.0.1',
      localPort: 1,
      remoteAddress: '10.1.2.3',
      remotePort: 65_535,
    })
    const mapped = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 1, 2, 3)
    const v6 = { family: 10, localAddress: mapped, remoteAddress: mapped }
    expect(readRecord(recordBytes('accept', { ...HEADER, ...ends, ...v6 }))).toMatchObject({
      type: 'accept',
      family: 'inet',
      remoteAddress: '10.1.2.3',
    })
  })

  test('open, and control groups that give containers', () => {
    const reader = createReader()
    const path = '/default/web'
    const made = recordBytes('cgroupMade', { ...HEADER, id: 9, pathSize: path.length + 1 }, Buffer.from(`${path}\0`))
    expect(readRecord(made, reader)).toBeUndefined()
    const tail = pathTail('/etc/x')
    const open = recordBytes('open', { ...HEADER, openFlags: 65, flags: 8, pathSize: tail.length }, tail)
    expect(readRecord(open, reader)).toMatchObject({
      type: 'open',
      path: '/etc/x',
      flags: 65,
      created: true,
      containerId: 'web',
    })
  })
})

describe('hostile records', () => {
  const names = Object.keys(RECORDS) as RecordName[]
  const number = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 0xffff_ffff }))
  const values = fc.record({
    ...Object.fromEntries(
      ['argsSize', 'exeSize', 'cwdSize', 'pathSize', 'argsTotal', 'family', 'hierarchy', 'pid', 'id'].map((name) => [
        name,
        number,
      ]),
    ),
    flags: fc.nat(255),
    command: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  })

  test('any bytes after any header: no throw, nothing from outside the record, always a valid event', () => {
    const reader = createReader()
    fc.assert(
      fc.property(fc.constantFrom(...names), values, fc.uint8Array({ maxLength: 400 }), (name, fields, tail) => {
        const record = recordBytes(name, fields as FieldValues, tail)
        const seen = readRecord(record, reader, 0x41)
        if (seen === undefined) return
        expect(eventSchema.safeParse(seen).error).toBeUndefined()
      }),
      { numRuns: 2000 },
    )
  })

  test('what lies behind a record does not change what is read from it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), values, fc.uint8Array({ maxLength: 100 }), (name, fields, tail) => {
        const record = recordBytes(name, fields as FieldValues, tail)
        expect(readRecord(record, createReader(), 0x41)).toEqual(readRecord(record, createReader(), 0x00))
      }),
      { numRuns: 1000 },
    )
  })

  test('random bytes of any length', () => {
    const reader = createReader()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const seen = readRecord(bytes, reader)
        if (seen !== undefined) expect(eventSchema.safeParse(seen).error).toBeUndefined()
      }),
      { numRuns: 2000 },
    )
  })
})
