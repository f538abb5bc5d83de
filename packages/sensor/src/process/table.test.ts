import { describe, expect, test } from 'vitest'
import { createProcessTable, type LookUp } from './table.ts'

const tick = (count: number) => count * 10_000_000
const nobody: LookUp = () => undefined

describe('process table', () => {
  test('what the parent was when it branched off stays, whatever becomes of it', () => {
    const table = createProcessTable(nobody)
    const shell = table.find(10, tick(1), 1)
    table.executed(shell, '/bin/sh')
    table.forked(shell, 20, tick(2))
    table.executed(shell, '/bin/other')
    const child = table.find(20, tick(2) + 5, 10)
    expect(child.exe).toBe('/bin/sh')
    expect(child.ancestry).toEqual([{ pid: 10, exe: '/bin/sh', startNs: String(tick(1)) }])
    expect(table.exited(shell)).toBe(true)
    expect(table.exited(shell)).toBe(false)
    table.forked(child, 30, tick(3))
    expect(table.find(30, tick(3), 1).ancestry.map(({ pid }) => pid)).toEqual([20, 10])
  })

  test('a pid that is used again is another process', () => {
    const table = createProcessTable(nobody)
    table.executed(table.find(10, tick(1), 1), '/bin/old')
    const fresh = table.find(10, tick(9), 1)
    expect(fresh.exe).toBe('')
    expect(table.size).toBe(1)
  })

  test('a beginning that was missed is looked up, with its parents, but only if it is the same process', () => {
    const known: Record<number, ReturnType<LookUp>> = {
      30: { parentPid: 20, startTick: 3, exe: '/bin/c' },
      20: { parentPid: 10, startTick: 2, exe: '/bin/b' },
      // younger than its child: the pid was used again
      10: { parentPid: 1, startTick: 9, exe: '/bin/a' },
    }
    const table = createProcessTable((pid) => known[pid])
    expect(table.find(30, tick(3), 20)).toMatchObject({ exe: '/bin/c', ancestry: [{ pid: 20, exe: '/bin/b' }] })
    expect(table.find(20, tick(2), 10).ancestry).toEqual([])
    expect(table.find(30, tick(4), 20)).toMatchObject({ exe: '', ancestry: [{ pid: 20 }] })
  })

  test('ancestry is at most 32 deep, and a loop of parents ends', () => {
    const table = createProcessTable(nobody)
    for (let pid = 1; pid < 100; pid++) table.forked(table.find(pid, tick(pid), pid - 1), pid + 1, tick(pid + 1))
    expect(table.find(100, tick(100), 99).ancestry).toHaveLength(32)
    const loop = createProcessTable((pid) => ({ parentPid: pid === 1 ? 2 : 1, startTick: 1, exe: 'x' }))
    expect(loop.find(1, tick(1), 2).ancestry.length).toBeLessThanOrEqual(32)
  })

  test('memory is bounded: processes that no longer run go first', () => {
    const table = createProcessTable(nobody, 50)
    for (let pid = 5_000_000; pid < 5_000_200; pid++) table.find(pid, tick(1), 0)
    expect(table.size).toBeLessThanOrEqual(50)
    const own = table.find(process.pid, tick(1), 0)
    for (let pid = 5_000_300; pid < 5_000_360; pid++) table.find(pid, tick(1), 0)
    expect(table.find(process.pid, tick(1), 0)).toBe(own)
  })

  test('what runs now is read from /proc', () => {
    const table = createProcessTable((pid) =>
      pid === process.pid ? { parentPid: 0, startTick: 5, exe: 'x' } : undefined,
    )
    table.bootstrap()
    expect(table.size).toBe(1)
    expect(table.find(process.pid, tick(5), 0).exe).toBe('x')
  })
})
