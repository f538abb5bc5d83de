import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseYamlDocuments } from '@yagura/safe-io/yaml'
import { afterAll, describe, expect, test } from 'vitest'
import { type CheckRecord, type CompiledCheck, loadChecks } from '../../engine/record.ts'
import { openContainerRoot } from '../../reader/container-root.ts'
import { judgeStatus } from './anonymous.ts'
import { checkComponents } from './check.ts'
import { type Component, type ComponentName, componentOf, flagOf } from './component.ts'
import { KUBELET_CASES } from './testing/kubelet-answers.ts'

const CONTENT = join(import.meta.dirname, '../../../../../content/checks/kubernetes-node')
const records = readdirSync(CONTENT).flatMap((name) =>
  parseYamlDocuments(readFileSync(join(CONTENT, name)), name).flatMap(({ value }) =>
    value.ok ? (value.value as object[]) : [],
  ),
)
const { checks, problems } = loadChecks(records)
const directory = mkdtempSync(join(tmpdir(), 'yg-kube-'))
afterAll(() => rmSync(directory, { recursive: true }))

let serial = 0
function component(
  name: ComponentName,
  flags: readonly string[],
  files: Record<string, string> = {},
  more: Partial<Component> = {},
): Component {
  const root = join(directory, String(serial++))
  mkdirSync(root)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text, { mode: 0o600 })
  }
  return {
    name,
    pid: 1,
    commandLine: [`/usr/bin/${name}`, ...flags],
    root: openContainerRoot(root),
    version: '1.20.2',
    ...more,
  }
}
async function verdict(id: string, one: Component) {
  const only = checks.filter(({ check }) => check.id === id)
  expect(only, id).toHaveLength(1)
  const options = { components: [one], checks: only, node: 'n', assetKey: null, observedAt: '2026-01-01T00:00:00Z' }
  return (await checkComponents(options))[0]
}
const configuration = (text: string) => ({
  'k.yaml': `apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n${text}`,
})

test('every record is right and in three languages', () => {
  expect(problems).toEqual([])
  for (const { check } of checks)
    for (const text of [check.title, check.why, check.fix]) expect(text.ja && text.zh, check.id).toBeTruthy()
})

describe('anonymous access to the kubelet, from flags, file and defaults', () => {
  const FILE = ['--config=/k.yaml']
  test.each([
    ['nothing at all', [], undefined, 'fail', 'critical'],
    ['flag off', ['--anonymous-auth=false'], undefined, 'pass', 'critical'],
    ['flag on, allowed always', ['--anonymous-auth=true'], undefined, 'fail', 'critical'],
    ['flag on, authorised', ['--anonymous-auth', '--authorization-mode=Webhook'], undefined, 'fail', 'high'],
    ['empty file', FILE, '', 'pass', 'critical'],
    ['file on', FILE, 'authentication: {anonymous: {enabled: true}}', 'fail', 'high'],
    [
      'file on, allowed always',
      FILE,
      'authentication: {anonymous: {enabled: true}}\nauthorization: {mode: AlwaysAllow}',
      'fail',
      'critical',
    ],
    ['file off', FILE, 'authentication: {anonymous: {enabled: false}}', 'pass', 'critical'],
    [
      'flag on over file off',
      [...FILE, '--anonymous-auth=true'],
      'authentication: {anonymous: {enabled: false}}',
      'fail',
      'high',
    ],
    [
      'flag off over file on',
      [...FILE, '--anonymous-auth=false'],
      'authentication: {anonymous: {enabled: true}}',
      'pass',
      'critical',
    ],
    ['a file that is not there', FILE, undefined, 'error', 'critical'],
    ['a file that is no YAML', FILE, '{', 'error', 'critical'],
  ] as const)('%s', async (_, flags, text, expected, severity) => {
    const result = await verdict(
      'K8S-KUBELET-01',
      component('kubelet', flags, text === undefined ? {} : configuration(text)),
    )
    expect(result).toMatchObject({ verdict: expected, ...(expected === 'fail' ? { severity } : {}) })
  })

  test('what the port answers counts more than what is written', async () => {
    const asked = (status: number | null) =>
      component('kubelet', ['--anonymous-auth=false'], {}, { live: { anonymous: { '/pods': status }, configz: null } })
    expect(await verdict('K8S-KUBELET-01', asked(200))).toMatchObject({
      verdict: 'fail',
      severity: 'critical',
      evidence: [{ source: 'probe', value: '200' }, { source: 'argument' }],
    })
    expect(await verdict('K8S-KUBELET-01', asked(403))).toMatchObject({ verdict: 'fail', severity: 'high' })
    expect(await verdict('K8S-KUBELET-01', asked(401))).toMatchObject({ verdict: 'pass' })
    expect(await verdict('K8S-KUBELET-01', asked(null))).toMatchObject({
      verdict: 'pass',
      evidence: [{ source: 'argument' }],
    })
    expect(judgeStatus(500)).toBeUndefined()
  })
})

