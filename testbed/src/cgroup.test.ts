// Hierarchies as three kinds of machine list them in mountinfo.

import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cgroupMounts, removeCgroups } from './cgroup.ts'

const HYBRID = `22 1 0:21 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755
31 22 0:27 / /sys/fs/cgroup/pids rw,nosuid - cgroup cgroup rw,pids
32 22 0:28 / /sys/fs/cgroup/systemd rw,nosuid shared:9 - cgroup cgroup rw,name=systemd
33 22 0:29 / /sys/fs/cgroup/unified rw,nosuid shared:10 - cgroup2 cgroup2 rw`
const UNIFIED = '31 22 0:27 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate'
const INSIDE_A_CONTAINER = '31 22 0:27 /docker/0123 /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw'

test('cgroup2 comes first, then every v1 hierarchy', () => {
  expect(cgroupMounts(HYBRID).map((mount) => mount.path)).toEqual([
    '/sys/fs/cgroup/unified',
    '/sys/fs/cgroup/pids',
    '/sys/fs/cgroup/systemd',
  ])
  expect(cgroupMounts(UNIFIED)).toEqual([{ type: 'cgroup2', path: '/sys/fs/cgroup' }])
})

test('a mount that shows a part of a hierarchy is not its root', () => {
  expect(cgroupMounts(INSIDE_A_CONTAINER)).toEqual([])
})

test('groups go children first, and what is gone already is no error', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'yagura-testbed-'))
  const group = join(directory, 'outer')
  await mkdir(join(group, 'node', 'default', 'web'), { recursive: true })
  await removeCgroups([group, join(directory, 'never-made')])
  expect(existsSync(group)).toBe(false)
  await rm(directory, { recursive: true })
})
