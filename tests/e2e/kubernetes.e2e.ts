// A real cluster of one node: what its kubelet lets in, under every way to say so; and what its components are judged by.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { askKubelet, checkComponents, findComponents, type LiveAnswers, loadChecks } from '@yagura/compliance'
import { parseYamlDocuments } from '@yagura/safe-io/yaml'
import { type Cluster, defaultCacheDir, makeCluster, missingForKubernetes, missingPrerequisites } from '@yagura/testbed'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const missing = [...missingPrerequisites(), ...(await missingForKubernetes(defaultCacheDir()))]
if (missing.length > 0) {
  if (process.env.CI === 'true') throw new Error(`The Kubernetes node must be tested; missing: ${missing.join(', ')}`)
  console.warn(`\n*** NOT TESTED: a real Kubernetes node, because of ${missing.join(', ')} ***\n`)
}
/** The first time Kubernetes is built. */
const START_MS = 20 * 60_000
const CONTENT = join(import.meta.dirname, '../../content/checks/kubernetes-node')
const ROOT = join(import.meta.dirname, '../..')
const { checks } = loadChecks(
  readdirSync(CONTENT).flatMap((name) =>
    parseYamlDocuments(readFileSync(join(CONTENT, name)), name).flatMap(({ value }) =>
      value.ok ? (value.value as object[]) : [],
    ),
  ),
)

describe.skipIf(missing.length > 0)('a real Kubernetes node', () => {
  let cluster: Cluster

  beforeAll(async () => {
    cluster = await makeCluster({ name: 'e2e-kube' })
  }, START_MS)
  afterAll(() => cluster?.close())

  /** The kubelet is asked from the node's own network. */
  function ask(): LiveAnswers {
    const module = join(ROOT, 'packages/compliance/src/index.ts')
    const script = `const { ${askKubelet.name} } = await import(${JSON.stringify(module)}); console.log(JSON.stringify(await askKubelet({ host: '10.87.0.1', port: 10250 })))`
    const argv = [`--net=/proc/${cluster.node.pid}/ns/net`, process.execPath, '--input-type=module', '-e', script]
    const { stdout, stderr } = spawnSync('nsenter', argv, { encoding: 'utf8', timeout: 30_000 })
    expect(stderr.replace(/^.*Warning.*$|^\(Use .*$/gm, '').trim()).toBe('')
    return JSON.parse(stdout) as LiveAnswers
  }
  function components(live?: LiveAnswers) {
    const found = findComponents(join(cluster.node.root, 'proc'))
    return found.map((one) => (one.name === 'kubelet' && live ? { ...one, live } : one))
  }
  async function kubeletVerdict(live?: LiveAnswers) {
    const only = checks.filter(({ check }) => check.id === 'K8S-KUBELET-01')
    const options = { components: components(live), checks: only, node: 'e2e-kube', assetKey: null }
    const [result] = await checkComponents({ ...options, observedAt: new Date().toISOString() })
    return result
  }

  const file = (more: string) =>
    `apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nfailSwapOn: false\ncgroupsPerQOS: false\nenforceNodeAllocatable: []\nresolvConf: ''\n${more}`
  const PLAIN = ['--fail-swap-on=false', '--enforce-node-allocatable=', '--cgroups-per-qos=false']
  const AUTHENTICATED = 'authentication: {anonymous: {enabled: false}, webhook: {enabled: true}}\n'
  const ANONYMOUS = 'authentication: {anonymous: {enabled: true}}\n'
  const cases: readonly [string, readonly string[], string | null, number][] = [
    ['no file, no flags', PLAIN, null, 200],
    ['no file, anonymous off', [...PLAIN, '--anonymous-auth=false'], null, 401],
    ['no file, anonymous on', [...PLAIN, '--anonymous-auth=true'], null, 200],
    [
      'no file, anonymous on, authorised',
      [...PLAIN, '--anonymous-auth=true', '--authorization-mode=Webhook'],
      null,
      403,
    ],
    ['no file, authorised', [...PLAIN, '--authorization-mode=Webhook'], null, 403],
    [
      'no file, anonymous off, allowed always',
      [...PLAIN, '--anonymous-auth=false', '--authorization-mode=AlwaysAllow'],
      null,
      401,
    ],
    ['file says nothing', [], file(''), 401],
    ['file off', [], file(AUTHENTICATED), 401],
    ['file on', [], file(ANONYMOUS), 403],
    ['file on, allowed always', [], file(`${ANONYMOUS}authorization: {mode: AlwaysAllow}\n`), 200],
    ['file off, allowed always', [], file(`${AUTHENTICATED}authorization: {mode: AlwaysAllow}\n`), 401],
    ['file off, flag on', ['--anonymous-auth=true'], file(AUTHENTICATED), 403],
    ['file on, flag off', ['--anonymous-auth=false'], file(ANONYMOUS), 401],
    ['file on, flag allows always', ['--authorization-mode=AlwaysAllow'], file(ANONYMOUS), 200],
    [
      'file says nothing, flags on and always',
      ['--anonymous-auth=true', '--authorization-mode=AlwaysAllow'],
      file(''),
      200,
    ],
  ]
  const EXPECTED = { 200: ['fail', 'critical'], 403: ['fail', 'high'], 401: ['pass', 'critical'] } as Record<
    number,
    [string, string]
  >

  test.each(cases)(
    'kubelet: %s',
    async (_, flags, configuration, status) => {
      const started = await cluster.restartKubelet(flags, configuration)
      expect(started.stderr + started.exitCode).toBe('0')
      const live = ask()
      expect(live.anonymous['/pods']).toBe(status)
      const [verdict, severity] = EXPECTED[status] as [string, string]
      const asked = await kubeletVerdict(live)
      expect(asked).toMatchObject({ verdict, severity, evidence: [{ source: 'probe' }, {}] })
      // and the same from flags, file and default alone, as on a node whose port cannot be reached
      expect(await kubeletVerdict()).toMatchObject({ verdict, severity })
      if (live.configz) expect(live.configz).toHaveProperty('authentication.anonymous.enabled', status !== 401)
    },
    90_000,
  )

  test('the control plane is found and judged, every verdict with its evidence', async () => {
    const found = components()
    expect(found.map(({ name }) => name).sort()).toEqual([
      'etcd',
      'kube-apiserver',
      'kube-controller-manager',
      'kube-scheduler',
      'kubelet',
    ])
    const results = await checkComponents({
      components: found,
      checks,
      node: 'e2e-kube',
      assetKey: null,
      observedAt: new Date().toISOString(),
    })
    const verdictOf = (id: string) => results.find(({ check }) => check === id)?.verdict
    expect(
      results.filter(({ verdict }) => verdict === 'error').map(({ check, message }) => `${check} ${message.en}`),
    ).toEqual([])
    expect([
      verdictOf('K8S-API-02'),
      verdictOf('K8S-API-03'),
      verdictOf('K8S-API-04'),
      verdictOf('K8S-API-08'),
      verdictOf('K8S-API-10'),
      verdictOf('K8S-ETCD-01'),
      verdictOf('K8S-CM-02'),
    ]).toEqual(['fail', 'pass', 'pass', 'pass', 'fail', 'fail', 'pass'])
    for (const result of results)
      if (result.verdict !== 'not-applicable') expect(result.evidence.length, result.check).toBeGreaterThan(0)
  })
})