test('what is in force counts more than the file, the file more than the default', async () => {
  const one = component('kubelet', ['--config=/k.yaml'], configuration('readOnlyPort: 10255'))
  expect(await verdict('K8S-KUBELET-04', one)).toMatchObject({
    verdict: 'fail',
    evidence: [{ source: 'file', value: '10255' }],
  })
  const live = { ...one, live: { anonymous: {}, configz: { readOnlyPort: 0 } } }
  expect(await verdict('K8S-KUBELET-04', live)).toMatchObject({ verdict: 'pass', evidence: [{ source: 'runtime' }] })
  expect(await verdict('K8S-KUBELET-04', component('kubelet', []))).toMatchObject({
    verdict: 'fail',
    evidence: [{}, { source: 'default', value: '10255' }],
  })
})

describe.each(KUBELET_CASES)('kubelets of 1.$versions: $name', (one) => {
  const [from, to] = one.versions
  test.each(Array.from({ length: to - from + 1 }, (_, at) => `1.${from + at}.0`))('%s', async (version) => {
    const unasked = component('kubelet', one.flags, one.files, { version })
    const asked = { ...unasked, live: { anonymous: one.answers, configz: one.configz } }
    expect(await verdict('K8S-KUBELET-01', asked)).toMatchObject({
      verdict: one.verdict,
      ...(one.verdict === 'fail' ? { severity: one.severity } : {}),
      evidence: [{ source: 'probe' }, ...(one.unasked?.verdict === 'error' ? [] : [{}])],
    })
    expect((await verdict('K8S-KUBELET-04', asked))?.verdict).toBe(one.readOnlyPort)
    // the same from flags and files alone, as on a node whose port cannot be reached
    const expected = { verdict: one.verdict, severity: one.severity, ...one.unasked }
    expect(await verdict('K8S-KUBELET-01', unasked)).toMatchObject({
      verdict: expected.verdict,
      ...(expected.verdict === 'fail' ? { severity: expected.severity } : {}),
    })
    if (one.unasked === undefined) expect((await verdict('K8S-KUBELET-04', unasked))?.verdict).toBe(one.readOnlyPort)
    unasked.root.close()
  })
})

/** Flags with which every record of a component passes; one that fails is made by leaving it out or turning it round. */
const GOOD: Partial<Record<ComponentName, readonly string[]>> = {
  'kube-apiserver': [
    '--anonymous-auth=false',
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--profiling=false',
    '--audit-log-path=/a',
    '--audit-log-maxage=30',
    '--etcd-certfile=/c',
    '--encryption-provider-config=/e',
    '--kubelet-certificate-authority=/k',
    '--kubelet-client-certificate=/k',
  ],
  'kube-controller-manager': [
    '--profiling=false',
    '--use-service-account-credentials',
    '--root-ca-file=/r',
    '--bind-address=127.0.0.1',
  ],
  'kube-scheduler': ['--profiling=false', '--bind-address', '127.0.0.1'],
  etcd: ['--cert-file=/c', '--client-cert-auth=true', '--peer-client-cert-auth', '--data-dir=/data'],
}
const BAD: Partial<Record<ComponentName, readonly string[]>> = {
  'kube-apiserver': [
    '--token-auth-file=/t',
    '--authorization-mode=AlwaysAllow',
    '--insecure-port=8080',
    '--audit-log-maxage=1',
    '--enable-admission-plugins=X',
  ],
  'kube-controller-manager': [],
  'kube-scheduler': [],
  etcd: ['--auto-tls', '--data-dir=/open'],
}
const of = (name: string) =>
  checks.filter(({ check }: CompiledCheck) => check.product === name).map(({ check }): CheckRecord => check)
describe.each(Object.keys(GOOD) as ComponentName[])('%s', (name) => {
  test.each(of(name).map(({ id }) => id))('%s passes and fails', async (id) => {
    const good = component(name, GOOD[name] ?? [], { data: '' })
    expect((await verdict(id, good))?.verdict).toBe('pass')
    const bad = component(name, BAD[name] ?? [], { open: '' })
    const { chmodSync } = await import('node:fs')
    if (name === 'etcd') chmodSync(join(directory, String(serial - 1), 'open'), 0o755)
    expect((await verdict(id, bad))?.verdict).toBe(id === 'K8S-API-09' ? 'not-applicable' : 'fail')
  })
})

test('components are known by their programs; flags by their last value', () => {
  expect(componentOf('/usr/local/bin/kubelet', ['kubelet'])).toBe('kubelet')
  expect(componentOf('/hyperkube', ['/hyperkube', 'kube-apiserver'])).toBe('kube-apiserver')
  expect(componentOf('/bin/sh', ['sh', 'kubelet'])).toBeUndefined()
  expect(flagOf(['kubelet', '--anonymous_auth=true', '--anonymous-auth', 'false'], 'anonymous-auth')).toBe('true')
  expect(flagOf(['x', '--a=1', '-a', '2'], 'a')).toBe('2')
})
