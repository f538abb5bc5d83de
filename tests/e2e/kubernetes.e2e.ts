// A real cluster of one node: what its kubelet lets in, under every way to say so; and what its components are judged by.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { askKubelet, checkComponents, findComponents, type LiveAnswers, loadChecks } from '@yagura/compliance'
import { parseYamlDocuments } from '@yagura/safe-io/yaml'
import { type CheckRun, checkRun } from '@yagura/schema'
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
  const directory = mkdtempSync(join(tmpdir(), 'yg-kube-e2e-'))
  afterAll(() => rmSync(directory, { recursive: true }))

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

  /** A round of the agent, from a process in the network of the node. */
  function round(name: string, containers: object[] = []) {
    const output = join(directory, `${name}.json`)
    const job = {
      content: join(ROOT, 'content/checks'),
      nodeRoot: cluster.node.root,
      hostKey: `host:${name}`,
      containers,
      kubeconfig: kubeconfigOf(cluster, directory),
      credentials: null,
      probe: false,
      output,
    }
    const argv = [`--net=/proc/${cluster.node.pid}/ns/net`, process.execPath]
    const script = join(ROOT, 'apps/agent/src/compliance/check-job.ts')
    const { stdout, status } = spawnSync('nsenter', [...argv, script], {
      input: JSON.stringify(job),
      encoding: 'utf8',
      timeout: 120_000,
    })
    expect(`${stdout}${status}`).toBe('0')
    return JSON.parse(readFileSync(output, 'utf8')) as {
      runs: CheckRun[]
      assets: { key: string; name: string }[]
      problems: string[]
    }
  }

  test('a round of the agent tells of the kubelet, the components and the cluster, once', async () => {
    await cluster.restartKubelet([], file('authentication: {anonymous: {enabled: true}}\n'))
    await cluster.apply(
      'apiVersion: v1\nkind: Pod\nmetadata: {name: open, namespace: default}\nspec: {hostNetwork: true, containers: [{name: x, image: nothing, imagePullPolicy: Never}]}\n',
    )
    const { runs, assets, problems } = round('n1')
    expect(problems).toEqual([])
    const [run, ...more] = runs.filter(({ target }) => target === 'kubernetes')
    expect(more).toEqual([])
    for (const one of runs) checkRun.parse(one)
    const of = (check: string) => run?.results.filter((result) => result.check === check) ?? []
    expect(of('K8S-KUBELET-01')).toMatchObject([
      { verdict: 'fail', severity: 'high', assetKey: 'host:n1', evidence: [{ source: 'probe', value: '403' }, {}] },
    ])
    expect(of('K8S-API-03')).toMatchObject([{ verdict: 'pass', assetKey: 'host:n1' }])
    expect(assets).toEqual([expect.objectContaining({ key: expect.stringMatching(/^cluster:[0-9a-f-]{36}$/) })])
    expect(of('K8S-POD-01').filter(({ resource }) => resource.endsWith('/open'))).toMatchObject([
      { verdict: 'fail', assetKey: assets[0]?.key, why: { ja: expect.any(String) }, fix: { zh: expect.any(String) } },
    ])
    const keys = run?.results.map(({ check, resource }) => `${check} ${resource}`) ?? []
    expect(new Set(keys).size).toBe(keys.length)
  }, 150_000)

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

/** The administrator's, with the files that it names read through the node's root. */
function kubeconfigOf({ node, apiServer }: Cluster, directory: string): string {
  const path = join(directory, 'kubeconfig')
  const text = readFileSync(join(node.root, 'etc/kubernetes/admin.conf'), 'utf8')
  const local = text
    .replace(/(certificate-authority: )(\/[^\s}]+)/, `$1${node.root}$2`)
    .replace(/(server: )"[^"]*"/, `$1${apiServer}`)
  writeFileSync(path, local, { mode: 0o600 })
  return path
}
