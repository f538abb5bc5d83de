// A real API server tells who opened a session and what a pod's token asked for; the kernel tells what was done in the pod: one
// incident. By webhook through the server, and by the log file on the node.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import type { IncidentDetail } from '@yagura/schema'
import type { Client } from '@yagura/schema/client'
import { type Cluster, defaultCacheDir, makeCluster, missingForKubernetes } from '@yagura/testbed'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listAll } from './support/api.ts'
import { checkout, describeWith } from './support/requirements.ts'
import type { Service } from './support/service.ts'
import { until } from './support/until.ts'
import { makeWorld, type World } from './support/world.ts'

const PORT = 17_960
const AGENT_PORT = PORT + 1
const missing = await missingForKubernetes(defaultCacheDir())
if (missing.length > 0) console.error(`NOT TESTED: the audit log of Kubernetes needs ${missing.join(', ')}.`)
test('audit log of Kubernetes: this machine can build Kubernetes', () => {
  expect(process.env.CI === 'true' ? missing : []).toEqual([])
})
/** Runs in the network of the node. */
const RELAY = `const net = require('node:net'); net.createServer((one) => { const other = net.connect(process.argv[2]);
one.pipe(other).pipe(one); for (const s of [one, other]) s.on('error', () => { one.destroy(); other.destroy() }) }).listen(+process.argv[1], '127.0.0.1')`

/** A pod with a token that names it, as every pod has one from Kubernetes 1.21 on. */
const pod = (name: string, image: string) => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: default}
spec:
  automountServiceAccountToken: false
  containers:
    - name: main
      image: ${image}
      imagePullPolicy: Never
      command: [/bin/sh, -c, 'while :; do sleep 1; done']
      volumeMounts: [{name: token, mountPath: /var/run/secrets/kubernetes.io/serviceaccount}]
  volumes:
    - name: token
      projected: {sources: [{serviceAccountToken: {path: token, expirationSeconds: 3600}}]}
`
/** A program that is not of the image, started from where anybody may write. */
const ATTACK = 'cp /bin/busybox /tmp/busybox-k; /tmp/busybox-k sleep 2'
/** What whoever has a shell there tries next. */
const ASK = `cp /bin/busybox /tmp/busybox-k; /tmp/busybox-k wget -q -O - --no-check-certificate \
--header "Authorization: Bearer $(cat /var/run/secrets/kubernetes.io/serviceaccount/token)" \
https://10.87.0.1:6443/api/v1/namespaces/default/secrets; true`

