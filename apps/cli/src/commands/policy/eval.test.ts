import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const MAIN = join(import.meta.dirname, '../../main.ts')
const POLICY = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: no-latest }
spec:
  matchConstraints: { resourceRules: [{ apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods] }] }
  validations: [{ expression: "object.spec.containers.all(c, !c.image.endsWith(':latest'))", message: a version <please> }]
`
const pod = (name: string, image: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: x, image: "${image}"}]}\n`

/** What lies beside manifests in folders of the world. */
const BESIDE: Readonly<Record<string, string>> = {
  'beside/a.yaml': pod('a', 'nginx:1'),
  'beside/kustomization.yaml': 'resources: [a.yaml]\n',
  'beside/chart/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
  'beside/chart/values.yaml': 'replicas: 1\n',
  'beside/.kyverno-test/kyverno-test.yaml': 'apiVersion: cli.kyverno.io/v1alpha1\nkind: Test\nmetadata: {name: t}\n',
  'beside/.chainsaw-test/chainsaw-test.yaml': 'apiVersion: chainsaw.kyverno.io/v1alpha1\nkind: Test\n',
  'beside/suite.yaml': 'apiVersion: test.gatekeeper.sh/v1alpha1\nkind: Suite\n',
  'template/templates/d.yaml': 'kind: Pod\nmetadata: {name: "{{ .Release.Name }}"}\nspec: {{ toYaml .Values.spec }}\n',
  'changed/now.yaml': pod('a', 'nginx:2'),
  'changed-before/then.yaml': pod('a', 'nginx:1'),
  'updates/p.yaml': `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: who }
spec:
  matchConstraints: { resourceRules: [{ apiGroups: [''], apiVersions: [v1], operations: [UPDATE], resources: [pods] }] }
  validations:
    - expression: "object.spec.containers[0].image != oldObject.spec.containers[0].image"
      messageExpression: "'the same as before, ' + request.userInfo.username"
    - expression: "'ops' in request.userInfo.groups"
`,
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yagura-policy-'))
  for (const name of ['policies', 'good', 'mixed', 'mixed/deep', 'broken', 'empty']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'policies/p.yaml'), POLICY)
  writeFileSync(join(folder, 'good/a.yaml'), pod('a', 'nginx:1'))
  writeFileSync(join(folder, 'mixed/a.yaml'), `${pod('a', 'nginx:1')}---\nbroken: [\n---\n${pod('b', 'nginx:latest')}`)
  writeFileSync(
    join(folder, 'mixed/deep/c.json'),
    JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's' } }),
  )
  writeFileSync(join(folder, 'mixed/notes.txt'), 'no manifest')
  writeFileSync(join(folder, 'broken/x.yaml'), ': : :\n- [')
  writeFileSync(join(folder, 'broken/huge.yaml'), 'a'.repeat(10 * 1024 * 1024))
  symlinkSync('/etc/passwd', join(folder, 'mixed/passwd.yaml'))
  for (const [path, text] of Object.entries(BESIDE)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

function run(resources: string, format: string, policies = 'policies', options: readonly string[] = []) {
  const args = [
    MAIN,
    'policy',
    'eval',
    '--policies',
    join(folder, policies),
    '--resources',
    join(folder, resources),
    '--format',
    format,
    ...options,
  ]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 })
  return { status, stdout, stderr }
}

describe('yagura policy eval', () => {
  it('says what fails, passes and could not be read, where it stands', () => {
    const { status, stdout } = run('mixed', 'json')
    expect(status).toBe(1)
    const { summary, results } = JSON.parse(stdout)
    expect(summary).toEqual({ pass: 1, fail: 1, error: 1, 'not-applicable': 1 })
    expect(results).toMatchObject([
      {
        policy: 'no-latest',
        resource: 'Pod/default/a',
        kind: 'Pod',
        namespace: 'default',
        name: 'a',
        verdict: 'pass',
        file: 'a.yaml',
        line: 1,
      },
      { resource: 'Pod/default/b', verdict: 'fail', message: 'a version <please>', file: 'a.yaml', line: 8 },
      { resource: 'Service/default/s', verdict: 'not-applicable', file: 'deep/c.json' },
      { resource: 'a.yaml', verdict: 'error' },
    ])
  })

  it('ends with 0 where nothing fails, and 2 where something could not be judged', () => {
    expect(run('good', 'table')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('1 pass, 0 fail, 0 error'),
    })
    const broken = run('broken', 'table')
    expect(broken).toMatchObject({ status: 2, stdout: expect.stringContaining('0 pass, 0 fail, 2 error') })
    expect(run('good', 'table', 'empty')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/holds no policy that can be judged/),
    })
    expect(run('nowhere', 'table')).toMatchObject({ status: 2, stderr: expect.stringMatching(/does not exist/) })
  })

  it('names what lies beside and is not judged', () => {
    const { status, stdout } = run('beside', 'json')
    expect(status).toBe(0)
    const { results, coverageGaps } = JSON.parse(stdout)
    expect(results).toMatchObject([{ resource: 'Pod/default/a', verdict: 'pass' }])
    const said = coverageGaps.map(({ file, message }: Record<string, string>) => `${file}: ${message}`).join('\n')
    for (const line of [
      '.chainsaw-test/chainsaw-test.yaml: a test of Chainsaw',
      ".kyverno-test/kyverno-test.yaml: a test of Kyverno's command line",
      'chart/Chart.yaml: a Helm chart that is not rendered',
      'chart/values.yaml: no object of Kubernetes',
      'kustomization.yaml: an overlay of kustomize that is not built',
      'suite.yaml: a test of Gatekeeper',
    ])
      expect(said).toContain(line)
    expect(coverageGaps).toHaveLength(6)
  })

  it('does not judge a template by its text, and ends with 2', () => {
    const { status, stdout } = run('template', 'table')
    expect(status).toBe(2)
    expect(stdout).toContain('templates/d.yaml:1: a Helm template that is not rendered')
  })

  it('takes the operation, what was there before, and who asks', () => {
    const before = ['--before', join(folder, 'changed-before')]
    const update = ['--operation', 'UPDATE', '--user', 'ann']
    const verdictOf = (options: readonly string[]) =>
      JSON.parse(run('changed', 'json', 'updates', options).stdout).results[0]
    expect(verdictOf([])).toMatchObject({ verdict: 'not-applicable' })
    expect(verdictOf([...update, '--group', 'dev', 'ops'])).toMatchObject({
      verdict: 'fail',
      message: 'the same as before, ann',
    })
    expect(verdictOf([...update, ...before, '--group', 'ops'])).toMatchObject({ verdict: 'pass' })
  })

  it('writes JUnit and SARIF', () => {
    const { stdout: junit } = run('mixed', 'junit')
    expect(junit).toContain('<testsuite name="policies" tests="4" failures="1" errors="1" skipped="1">')
    expect(junit).toContain('<failure message="a version &lt;please&gt;"/>')
    const sarif = JSON.parse(run('mixed', 'sarif').stdout)
    expect(sarif.runs[0].results).toMatchObject([
      {
        ruleId: 'no-latest',
        level: 'error',
        locations: [{ physicalLocation: { artifactLocation: { uri: 'a.yaml' }, region: { startLine: 8 } } }],
      },
      { ruleId: 'unreadable', level: 'warning' },
    ])
  })
})
