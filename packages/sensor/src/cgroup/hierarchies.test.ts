import { describe, expect, test } from 'vitest'
import { cgroupMounts } from './hierarchies.ts'

describe('mounted hierarchies', () => {
  test('hybrid: cgroup2 and the v1 pids hierarchy, no other', () => {
    const mountinfo = [
      '24 1 0:22 / /sys/fs/cgroup ro - tmpfs tmpfs ro',
      '25 24 0:23 / /sys/fs/cgroup/unified rw,nosuid shared:9 - cgroup2 cgroup2 rw',
      '26 24 0:24 / /sys/fs/cgroup/cpu,pids rw - cgroup cgroup rw,cpu,pids',
      '27 24 0:25 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory',
    ].join('\n')
    expect(cgroupMounts(mountinfo)).toEqual([
      { hierarchy: 0, directory: '/sys/fs/cgroup/unified', root: '/' },
      { hierarchy: 1, directory: '/sys/fs/cgroup/cpu,pids', root: '/' },
    ])
  })

  test('pure cgroup2, mounted twice: once is enough; a part of it keeps its place; escaped names', () => {
    const mountinfo = [
      '30 1 0:22 /docker/x /run/part rw - cgroup2 cgroup2 rw',
      '31 1 0:22 / /sys/fs/c\\040group rw - cgroup2 cgroup2 rw',
      '32 1 0:22 / /mnt/again rw - cgroup2 cgroup2 rw',
      'garbage',
      '',
    ].join('\n')
    expect(cgroupMounts(mountinfo)).toEqual([
      { hierarchy: 0, directory: '/run/part', root: '/docker/x' },
      { hierarchy: 0, directory: '/sys/fs/c group', root: '/' },
    ])
  })
})
