import { spawn } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sayWhatIsMissing } from '../testing/skip.ts'
import { CAPABILITIES, capabilityNames } from './capabilities.ts'
import { readLiveProcess } from './live.ts'
import { findProcess, nodeView, sharedNamespaces } from './node.ts'
import { processStart } from './start-time.ts'
import { makeProcessTable, parseCgroups, readProcessTable, statusField } from './table.ts'

const isLeftOut = sayWhatIsMissing('processes in namespaces', process.getuid?.() === 0 ? undefined : 'this is not root')

describe('this process', () => {
  it('is found with its command line, user and start', () => {
    const own = readProcessTable().byPid(process.pid)
    expect(own).toMatchObject({ parentPid: process.ppid })
    expect(own?.namespacePids[0]).toBe(process.pid)
    const live = readLiveProcess(process.pid)
    expect(live?.commandLine[0]).toContain('node')
    expect(live?.user).toBe(`${process.getuid?.()}:${process.getgid?.()}`)
    const ageMs = Date.now() - Date.parse(processStart(process.pid) ?? '')
    expect(Math.abs(ageMs - process.uptime() * 1000)).toBeLessThan(5000)
  })

  it('shares every namespace with itself', () => {
    expect(sharedNamespaces({ root: '', referencePid: process.pid }, process.pid)).toHaveLength(7)
  })
})

describe.skipIf(isLeftOut)('a node in namespaces of its own', () => {
  it('is asked by its own process ids', async () => {
    const child = spawn('unshare', ['--fork', '--pid', '--kill-child', '--mount-proc', 'sh', '-c', 'sleep 60 & wait'])
    try {
      const init = await childOf(child.pid ?? 0)
      const sleeper = await childOf(init)
      const node = nodeView(`/proc/${init}/root`)
      expect(node).toEqual({ root: `/proc/${init}/root`, referencePid: init })
      const table = readProcessTable()
      const [, inner = 0] = table.byPid(sleeper)?.namespacePids ?? []
      expect(inner).toBeGreaterThan(1)
      expect(findProcess(node, table, inner)?.pid).toBe(sleeper)
      expect(findProcess(node, table, 1)?.pid).toBe(init)
      expect(findProcess(node, table, 999_999)).toBeUndefined()
      expect(findProcess(node, table, 0)).toBeUndefined()
      expect(readlinkSync(`/proc/${init}/ns/pid`)).not.toBe(readlinkSync('/proc/self/ns/pid'))
      expect(sharedNamespaces(node, sleeper)).toContain('pid')
      expect(sharedNamespaces(nodeView(''), sleeper)).not.toContain('pid')
    } finally {
      child.kill('SIGKILL')
    }
  })

  async function childOf(pid: number): Promise<number> {
    for (;;) {
      const found = readProcessTable().all.find((entry) => entry.parentPid === pid)
      if (found) return found.pid
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
})

describe('process table', () => {
  it('does not mistake a process of another node with the same inner id', () => {
    const entry = (pid: number, parentPid: number, ...inner: number[]) => ({
      pid,
      parentPid,
      namespacePids: [pid, ...inner],
      cgroups: [],
    })
    const table = makeProcessTable([entry(1, 0), entry(10, 1, 1), entry(20, 1, 1), entry(11, 10, 7), entry(21, 20, 7)])
    expect(table.byNamespacePid(10, 7)?.pid).toBe(11)
    expect(table.byNamespacePid(20, 7)?.pid).toBe(21)
    expect(table.byNamespacePid(1, 21)?.pid).toBe(21)
  })

  it('reads cgroup lines of all versions, with colons in paths', () => {
    expect(parseCgroups('12:pids:/a\n4:cpu,cpuacct:/b:c\n0::/d e\nnonsense\n')).toEqual([
      { controllers: 'pids', path: '/a' },
      { controllers: 'cpu,cpuacct', path: '/b:c' },
      { controllers: '', path: '/d e' },
    ])
  })

  it('reads one field of a status file, not another that ends alike', () => {
    const status = 'Name:\tPid: 7\nTgid:\t5\nPid:\t6\n'
    expect(statusField(status, 'Pid')).toBe('6')
    expect(statusField(status, 'Name')).toBe('Pid: 7')
    expect(statusField(status, 'PPid')).toBeUndefined()
  })
})

describe('capabilities', () => {
  it('are named by their bits', () => {
    fc.assert(
      fc.property(fc.subarray([...CAPABILITIES]), (names) => {
        const mask = names.reduce((sum, name) => sum | (1n << BigInt(CAPABILITIES.indexOf(name))), 0n)
        expect(capabilityNames(mask.toString(16).padStart(16, '0'))).toEqual(names)
      }),
    )
    expect(capabilityNames('not hexadecimal')).toEqual([])
  })
})
