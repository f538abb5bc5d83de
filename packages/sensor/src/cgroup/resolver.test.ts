import { describe, expect, test } from 'vitest'
import { containerOf } from './container-of.ts'
import { createCgroupResolver } from './resolver.ts'

const V2 = 0
const V1 = 1
const ID = 'ab'.repeat(32)
const nobody = () => undefined

describe('control groups to containers', () => {
  test('the same id in the two hierarchies is two groups; the one that is a container is shown', () => {
    const groups = createCgroupResolver(nobody)
    groups.made(V2, 1, '/')
    groups.made(V1, 1, '/')
    groups.made(V1, 12, `/docker/${ID}`)
    groups.made(V2, 12, '/system.slice/x.service')
    expect(groups.resolve(12, 1, 5)).toMatchObject({ containerId: null, path: '/' })
    expect(groups.resolve(1, 12, 5)).toMatchObject({ containerId: ID, id: '12' })
    // pure cgroup2: records carry no v1 id
    expect(groups.resolve(12, 0, 5)).toMatchObject({ containerId: null, path: '/system.slice/x.service' })
    groups.made(V2, 20, '/node/default/web')
    expect(groups.resolve(20, 12, 5)).toMatchObject({ containerId: 'web', id: '20' })
  })

  test('a group that was removed is still known for late records, and no longer listed', () => {
    const groups = createCgroupResolver(nobody)
    groups.made(V2, 5, '/default/web')
    expect(groups.containers()).toEqual([
      { cgroupId: '5', path: '/default/web', containerId: 'web', runtime: 'containerd' },
    ])
    groups.removed(V2, 5)
    expect(groups.resolve(5, 0, 1).containerId).toBe('web')
    expect(groups.containers()).toEqual([])
    // an id that is used again is another group
    groups.made(V2, 5, '/default/other')
    expect(groups.resolve(5, 0, 1).containerId).toBe('other')
    expect(groups.containers()).toHaveLength(1)
  })

  test('groups below a container belong to it, and are not containers of their own', () => {
    const groups = createCgroupResolver(nobody)
    groups.made(V2, 5, `/docker/${ID}`)
    groups.made(V2, 6, `/docker/${ID}/init.scope`)
    expect(groups.resolve(6, 0, 1).containerId).toBe(ID)
    expect(groups.containers()).toHaveLength(1)
  })

  test('a container in both hierarchies is one', () => {
    const groups = createCgroupResolver(nobody)
    groups.made(V1, 9, `/docker/${ID}`)
    groups.made(V2, 5, `/docker/${ID}`)
    expect(groups.containers()).toEqual([{ cgroupId: '5', path: `/docker/${ID}`, containerId: ID, runtime: 'docker' }])
    expect(groups.resolve(5, 9, 1).id).toBe('5')
  })

  test('an unknown id is asked of the process, and remembered when it answers', () => {
    const asked: number[] = []
    const groups = createCgroupResolver((pid) => {
      asked.push(pid)
      return pid === 7 ? { v2: '/default/late', v1Pids: null } : undefined
    })
    expect(groups.resolve(30, 0, 6).containerId).toBeNull()
    expect(groups.resolve(30, 0, 7).containerId).toBe('late')
    expect(groups.resolve(30, 0, 8).containerId).toBe('late')
    expect(asked).toEqual([6, 7])
  })

  test('memory is bounded', () => {
    const groups = createCgroupResolver(nobody, containerOf, { live: 10, removed: 3 })
    for (let id = 1; id <= 100; id++) groups.made(V2, id, `/default/c${id}`)
    expect(groups.containers()).toHaveLength(10)
    for (let id = 91; id <= 100; id++) groups.removed(V2, id)
    expect(groups.containers()).toEqual([])
    expect(groups.resolve(91, 0, 1).containerId).toBeNull()
    expect(groups.resolve(100, 0, 1).containerId).toBe('c100')
  })
})
