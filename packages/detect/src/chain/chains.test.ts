// One campaign, one incident: steps in order, tactics by their place, merged, updated, never made of hints alone.
import { incidentReport, runtimeFinding, signal } from '@yagura/schema'
import { describe, expect, it } from 'vitest'
import { createWorld, rulesOf, ruleWhere, type World } from '../testing/world.ts'
import { longestRise, nextTactics, placeTactic } from './tactics.ts'

const weak = ruleWhere('weak', 'weak', ['discovery'], (event) => event.type === 'exec' && event.exe.endsWith('/weak'))
const hint = ruleWhere('hint', 'weak', ['collection'], (event) => event.type === 'exec' && event.exe.endsWith('/hint'))
const medium = ruleWhere(
  'medium',
  'medium',
  ['execution'],
  (event) => event.type === 'exec' && event.exe.endsWith('/medium'),
)
const strong = ruleWhere(
  'strong',
  'strong',
  ['persistence'],
  (event) => event.type === 'exec' && event.exe.endsWith('/strong'),
)
const steal = ruleWhere(
  'steal',
  'strong',
  ['credential-access'],
  (event) => event.type === 'open' && event.path === '/secret',
  { source: 'file' },
)
const rules = rulesOf(weak, hint, medium, strong, steal)

function open(world: World) {
  return [...world.told.incidents.values()].filter((one) => one.mergedInto === null)
}

describe('what becomes an incident', () => {
  it('a strong signal, at once and alone', () => {
    const world = createWorld(rules)
    world.container('c1', '/app').run('/opt/strong')
    expect(open(world)).toMatchObject([
      { containerIds: ['c1'], revision: 1, steps: [{ rule: 'strong', tactic: 'persistence' }] },
    ])
  })

  it('never hints alone, however many and however many kinds', () => {
    const world = createWorld(rules)
    const init = world.container('c1', '/app')
    for (let time = 0; time < 50; time++) init.run('/opt/weak').run('/opt/hint')
    expect(world.told.signals.length).toBeGreaterThan(2)
    expect(world.told.findings).toEqual([])
    expect(open(world)).toEqual([])
  })

  it('never sequences alone', () => {
    const world = createWorld(rules)
    const init = world.container('c1', '/app')
    for (let time = 0; time < 300; time++) {
      init.event('sequence', { previousCall: `a${time}`, call: `b${time}`, score: 4, automaton: null })
    }
    expect(world.told.signals.map((one) => one.source)).toContain('sequence')
    expect(world.told.findings).toEqual([])
    expect(open(world)).toEqual([])
  })

  it('a medium signal is a finding, and an incident in a lineage that carries a mark', () => {
    const world = createWorld(rules)
    world.container('c1', '/app').run('/opt/medium')
    expect(world.told.findings).toHaveLength(1)
    expect(open(world)).toEqual([])
    const job = world.container('c2', '/app').run('sh -c x')
    job.run('cat x').read('/etc/shadow')
    world.wait(2000)
    job.run('/opt/medium')
    expect(open(world)).toMatchObject([{ containerIds: ['c2'] }])
  })

  it('nothing of the runtime that builds the container', () => {
    const stage = ruleWhere('mounts', 'strong', ['privilege-escalation'], (event) => event.type === 'mount')
    const world = createWorld(rulesOf(stage))
    world.container('c1', '/app').run('sh -c x')
    expect(open(world)).toEqual([])
    expect(world.told.signals).toEqual([])
  })
})

