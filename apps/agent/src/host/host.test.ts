import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, release } from 'node:os'
import { join } from 'node:path'
import { assetReport } from '@yagura/schema'
import { afterAll, describe, expect, it } from 'vitest'
import { cgroupMode } from './cgroup-mode.ts'
import { readHost } from './facts.ts'
import { machineId } from './machine-id.ts'
import { osReleaseName } from './os-release.ts'

const directory = mkdtempSync('/tmp/yg-agent-host-')
afterAll(() => rmSync(directory, { recursive: true, force: true }))

describe('host', () => {
  it('is described in a way the contract takes', () => {
    const host = assetReport.parse(readHost('f'.repeat(32), [], '2026-01-01T00:00:00.000Z'))
    expect(host.key).toBe(`host:${'f'.repeat(32)}`)
    expect(host.facts).toMatchObject({ kernel: release(), cpus: cpus().length })
    expect(host.facts.kind === 'host' && Date.parse(host.facts.bootedAt)).toBeGreaterThan(0)
  })

  it.each([
    ['cgroup2 /sys/fs/cgroup cgroup2 rw 0 0', 'v2'],
    ['cgroup /sys/fs/cgroup/pids cgroup rw,pids 0 0', 'v1'],
    ['cgroup /c/pids cgroup rw,pids 0 0\ncgroup2 /c/unified cgroup2 rw 0 0', 'hybrid'],
    ['cgroup /c/systemd cgroup rw,name=systemd 0 0\ncgroup2 /c cgroup2 rw 0 0', 'v2'],
  ])('tells the cgroup hierarchies from %j', (mounts, mode) => {
    expect(cgroupMode(mounts)).toBe(mode)
  })

  it.each([
    ['NAME=x\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n', 'Debian GNU/Linux 12 (bookworm)'],
    ['PRETTY_NAME=\'A "b"\'', 'A "b"'],
    ['NAME=Alpine', 'Alpine'],
    ['PRETTY_NAME=""\nNAME="Fallback"', 'Fallback'],
    ['', undefined],
  ])('reads the name in %j', (text, name) => {
    expect(osReleaseName(text)).toBe(name)
  })

  it('makes a machine id of its own where there is none, and keeps it', () => {
    const made = machineId(directory, [join(directory, 'missing')])
    expect(made).toMatch(/^[0-9a-f]{32}$/)
    expect(machineId(directory, [join(directory, 'missing')])).toBe(made)
    writeFileSync(join(directory, 'given'), `${'1'.repeat(32)}\n`)
    expect(machineId(directory, [join(directory, 'given')])).toBe('1'.repeat(32))
    writeFileSync(join(directory, 'given'), 'uninitialized\n')
    expect(machineId(directory, [join(directory, 'given')])).toBe(made)
  })
})
