import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCgroupPaths, parseStat, readArguments, readExe, readStat } from './procfs.ts'

const REST = 'S 7 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 12345 1 1'

describe('/proc', () => {
  test('stat of any name', () => {
    for (const command of ['sh', 'a) S 1 (b', ') (', 'new\nline', '']) {
      expect(parseStat(`42 (${command}) ${REST}`)).toEqual({
        pid: 42,
        parentPid: 7,
        command,
        state: 'S',
        startTick: 12_345,
        isKernelThread: false,
      })
    }
    fc.assert(fc.property(fc.string(), (text) => parseStat(text) === undefined || text.includes('(')))
  })

  test('control groups of a process in all forms', () => {
    expect(parseCgroupPaths('0::/system.slice/a:b.scope\n')).toEqual({ v2: '/system.slice/a:b.scope', v1Pids: null })
    expect(parseCgroupPaths('9:name=systemd:/x\n8:cpu,pids:/docker/y\n0::/\n')).toEqual({
      v2: '/',
      v1Pids: '/docker/y',
    })
    expect(parseCgroupPaths('garbage\n')).toEqual({ v2: null, v1Pids: null })
  })

  test('this process, and one that is not there', () => {
    expect(readStat(process.pid)).toMatchObject({ pid: process.pid, parentPid: process.ppid })
    expect(readExe(process.pid)).toBe(process.execPath)
    expect(readArguments(process.pid)[0]).toContain('node')
    expect(readStat(4_194_305)).toBeUndefined()
    expect(readArguments(4_194_305)).toEqual([])
  })
})