describe('one campaign', () => {
  function campaign(): World {
    const world = createWorld(rules)
    const init = world.container('c1', '/app')
    init.run('/opt/weak')
    init.run('sh -c a').run('/opt/medium')
    init.run('/opt/strong')
    world.wait(5000)
    world.inject('c1', '/bin/cat').read('/secret')
    world.wait(2000)
    return world
  }

  it('is one incident over several lineages of a container, steps in order, evidence named', () => {
    const world = campaign()
    const [incident, ...others] = open(world)
    expect(others).toEqual([])
    expect(incident?.steps.map((step) => step.rule)).toEqual(['weak', 'medium', 'strong', 'steal'])
    const ids = new Set(world.events.map((event) => event.id))
    for (const step of incident?.steps ?? []) {
      expect(step.eventIds.length).toBeGreaterThan(0)
      for (const id of step.eventIds) expect(ids).toContain(id)
    }
    expect(incident?.title.en).toBe('strong')
    expect(incident?.root?.exe).toBe('/app')
    expect(incident?.nextTactics[0]?.tactic).toBe('lateral-movement')
    expect(incident?.nodes.map((node) => node.kind)).toContain('file')
  })

  it('keeps to the contracts of the wire', () => {
    const world = campaign()
    for (const one of world.told.signals) expect(signal.safeParse(one).error).toBeUndefined()
    for (const one of world.told.findings) expect(runtimeFinding.safeParse(one).error).toBeUndefined()
    for (const one of world.told.incidents.values()) expect(incidentReport.safeParse(one).error).toBeUndefined()
  })

  it('is told at most once a second after the first time', () => {
    const world = createWorld(rules)
    const init = world.container('c1', '/app')
    const revisions: number[] = []
    const receive = world.detector.receive
    expect(receive).toBeTypeOf('function')
    for (let time = 0; time < 400; time++) init.run(time % 2 === 0 ? '/opt/strong' : '/opt/medium').read('/secret')
    for (const one of world.told.incidents.values()) revisions.push(one.revision)
    // 400 rounds of a few milliseconds each
    expect(Math.max(...revisions)).toBeLessThanOrEqual(Math.ceil((world.nowMs() - Date.UTC(2026, 5, 1)) / 1000) + 1)
  })

  it('joins two containers that share a file, and says which incident went into which', () => {
    const world = createWorld(rules)
    const one = world.container('c1', '/app')
    const two = world.container('c2', '/app')
    one.run('/opt/strong').write('/shared/x', { layer: 'mount', inode: '4711' })
    two.run('/opt/strong')
    expect(open(world)).toHaveLength(2)
    two.run('sh /mnt/x').read('/mnt/x', { layer: 'mount', inode: '4711' })
    world.wait(2000)
    const [left, ...rest] = open(world)
    expect(rest).toEqual([])
    expect(left?.containerIds.sort()).toEqual(['c1', 'c2'])
    expect([...world.told.incidents.values()].find((each) => each.mergedInto !== null)?.mergedInto).toBe(left?.id)
  })

  it('follows a connection into another container', () => {
    const world = createWorld(rules)
    const attacker = world.container('c1', '/app')
    const server = world.container('c2', '/srv/app').listen(8080)
    attacker.run('/opt/strong').connect('10.1.0.7', 8080, { localAddress: '10.1.0.2', localPort: 41_000 })
    server.event('accept', {
      family: 'inet',
      protocol: 'tcp',
      localAddress: '10.1.0.7',
      localPort: 8080,
      remoteAddress: '10.1.0.2',
      remotePort: 41_000,
    })
    server.run('sh -c id').run('/opt/strong')
    world.wait(2000)
    const found = open(world)
    expect(found).toHaveLength(1)
    expect(found[0]?.containerIds.sort()).toEqual(['c1', 'c2'])
  })

  it('keeps containers apart whose files have the same numbers', () => {
    const world = createWorld(rules)
    const one = world.container('c1', '/app')
    one.run('/opt/fetch x').connect('10.88.0.1', 8000).write('/tmp/x', { inode: '4711' })
    one.run('/tmp/x', { layer: 'upper', inode: '4711' })
    one.run('/opt/strong')
    // the layers of another container, mounted under the same number, in which the inode is used again
    const two = world.container('c2', '/app')
    two.run('initdb').read('/data/PG_VERSION', { layer: 'upper', inode: '4711' })
    two.run('/data/tool', { layer: 'upper', inode: '4711' })
    // and where the same memory is used again for a new file
    one.run('/opt/strong --more').write('/dev/shm/a', { layer: 'tmpfs', inode: '12' })
    const three = world.container('c3', '/app')
    three.write('/dev/shm/b', { layer: 'tmpfs', inode: '12' })
    three.run('cat /dev/shm/b').read('/dev/shm/b', { layer: 'tmpfs', inode: '12' })
    world.wait(2000)
    const found = open(world)
    expect(found.map((incident) => incident.containerIds)).toEqual([['c1']])
  })

  it('does not follow an address into another network that has the same addresses', () => {
    const world = createWorld(rules)
    const attacker = world.container('c1', '/app')
    attacker.run('/opt/strong').connect('10.1.0.7', 8080, { localAddress: '10.1.0.2', localPort: 41_000 })
    const accept = { family: 'inet', protocol: 'tcp', localAddress: '10.1.0.7', localPort: 8080 }
    const [server, other] = ['c2', 'c3'].map((id) => {
      const actor = world.container(id, '/srv/app').listen(8080)
      return actor.event('accept', { ...accept, remoteAddress: '10.1.0.9', remotePort: 5000 })
    })
    for (const one of [server, other]) {
      one?.event('accept', { ...accept, remoteAddress: '10.1.0.2', remotePort: 41_000 })
      one?.run('sh -c id').run('/opt/medium')
    }
    world.wait(2000)
    expect(open(world).map((incident) => incident.containerIds)).not.toContainEqual(
      expect.arrayContaining(['c1', 'c2']),
    )
  })

  it('follows a lineage out of its container', () => {
    const world = createWorld(rules)
    const init = world.container('c1', '/app')
    const job = init.run('/opt/strong')
    const child = job.fork()
    // the sensor sees the child in a group of the host from now on
    const escaped = world.events.at(-1)
    expect(escaped?.type).toBe('fork')
    world.detector.receive({
      ...(world.events.find((event) => event.type === 'exec') as object),
      id: 'x.1',
      at: new Date(world.nowMs()).toISOString(),
      type: 'open',
      pid: child.pid,
      tid: child.pid,
      startNs: child.startNs,
      containerId: null,
      path: '/secret',
      flags: 0,
      created: false,
    } as never)
    world.wait(2000)
    const [incident, ...others] = open(world)
    expect(others).toEqual([])
    expect(incident?.steps.map((step) => step.rule)).toContain('steal')
  })

  it('notes what was lost around a step', () => {
    const world = createWorld(rules)
    const init = world.container('c1', '/app')
    init.run('/opt/strong')
    world.detector.noteLoss(world.nowMs(), '12 events were lost.')
    world.wait(2000)
    expect(open(world)[0]?.steps[0]?.missing).toContain('12 events')
  })

  it('joins the audit log: who asked for a session, what a service account did', () => {
    const exec = ruleWhere('pods/exec', 'medium', ['execution'], () => false, { source: 'audit' })
    const secrets = ruleWhere('secrets', 'strong', ['credential-access'], () => false, { source: 'audit' })
    const world = createWorld(rulesOf(exec, secrets, strong))
    const pod = { namespace: 'shop', name: 'web-1', uid: 'uid-1', container: 'web' }
    world.container('c1', '/app', { pod })
    const audit = (resource: string, more: object) =>
      ({
        auditId: `audit-${resource}`,
        atMs: world.nowMs(),
        stage: 'ResponseComplete',
        verb: 'create',
        user: 'eve',
        groups: [],
        sourceAddresses: [],
        userAgent: '',
        resource,
        namespace: 'shop',
        name: 'web-1',
        responseCode: 200,
        podUid: null,
        requestObject: null,
        ...more,
      }) as never
    world.detector.receiveAudit(audit('pods/exec', {}))
    world.inject('c1', 'bash').run('/opt/strong')
    world.detector.receiveAudit(
      audit('secrets', { user: 'system:serviceaccount:shop:web', name: null, podUid: 'uid-1' }),
    )
    world.wait(2000)
    const found = open(world)
    expect(found).toHaveLength(1)
    expect(found[0]?.steps.map((step) => step.rule)).toEqual(['pods/exec', 'strong', 'secrets'])
  })
})

describe('tactics', () => {
  it('are placed after the last one seen where a technique has several', () => {
    expect(placeTactic(['persistence', 'privilege-escalation'], null)).toBe('persistence')
    expect(placeTactic(['execution', 'persistence'], 'execution')).toBe('persistence')
    expect(placeTactic(['execution', 'persistence'], 'impact')).toBe('execution')
    expect(placeTactic([], 'impact')).toBeNull()
  })

  it('have a longest rise and likely next ones', () => {
    expect(longestRise([2, 3, 3, 1, 5])).toBe(3)
    expect(longestRise([])).toBe(0)
    for (const next of nextTactics('execution')) expect(next.probability01).toBeGreaterThan(0)
    expect(nextTactics(null)).toEqual([])
  })
})
