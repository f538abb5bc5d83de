// From an attack to what is done about it: by a person at the server, by a policy on the node; and everything taken back.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IncidentDetail, NewAction, ResponseAction } from '@yagura/schema'
import type { Client, ResponseOf } from '@yagura/schema/client'
import { makeNode, type Node } from '@yagura/testbed'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listAll, signInAsPerson } from './support/api.ts'
import { describeWith } from './support/requirements.ts'
import type { Service } from './support/service.ts'
import { pause, until } from './support/until.ts'
import { makeWorld, type World } from './support/world.ts'

const PORT = 17_760
const POLICY = `
version: 1
prevent:
  - name: image-only
    mode: enforce
    select: { images: ["*debian*"] }
    denyExec: [upper]
`
/** What the workload does, ten times a second. */
const SERVICE = ['/bin/sh', '-c', 'i=0; while :; do i=$((i+1)); echo $i > /beat; sleep 0.1; done']
/** A program that is not of the image, started from where anybody may write. */
const ATTACK = 'cp /bin/busybox /tmp/busybox-k; /tmp/busybox-k sleep 300 </dev/null >/dev/null 2>&1 &'

describeWith(['node', 'data', 'sensor'], 'response', () => {
  let node: Node
  let world: World
  let supervisor: Service
  let person: Client

  beforeAll(async () => {
    world = makeWorld({ name: 'response', port: PORT })
    const policy = join(world.directory, 'policy.yaml')
    writeFileSync(policy, POLICY)
    node = await makeNode({ name: `response-${process.pid}` })
    const [installation] = await Promise.all([
      world.start({ runtimeRoot: node.root, env: { YAGURA_RESPONSE_POLICY: policy } }),
      startContainers(),
    ])
    supervisor = installation.supervisor
    person = await signInAsPerson(world.consoleUrl, world.paths.server.adminSocket)
    for (const name of ['web', 'calm', 'standing', 'guarded'])
      await until(`the container ${name} is listed`, async () => {
        const { items } = await person('listAssets', { query: { kind: 'container', filter: `name = "${name}"` } })
        return items[0]
      })
  })

  async function startContainers(): Promise<void> {
    const alpine = await node.importImage('alpine:3.11')
    const debian = await node.importImage('debian:bookworm')
    for (const name of ['web', 'calm', 'standing'])
      await node.run({ image: alpine, name, command: SERVICE, network: name === 'web' ? 'bridge' : 'none' })
    await node.run({ image: debian, name: 'guarded', command: SERVICE })
  }

  afterAll(async () => {
    await world?.close()
    await node?.close()
  })

  const attack = (name: string) => node.exec(name, ['/bin/sh', '-c', ATTACK])

  async function incidentsOf(name: string): Promise<IncidentDetail[]> {
    const incidents = await listAll(person, 'listIncidents', { state: 'all' })
    const own = incidents.filter(({ containerIds }) => containerIds.includes(name))
    return Promise.all(own.map(({ id }) => person('getIncident', { params: { id } })))
  }

  function incidentOf(name: string): Promise<IncidentDetail> {
    return until(`an incident of ${name}`, async () => (await incidentsOf(name))[0])
  }

  type Order = Pick<NewAction, 'kind' | 'containerId'> & Partial<NewAction>
  function order(incident: IncidentDetail, action: Order): Promise<ResponseAction> {
    const body = { process: null, reason: 'end to end', dryRun: false, expiresInMinutes: 60, ...action }
    return person('createAction', { params: { id: incident.id }, body })
  }

  /** The action once the agent has said that it is in this state. */
  function settled({ id }: ResponseAction, state: ResponseAction['state']): Promise<ResponseAction> {
    let last: ResponseOf<'listActions'>['items'][number] | undefined
    return until(`the action is ${state}`, async () => {
      last = (await listAll(person, 'listActions', {})).find((one) => one.id === id)
      if (last?.state === state && last.doneAt !== null) return last
      throw new Error(`it is ${last?.state}: ${last?.reason}`)
    })
  }

  /** Below the node's part of cgroup2, where containerd puts its containers. */
  function groupOf(name: string): string {
    const root = existsSync('/sys/fs/cgroup/cgroup.controllers') ? '/sys/fs/cgroup' : '/sys/fs/cgroup/unified'
    const path = join(root, node.cgroupPath)
    const found = [join(path, name), join(path, 'default', name)].find((place) => existsSync(place))
    if (found === undefined) throw new Error(`There is no control group of ${name} below ${path}.`)
    return found
  }
  const pidsOf = (name: string) =>
    readFileSync(join(groupOf(name), 'cgroup.procs'), 'utf8')
      .trim()
      .split('\n')
      .map(Number)
  const freezeOf = (name: string) => readFileSync(join(groupOf(name), 'cgroup.freeze'), 'utf8').trim()
  /** Read from outside: a frozen container runs no program. */
  const beatOf = (name: string) => Number(readFileSync(`/proc/${pidsOf(name)[0]}/root/beat`, 'utf8'))
  function works(name: string): Promise<true> {
    const before = beatOf(name)
    return until(`${name} works`, () => (beatOf(name) > before ? true : undefined), { timeoutMs: 5000, everyMs: 50 })
  }
  async function stands(name: string): Promise<void> {
    expect(freezeOf(name)).toBe('1')
    const before = beatOf(name)
    await pause(500)
    expect(beatOf(name)).toBe(before)
  }

  let standingFreeze: ResponseAction
  test('an attack is an incident of its container, and a freeze survives the agent', async () => {
    await attack('standing')
    const incident = await incidentOf('standing')
    expect(incident.containerIds).toEqual(['standing'])
    standingFreeze = await order(incident, { kind: 'freeze', containerId: 'standing', expiresInMinutes: 1 })
    await settled(standingFreeze, 'done')
    await stands('standing')
    const [pid = 0] = agentPids(supervisor.pid)
    process.kill(pid, 'SIGKILL')
    await until('another agent runs', () => agentPids(supervisor.pid).find((one) => one !== pid))
    await stands('standing')
    const marker = `seen-${process.pid}`
    await until('the new agent sees', async () => {
      await node.exec('web', ['/bin/echo', marker])
      await pause(500)
      const { items } = await person('listEvents', { query: { filter: `args startswith "/bin/echo ${marker}"` } })
      return items[0]
    })
    const forced = (await listAll(person, 'listIncidents', {})).filter(({ title }) => title.en.includes('by force'))
    expect(forced).toHaveLength(1)
  })

  test('a dry run says what would be done, and nothing is', async () => {
    await attack('web')
    const dry = await order(await incidentOf('web'), { kind: 'freeze', containerId: 'web', dryRun: true })
    await settled(dry, 'dry-run')
    expect(freezeOf('web')).toBe('0')
    await works('web')
  })

  test('a container is frozen and thawed by a person, whom the log names', async () => {
    const freeze = await order(await incidentOf('web'), { kind: 'freeze', containerId: 'web' })
    const done = await settled(freeze, 'done')
    await stands('web')
    await person('undoAction', { params: { id: freeze.id } })
    await settled(freeze, 'undone')
    await works('web')
    const { actor } = await person('getSession').then(({ user }) => ({ actor: user.name }))
    expect(done.decidedBy).toBe(`user:${actor}`)
    const log = (await listAll(person, 'listAuditLog', {})).filter(({ detail, action }) =>
      [detail, action].some((text) => text?.includes(freeze.id) || text === 'undoAction'),
    )
    expect(log.map(({ action, outcome }) => `${action} ${outcome}`).sort()).toEqual([
      'createAction allowed',
      'undoAction allowed',
    ])
    expect(new Set(log.map((entry) => entry.actor))).toEqual(new Set([actor]))
  })

  test('a container in quarantine reaches nobody until it is let out', async () => {
    const { stdout } = await node.exec('web', ['ip', 'route'])
    const gateway = /default via (\S+)/.exec(stdout)?.[1] ?? ''
    const ping = async () => (await node.exec('web', ['ping', '-c', '1', '-W', '1', gateway])).exitCode
    expect(await ping()).toBe(0)
    const quarantine = await order(await incidentOf('web'), { kind: 'quarantine-network', containerId: 'web' })
    await settled(quarantine, 'done')
    expect(await ping()).not.toBe(0)
    await works('web')
    await person('undoAction', { params: { id: quarantine.id } })
    await settled(quarantine, 'undone')
    expect(await ping()).toBe(0)
  })

  test('evidence is kept, then the process and all it started is ended, and the service goes on', async () => {
    const incident = await incidentOf('web')
    const suspect = incident.steps.findLast(({ process }) => process?.exe === '/tmp/busybox-k')?.process ?? null
    expect(suspect).not.toBeNull()
    const capture = await settled(
      await order(incident, { kind: 'capture', containerId: 'web', process: suspect }),
      'done',
    )
    const directory = join(world.paths.agent.root, 'state/response/captures', capture.id)
    expect(readdirSync(directory).sort()).toEqual(capture.evidence.map((name) => name.split('/')[1]).sort())
    expect(readdirSync(directory)).toContain(`program-${suspect?.pid}`)
    expect(readFileSync(join(directory, 'events.jsonl'), 'utf8')).toContain('/tmp/busybox-k')
    expect(pidsOf('web')).toContain(suspect?.pid)
    await settled(await order(incident, { kind: 'kill-tree', containerId: 'web', process: suspect }), 'done')
    await until('the process has ended', () => (pidsOf('web').includes(suspect?.pid ?? 0) ? undefined : true))
    await works('web')
  })

  test('a false alarm is not raised again', async () => {
    await attack('calm')
    const incident = await incidentOf('calm')
    await person('changeIncident', { params: { id: incident.id }, body: { verdict: 'false-alarm' } })
    // commands are taken in order: what was asked for after the verdict is done after it
    await settled(await order(incident, { kind: 'capture', containerId: 'calm' }), 'done')
    await attack('calm')
    const last = pidsOf('calm').at(-1)
    await until('the second act was seen', async () => {
      const { items } = await person('listEvents', { query: { filter: `type = "exec" and pid = ${last}` } })
      return items[0]
    })
    // incidents come at most once a second
    await pause(2500)
    const all = await incidentsOf('calm')
    expect(all.map(({ id, state, verdict }) => ({ id, state, verdict }))).toEqual([
      { id: incident.id, state: 'closed', verdict: 'false-alarm' },
    ])
  })

  test('by policy, a program that is not of the image has no effect, and the service goes on', async () => {
    const script = 'cp /usr/bin/touch /tmp/dropped; /tmp/dropped /tmp/effect; touch /tmp/own; ls /tmp'
    const { stdout } = await node.exec('guarded', ['/bin/sh', '-c', script])
    expect(stdout.trim().split('\n').sort()).toEqual(['dropped', 'own'])
    await works('guarded')
    const refused = await until('the refusal is in the log of actions', async () =>
      (await listAll(person, 'listActions', {})).find(({ containerId }) => containerId === 'guarded'),
    )
    expect(refused).toMatchObject({ kind: 'deny-exec', state: 'done', decidedBy: 'policy:image-only' })
  })

  test('what stands ends by itself when its time is over', async () => {
    const left = Date.parse(standingFreeze.expiresAt ?? '') - Date.now()
    if (left > 3000) await stands('standing')
    await until('the freeze has expired', () => (freezeOf('standing') === '0' ? true : undefined), {
      timeoutMs: 70_000,
    })
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(standingFreeze.expiresAt ?? ''))
    await settled(standingFreeze, 'expired')
    await works('standing')
  })

  test('of the host there is one incident: that its agent was killed', async () => {
    const incidents = await listAll(person, 'listIncidents', { state: 'all' })
    const ofHost = incidents.filter(({ containerIds }) => containerIds.length === 0)
    expect(ofHost.map(({ title }) => title.en)).toEqual(['The agent was ended by force'])
  })
})

/** Agents that the supervisor has started; never any other process. */
function agentPids(supervisorPid: number): number[] {
  return childrenOf(supervisorPid).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('apps/agent/src/main.ts')
    } catch {
      return false
    }
  })
}

function childrenOf(pid: number): number[] {
  try {
    const own = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
    return own.flatMap((child) => [child, ...childrenOf(child)])
  } catch {
    return []
  }
}
