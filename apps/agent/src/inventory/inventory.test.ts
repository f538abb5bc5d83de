import { mkdtempSync, rmSync } from 'node:fs'
import { type Clock, createLogger } from '@yagura/kernel'
import type { BatchItem, ContainerFacts } from '@yagura/schema'
import { afterAll, describe, expect, it } from 'vitest'
import { openGapBook } from '../gaps/book.ts'
import { absent, type RuntimeListing, type RuntimeReader, unreadable } from '../runtimes/runtime.ts'
import { TEST_HOST_KEY, testContext } from '../testing/context.ts'
import { createChangeTracker } from './changes.ts'
import { createInventory } from './inventory.ts'

const directory = mkdtempSync('/tmp/yg-agent-inventory-')
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const machineId = '0'.repeat(32)
const digest = `sha256:${'a'.repeat(64)}`

function facts(containerId: string, more: Partial<ContainerFacts> = {}): ContainerFacts {
  const empty = { commandLine: [], capabilities: [], hostNamespaces: [], mounts: [], ports: [], labels: {} }
  const nothing = { namespace: null, imageName: null, imageDigest: null, pid: null, cgroupId: null, cgroupPath: null }
  const plain = { privileged: false, readOnlyRoot: false, noNewPrivileges: false, seccomp: 'unknown' as const }
  const rest = { user: '0:0', startedAt: null, pod: null, name: containerId, containerId }
  return { kind: 'container', runtime: 'docker', ...empty, ...nothing, ...plain, ...rest, ...more }
}

function rig() {
  const clock: Clock & { ms: number } = { ms: 1_700_000_000_000, nowMs: () => clock.ms, monotonicMs: () => clock.ms }
  let listing: RuntimeListing = absent('docker')
  const sent: BatchItem[] = []
  const reader: RuntimeReader = { runtime: 'docker', read: async () => listing, close() {} }
  const inventory = createInventory({
    readers: [reader],
    node: testContext('').node,
    machineId,
    clock,
    logger: createLogger('test', { level: 'silent' }),
    gaps: openGapBook(mkdtempSync(`${directory}/`)),
    send: (items) => sent.push(...items),
    onListing: () => {},
  })
  return {
    clock,
    inventory,
    async list(next: Partial<RuntimeListing>): Promise<string[]> {
      listing = { ...absent('docker'), endpoint: '/x', ...next }
      clock.ms += 1000
      sent.length = 0
      await inventory.refresh()
      return sent.flatMap((item) => {
        if (item.item === 'asset') return isOurs(item.asset.key) ? [`${item.asset.key} ${item.asset.state}`] : []
        if (item.item === 'gap') return [`gap ${item.gap.code} ${item.gap.resolved ? 'closed' : 'open'}`]
        if (item.item !== 'inventory-complete') return []
        const but = item.unread ? ` but ${item.unread.join(' ')}` : ''
        return [`complete ${item.keys.filter(isOurs).join(' ')}`.trim() + but]
      })
    },
  }
}

/** Containers of this machine that other programs run are seen too: they are not the test's. */
function isOurs(key: string): boolean {
  return key.startsWith('image:') || key.startsWith(`container:${machineId}/docker/t-`)
}

const running = { state: 'running' as const, facts: facts('t-1', { imageDigest: digest, imageName: 'shop:1' }) }
const key = `container:${machineId}/docker/t-1`

describe('inventory', () => {
  it('sends what is new once, and what is gone by the complete list', async () => {
    const { list } = rig()
    expect(await list({ containers: [running] })).toEqual([
      `image:${digest} present`,
      `${key} running`,
      `complete image:${digest} ${key}`,
    ])
    expect((await list({ containers: [running] })).filter((line) => !line.startsWith('complete'))).toEqual([])
    expect(await list({ containers: [{ ...running, state: 'stopped' }] })).toContain(`${key} stopped`)
    expect(await list({})).toEqual(['complete'])
  })

  it('says nothing of a runtime that cannot be read, and closes the gap afterwards', async () => {
    const { list } = rig()
    await list({ containers: [running] })
    const gap = unreadable(testContext(''), 'docker', '/x', 'Permission denied.')
    expect(await list({ gaps: [gap] })).toEqual(['gap RUNTIME_UNREADABLE open', 'complete but docker'])
    expect(await list({ gaps: [gap] })).toEqual([])
    expect(await list({ containers: [running] })).toContain('gap RUNTIME_UNREADABLE closed')
  })

  it('keeps a report that breaks the contract from spoiling the others', async () => {
    const { list } = rig()
    const broken = { state: 'running' as const, facts: facts('t-2', { name: 'x'.repeat(600) }) }
    expect(await list({ containers: [broken, running] })).toEqual([
      `image:${digest} present`,
      `${key} running`,
      'gap FILE_INVALID open',
      `complete image:${digest} ${key}`,
    ])
  })

  it('counts containers that nobody could describe', async () => {
    const { inventory, list, clock } = rig()
    expect(inventory.knows('short-lived')).toBe(false)
    await list({})
    expect(inventory.takeUnidentified()).toEqual([])
    clock.ms += 31_000
    await list({ containers: [running] })
    expect(inventory.knows('t-1')).toBe(true)
    expect(inventory.takeUnidentified()).toMatchObject([
      { code: 'CONTAINER_UNIDENTIFIED', count: 1, scope: TEST_HOST_KEY },
    ])
    expect(inventory.takeUnidentified()).toEqual([])
    await inventory.stop()
  })
})

describe('changes', () => {
  it('looks at everything but the time of looking', () => {
    const tracker = createChangeTracker()
    const report = { key, name: 'n', parentKey: null, facts: running.facts, state: 'running', observedAt: 'a' } as const
    expect(tracker.compare([report]).changed).toEqual([report])
    expect(tracker.compare([{ ...report, observedAt: 'b' }])).toEqual({ changed: [], isShorter: false })
    expect(tracker.compare([{ ...report, name: 'm' }]).changed).toHaveLength(1)
    expect(tracker.compare([])).toEqual({ changed: [], isShorter: true })
    tracker.compare([report])
    tracker.forget()
    expect(tracker.compare([report]).changed).toHaveLength(1)
  })
})
