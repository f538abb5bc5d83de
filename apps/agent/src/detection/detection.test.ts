import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Detection } from '@yagura/detect'
import { createLogger } from '@yagura/kernel'
import type { AssetReport, KernelEvent } from '@yagura/schema'
import { afterAll, describe, expect, it } from 'vitest'
import { openAuditLog } from './audit-log.ts'
import { openDetection } from './detection.ts'
import { identityOf, repositoryOf } from './identity.ts'
import { createRecentEvents } from './recent.ts'
import { openRuleFiles } from './rule-files.ts'
import { createScope } from './scope.ts'
import { openDetectionState } from './state.ts'

const directory = mkdtempSync('/tmp/yg-agent-detection-')
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const logger = createLogger('test', { level: 'silent' })

const RULE = `- rule: A
  id: test-a
  grade: strong
  severity: high
  technique: T1059
  tactic: execution
  condition: evt.kind = exec and proc.name = evil
  sentence: { en: evil ran }
`

function container(id: string, more: object = {}): AssetReport {
  return {
    key: `container:m/containerd/${id}`,
    name: id,
    parentKey: 'host:m',
    state: 'running',
    observedAt: '2026-01-01T00:00:00Z',
    facts: {
      kind: 'container',
      runtime: 'containerd',
      containerId: id,
      name: id,
      imageName: 'registry.example:5000/shop/web:1.2@sha256:abc',
      imageDigest: `sha256:${'a'.repeat(64)}`,
      labels: {},
      pod: { namespace: 'shop', name: 'web-7d9c5b6f8d-x2x4z', uid: 'u', container: 'web' },
      privileged: false,
      hostNamespaces: [],
      commandLine: ['web'],
      pid: 42,
      startedAt: '2026-01-01T00:00:00Z',
      ...more,
    },
  } as unknown as AssetReport
}

describe('identity', () => {
  it('names the repository and what replicas share', () => {
    expect(identityOf(container('c'))).toMatchObject({
      repository: 'registry.example:5000/shop/web',
      workload: 'shop/web/web',
      initPid: 42,
      startedAtMs: Date.UTC(2026, 0, 1),
    })
    expect(
      identityOf(container('c', { pod: { namespace: 'a', name: 'db-3', uid: 'u', container: 'db' } }))?.workload,
    ).toBe('a/db/db')
    expect(repositoryOf('sha256:abc')).toBeNull()
    expect(repositoryOf('busybox')).toBe('busybox')
  })
})

describe('rule files', () => {
  it('are loaded, loaded again when they change, and what is wrong is said and left out', () => {
    const own = join(directory, 'own')
    const extra = join(directory, 'extra')
    mkdirSync(join(own, 'deep'), { recursive: true })
    mkdirSync(extra)
    writeFileSync(join(own, 'deep', 'a.yaml'), RULE)
    const files = openRuleFiles({ own, extra, hostKey: 'host:m', logger })
    expect(files.ruleSet.rules.map((rule) => [rule.id, rule.origin])).toEqual([['test-a', 'yagura']])
    expect(files.refresh()).toBe(false)
    writeFileSync(
      join(extra, 'b.yaml'),
      `${RULE.replace('test-a', 'test-b').replace('rule: A', 'rule: B')}- rule: C\n  condition: nonsense.field = 1\n`,
    )
    expect(files.refresh()).toBe(true)
    expect(files.ruleSet.rules.map((rule) => rule.id)).toContain('test-b')
    expect(files.gaps('2026-01-01T00:00:00Z').some((gap) => gap.subject.includes('b.yaml'))).toBe(true)
  })
})

const EVIL: KernelEvent = {
  id: 'e.1',
  at: '2026-01-01T00:00:01Z',
  source: 'ebpf',
  pid: 50,
  tid: 50,
  parentPid: 42,
  startNs: '5',
  uid: 0,
  gid: 0,
  command: 'evil',
  exe: '/usr/bin/evil',
  cgroupId: '1',
  containerId: 'c',
  ancestry: [],
  type: 'exec',
  args: ['evil'],
  argsTruncated: false,
  cwd: '/',
}

function rigOf(name: string) {
  const own = join(directory, `rules-${name}`)
  mkdirSync(own)
  writeFileSync(join(own, 'a.yaml'), RULE)
  const told: Detection[] = []
  let monotonicMs = 0
  const options = {
    hostKey: 'host:m',
    clock: { nowMs: () => Date.UTC(2026, 0, 1), monotonicMs: () => monotonicMs },
    logger,
    ownRules: own,
    extraRules: null,
    stateDirectory: join(directory, name),
    onDetection: (one: Detection) => void told.push(one),
  }
  return { options, told, pass: (ms: number) => (monotonicMs += ms) }
}

