// `yagura check` and `yagura baseline` as a user runs them.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorkspace, expectFailure, type Workspace } from './yagura.ts'

const POD = `apiVersion: v1
kind: Pod
metadata: { name: <b>a</b> }
spec: { hostNetwork: true, containers: [{ name: x, image: 'nginx:latest' }] }
`
let workspace: Workspace
beforeAll(() => {
  workspace = createWorkspace()
  workspace.write('manifests/pod.yaml', POD)
  workspace.write('quiet/config.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c, namespace: shop }\n')
  workspace.write('root/etc/os-release', 'ID=debian\nVERSION_ID="12"\n')
  workspace.write('root/etc/ssh/sshd_config', 'PermitRootLogin yes\n')
  workspace.write('root/proc/sys/kernel/randomize_va_space', '2\n')
})
afterAll(() => workspace[Symbol.dispose]())

const manifests = (...args: string[]) => workspace.run(['check', 'manifests', workspace.path('manifests'), ...args])

describe('yagura check', () => {
  test('manifests: verdict, evidence, message and change of each check', async () => {
    const { code, stdout } = await manifests('--format', 'json')
    expect(code).toBe(1)
    const { results, summary, problems } = JSON.parse(stdout)
    expect(problems).toEqual([])
    expect(summary.fail).toBe(results.filter(({ verdict }: { verdict: string }) => verdict === 'fail').length)
    expect(results.find(({ check }: { check: string }) => check === 'K8S-POD-01')).toMatchObject({
      verdict: 'fail',
      resource: 'Pod/default/<b>a</b>',
      severity: 'high',
      message: 'The pod uses the network of the node: spec.hostNetwork',
      evidence: [{ source: 'manifest', place: 'pod.yaml:1: spec.hostNetwork', value: 'true' }],
      remediation: { kind: 'patch', after: 'hostNetwork: false\n' },
      controls: expect.arrayContaining([{ framework: 'cis-kubernetes', section: '5.2.5' }]),
    })
  })

  test('host: another root, with the values of its own files', async () => {
    const args = ['check', 'host', '--root', workspace.path('root'), '--format', 'json']
    const { code, stdout } = await workspace.run(args)
    expect(code).toBe(1)
    const { results } = JSON.parse(stdout)
    expect(results.length).toBeGreaterThanOrEqual(80)
    const of = (text: string) =>
      results.find(({ evidence }: { evidence: { place: string }[] }) => evidence[0]?.place.includes(text))
    expect(of('sshd_config:1')).toMatchObject({ verdict: 'fail', evidence: [{ value: 'yes' }] })
    expect(of('randomize_va_space')).toMatchObject({ verdict: 'pass', evidence: [{ value: '2', source: 'kernel' }] })
  })

  test('the exit code goes by --fail-on, and by what was not judged', async () => {
    expect((await manifests('--profile', 'pss-baseline')).code).toBe(1)
    expect((await manifests('--profile', 'pss-baseline', '--fail-on', 'critical')).code).toBe(0)
    expect((await manifests('--profile', 'K8S-CTR-01')).code).toBe(0)
    workspace.write('broken/x.yaml', ': : :\n- [')
    const broken = await workspace.run(['check', 'manifests', workspace.path('broken')])
    expect(broken).toMatchObject({ code: 2, stdout: expect.stringContaining('x.yaml') })
  })

  test('the table shows what fails, and with --explain what to do', async () => {
    const { stdout } = await manifests('--profile', 'K8S-POD-01', '--explain', '--language', 'ja')
    expect(stdout).toContain('ポッドがノードのネットワークを使う')
    expect(stdout).toContain('  - true')
    expect(stdout).toContain('  + hostNetwork: false')
  })

  test('SARIF, JUnit and OSCAL are read by others', async () => {
    const sarif = JSON.parse((await manifests('--format', 'sarif', '--profile', 'K8S-POD-01')).stdout)
    expect(sarif.runs[0].results).toMatchObject([
      {
        ruleId: 'K8S-POD-01',
        level: 'error',
        locations: [{ physicalLocation: { artifactLocation: { uri: 'pod.yaml' }, region: { startLine: 1 } } }],
      },
    ])
    const junit = (await manifests('--format', 'junit')).stdout
    expect(junit).toMatch(/<testsuite name="manifest" tests="\d+" failures="\d+" errors="0"/)
    expect(junit).not.toContain('<b>')
    const oscal = JSON.parse((await manifests('--format', 'oscal')).stdout)['assessment-results']
    expect(oscal.metadata['oscal-version']).toBe('1.1.2')
    const [result] = oscal.results
    const observations = new Set(result.observations.map(({ uuid }: { uuid: string }) => uuid))
    for (const finding of result.findings)
      expect(observations.has(finding['related-observations'][0]['observation-uuid'])).toBe(true)
  })

  test('the HTML report stands alone and shows text as text', async () => {
    const file = workspace.path('report.html')
    const { stdout } = await manifests('--format', 'html', '--language', 'zh', '--output', file)
    expect(stdout).toBe('')
    const html = await import('node:fs').then(({ readFileSync }) => readFileSync(file, 'utf8'))
    expect(html).toContain('合规报告')
    expect(html).not.toContain('<b>a</b>')
    expect(html).not.toMatch(/https?:|<script/)
  })

  test('wrong usage is one sentence', async () => {
    expectFailure(await workspace.run(['check', 'manifests']), /Name the file or directory/)
    expectFailure(await workspace.run(['check', 'manifests', workspace.path('nowhere')]), /nowhere/)
    expectFailure(await manifests('--profile', 'nothing-of-this-name'), /belongs to/)
    expectFailure(await manifests('--kubernetes-version', 'new'), /no version/)
    expectFailure(await workspace.run(['check', 'everything']), /everything/)
  })
})