describeWith(missing.length > 0 ? [] : ['node', 'data', 'sensor'], 'audit log of Kubernetes', () => {
  let cluster: Cluster
  let world: World
  let api: Client
  const relays: (Server | ChildProcess)[] = []
  let supervisor: Service

  beforeAll(async () => {
    if (missing.length > 0) return
    world = makeWorld({ name: 'audit', port: PORT })
    cluster = await makeCluster({ name: `audit-${process.pid}` })
    const image = await cluster.node.importImage('alpine:3.11', 'k8s.io')
    for (const name of ['by-webhook', 'by-token', 'by-file']) await cluster.apply(pod(name, image))
    for (const name of ['by-webhook', 'by-token', 'by-file'])
      await cluster.kubectl('wait', '--for=condition=Ready', `pod/${name}`, '--timeout=50s')
  }, 20 * 60_000)

  afterAll(async () => {
    await world?.close()
    for (const one of relays) 'kill' in one ? one.kill() : one.close()
    await cluster?.close()
  })

  /** The node has a network of its own: what it says to port 7441 there reaches the server's listener for agents here. */
  async function relay(): Promise<void> {
    const path = join(world.directory, 'relay.sock')
    const here = createServer((socket) => {
      const there = connect(AGENT_PORT, '127.0.0.1')
      socket.pipe(there).pipe(socket)
      for (const one of [socket, there]) one.on('error', () => [socket.destroy(), there.destroy()])
    })
    await new Promise<void>((resolve) => here.listen(path, resolve))
    relays.push(here)
    const argv = [`--net=/proc/${cluster.node.pid}/ns/net`, process.execPath, '-e', RELAY, String(AGENT_PORT), path]
    relays.push(spawn('setpriv', ['--pdeathsig', 'TERM', '--', 'nsenter', ...argv], { stdio: 'inherit' }))
  }

  function assetOf(name: string) {
    return until(`${name} is listed`, async () => {
      const { items } = await api('listAssets', { query: { kind: 'container', filter: `pod = "${name}"` } })
      return items[0]
    })
  }
  async function incidentOf(name: string, isWanted: (incident: IncidentDetail) => boolean): Promise<IncidentDetail> {
    let last = 'there is none'
    const { id: assetId } = await assetOf(name)
    return until(
      `an incident of ${name}`,
      async () => {
        for (const { id } of await listAll(api, 'listIncidents', { state: 'all' })) {
          const incident = await api('getIncident', { params: { id } })
          if (!incident.assets.some((asset) => asset.id === assetId)) continue
          last = incident.steps.map(({ rule }) => rule).join(' ')
          if (isWanted(incident)) return incident
        }
        throw new Error(last)
      },
      { timeoutMs: 40_000, everyMs: 500 },
    )
  }
  const says = (incident: IncidentDetail, rule: string) => incident.steps.some((step) => step.rule === rule)

  test('by webhook: who opened the session is in the incident of what was done in it', async () => {
    ;({ api, supervisor } = await world.start({ runtimeRoot: cluster.node.root }))
    await assetOf('by-webhook')
    await relay()
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [join(checkout, 'apps/cli/src/main.ts'), 'agent', 'audit-webhook', '--name', 'testbed'],
      { env: { ...process.env, YAGURA_DATA_DIR: join(world.directory, 'state') }, encoding: 'utf8' },
    )
    expect(stderr.replace(/^.*Warning.*$|^\(Use .*$/gm, '').trim()).toBe('')
    expect(JSON.parse(stdout).users[0].user.token).toMatch(/^ygt_/)
    await cluster.node.write('/etc/kubernetes/yagura-audit.kubeconfig', stdout)
    await cluster.restartApiServer([
      '--audit-webhook-config-file=/etc/kubernetes/yagura-audit.kubeconfig',
      '--audit-webhook-batch-max-wait=1s',
    ])
    await cluster.kubectl('exec', 'by-webhook', '--', '/bin/sh', '-c', ATTACK)
    const incident = await incidentOf('by-webhook', (one) => says(one, 'audit-pod-exec'))
    const step = incident.steps.find(({ rule }) => rule === 'audit-pod-exec')
    expect(step?.sentence.en).toContain('admin ran a command in the pod default/by-webhook')
    expect(incident.nodes.some(({ kind, label }) => kind === 'user' && label === 'admin')).toBe(true)
    expect(incident.steps.some(({ rule }) => rule.includes('drift'))).toBe(true)
  })

  test('by webhook: what the token of a pod asks for joins what happens in that pod', async () => {
    await cluster.kubectl('exec', 'by-token', '--', '/bin/sh', '-c', ASK)
    const incident = await incidentOf('by-token', (one) => says(one, 'audit-forbidden'))
    expect(says(incident, 'audit-pod-exec')).toBe(true)
  })

  test('by file: the same, on the node of the API server', async () => {
    await cluster.restartApiServer([])
    await supervisor.stop()
    const before = new Date().toISOString()
    await world.start({ runtimeRoot: cluster.node.root, env: { YAGURA_KUBERNETES_AUDIT_LOG: cluster.auditLog } })
    await until('the new agent reports', async () =>
      (await api('listAgents')).items.find(({ health }) => health !== null && health.at > before),
    )
    await cluster.kubectl('exec', 'by-file', '--', '/bin/sh', '-c', ATTACK)
    await incidentOf('by-file', (one) => says(one, 'audit-pod-exec'))
  })
})