describe('detection on the node', () => {
  it('goes on with what it told, whenever it is killed', () => {
    const { options, told, pass } = rigOf('killed')
    const first = openDetection(options)
    first.noteItems([{ item: 'asset', asset: container('c') }])
    pass(3000)
    first.tick()
    expect(openDetectionState(options.stateDirectory, logger).load()).toBeUndefined()
    first.receive(EVIL)
    // killed before it could save, while it wrote a line
    appendFileSync(join(options.stateDirectory, 'told.jsonl'), '{"id":"0')
    const second = openDetection(options)
    expect(second.detector.stats().chains).toBe(1)
    second.noteItems([{ item: 'asset', asset: container('c') }])
    second.receive({ ...EVIL, id: 'e.2', pid: 51, startNs: '6', args: ['evil', 'again'], at: '2026-01-01T00:02:05Z' })
    const revisions = told.flatMap((one) => (one.kind === 'incident' ? one.incident : []))
    expect(new Set(revisions.map(({ id }) => id)).size).toBe(1)
    // whoever heard more than was saved takes what is newer than that
    expect(revisions.at(-1)?.revision).toBeGreaterThan(50)
    expect(revisions.at(-1)?.steps).toHaveLength(2)
    pass(3000)
    second.tick()
    expect(openDetectionState(options.stateDirectory, logger).load()?.length).toBeGreaterThan(100)
    expect(openDetectionState(options.stateDirectory, logger).told()).toEqual([])
    expect(openDetection(options).detector.stats().chains).toBe(1)
  })

  it('knows containers, uses the rules, and goes on from its state', () => {
    const { options, told } = rigOf('state')
    const first = openDetection(options)
    first.noteItems([{ item: 'asset', asset: container('c') }])
    first.receive(EVIL)
    first.noteGaps([])
    first.stop()
    expect(told.map(({ kind }) => kind)).toEqual(['signal', 'incident'])
    expect(openDetection(options).detector.stats().chains).toBe(1)
    writeFileSync(join(directory, 'state', 'detection.zst'), 'torn')
    expect(openDetection(options).detector.stats().chains).toBe(0)
    expect(openDetectionState(join(directory, 'none'), logger).load()).toBeUndefined()
  })
})

describe('an agent that is behind', () => {
  it('does not forget a container before it has heard of all that it did', () => {
    const { options, pass } = rigOf('behind')
    let nowMs = Date.UTC(2026, 0, 1, 1)
    const detection = openDetection({ ...options, clock: { ...options.clock, nowMs: () => nowMs } })
    const identified: (string | null)[] = []
    const { identify } = detection.detector
    detection.detector.identify = (id, identity) => {
      identified.push(identity === null ? null : id)
      identify(id, identity)
    }
    detection.noteItems([{ item: 'asset', asset: container('c') }])
    const at = (ms: number) => new Date(nowMs + ms).toISOString()
    for (let listing = 0; listing < 3; listing++) {
      detection.receive({ ...EVIL, id: `e.${listing}`, at: at(-20_000) })
      detection.tick()
      detection.noteContainers(new Set())
      nowMs += 5000
      pass(5000)
    }
    expect(identified).toEqual(['c'])
    detection.tick()
    detection.noteContainers(new Set())
    expect(identified).toEqual(['c', null])
  })
})

describe('recent events', () => {
  it('are given once, and only while they are recent', () => {
    const recent = createRecentEvents(3)
    for (const id of ['a', 'b', 'c', 'd']) recent.add({ id } as KernelEvent)
    expect(recent.take('a')).toBeUndefined()
    expect(recent.take('b')?.id).toBe('b')
    expect(recent.take('b')).toBeUndefined()
    expect(recent.take('d')?.id).toBe('d')
  })
})

describe('scope', () => {
  it('speaks only of containers below a control group', () => {
    const live = (containerId: string, path: string) => ({
      cgroupId: '1',
      path,
      containerId,
      runtime: 'containerd' as const,
    })
    const running = [live('in', '/bench/node/default/in')]
    const scope = createScope('/bench/node', () => running)
    const signal = (containerId: string | null) => ({ kind: 'signal', signal: { process: { containerId } } }) as never
    expect([scope.has(signal('in')), scope.has(signal(null))]).toEqual([true, false])
    // one that began a moment ago is asked for before it is spoken of
    running.push(live('out', '/system.slice/out'))
    expect(scope.has(signal('out'))).toBe(false)
    expect(createScope(null, () => []).has(signal(null))).toBe(true)
  })
})

describe('audit log', () => {
  it('gives new lines only, across rotation, and counts what is none', () => {
    const path = join(directory, 'audit.log')
    const line = (id: string) =>
      `${JSON.stringify({ auditID: id, stage: 'ResponseComplete', stageTimestamp: '2026-01-01T00:00:00Z', verb: 'get', user: { username: 'u' }, objectRef: { resource: 'pods' } })}\n`
    writeFileSync(path, line('old'))
    const log = openAuditLog(path)
    expect(log.read()).toEqual([])
    appendFileSync(path, line('a') + line('b').slice(0, 20))
    expect(log.read().map((one) => one.auditId)).toEqual(['a'])
    appendFileSync(path, line('b').slice(20))
    expect(log.read().map((one) => one.auditId)).toEqual(['b'])
    appendFileSync(path, 'nonsense\n')
    expect(log.read()).toEqual([])
    expect(log.takeUnread()).toBe(1)
    renameSync(path, `${path}.1`)
    writeFileSync(path, line('c'))
    log.read()
    expect(log.read().map((one) => one.auditId)).toEqual(['c'])
    log.close()
    const missing = openAuditLog(join(directory, 'later.log'))
    expect(missing.read()).toEqual([])
    writeFileSync(join(directory, 'later.log'), line('d'))
    expect(missing.read().map((one) => one.auditId)).toEqual(['d'])
    missing.close()
  })
})