describe('yagura baseline', () => {
  test('propose, adopt by overrides, diff', async () => {
    const results = workspace.write('results.json', (await manifests('--format', 'json')).stdout)
    const { stdout } = await workspace.run(['baseline', 'propose', '--from', results, '--name', 'shop'])
    expect(stdout).toContain('- K8S-POD-01 # 1 of 1 fail today')
    const base = workspace.write('shop.yaml', stdout)
    const override = (expires: string) => `overrides:
  - check: '*'
    resource: Pod/default/*
    action: except
    reason: being replaced
    owner: ann
    expires: ${expires}`
    const lenient = workspace.write('lenient.yaml', stdout.replace('overrides: []', override('2999-01-01')))
    const ended = workspace.write('ended.yaml', stdout.replace('overrides: []', override('2020-01-01')))
    expect((await manifests('--baseline', base)).code).toBe(1)
    const accepted = await manifests('--baseline', lenient, '--format', 'json')
    expect(accepted.code).toBe(0)
    expect(accepted.stdout).toContain('Accepted until 2999-01-01 by ann: being replaced')
    const over = await manifests('--baseline', ended, '--format', 'json')
    expect(over).toMatchObject({ code: 1, stderr: expect.stringContaining('ended on 2020-01-01') })
    const changed = await workspace.run(['baseline', 'diff', base, lenient])
    expect(changed).toMatchObject({ code: 1, stdout: expect.stringMatching(/^\+ \*: override .*being replaced/) })
    expect(await workspace.run(['baseline', 'diff', base, base])).toMatchObject({ code: 0, stdout: '' })
    expect((await workspace.run(['baseline', 'adopt', '--check-only', lenient])).code).toBe(0)
  })

  test('a file that lacks a reason, an owner or an end is refused', async () => {
    const file = (fields: string) =>
      `name: x\nchecks: ['*']\noverrides: [{ check: a, resource: null, action: off, ${fields} }]\n`
    writeFileSync(join(workspace.directory, 'a.yaml'), file("reason: '', owner: ann, expires: 2030-01-01"))
    writeFileSync(join(workspace.directory, 'b.yaml'), file('owner: ann, expires: 2030-01-01'))
    writeFileSync(join(workspace.directory, 'c.yaml'), file('reason: why, owner: ann, expires: null'))
    writeFileSync(join(workspace.directory, 'd.yaml'), 'name: x\nchecks: []\nunknown: 1\n')
    const adopt = (name: string) => workspace.run(['baseline', 'adopt', '--check-only', workspace.path(name)])
    expectFailure(await adopt('a.yaml'), /needs a reason and an owner/)
    expectFailure(await adopt('b.yaml'), /reason/)
    expectFailure(await adopt('c.yaml'), /no day on which it ends/)
    expectFailure(await adopt('d.yaml'), /unknown/i)
    expectFailure(await workspace.run(['baseline', 'adopt', workspace.path('results.json')]), /no baseline/)
  })
})
