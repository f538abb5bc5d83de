// Exceptions and VEX statements in `yagura scan`, and `yagura explain`.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alpineRoot, CRITICAL, createWorkspace, expectFailure, LOW, osvFolder, type Workspace } from './yagura.ts'

let workspace: Workspace
let target = ''

beforeAll(async () => {
  workspace = createWorkspace()
  target = `rootfs:${alpineRoot(workspace, [
    ['libssl1.1', '1.1.1d-r2', 'openssl'],
    ['musl', '1.1.24-r0', 'musl'],
  ])}`
  const from = osvFolder(workspace, [
    ['CVE-2020-1967', 'openssl', '1.1.1g-r0', CRITICAL],
    ['CVE-2020-2000', 'musl', '1.1.24-r1', LOW],
    ['CVE-2019-3000', 'musl', '1.1.24-r0', LOW],
  ])
  await workspace.run(['db', 'build', '--from', from, '--out', workspace.path('a.ydb')])
}, 60_000)
afterAll(() => workspace[Symbol.dispose]())

const run = (...args: string[]) => workspace.run(args, { YAGURA_ADVISORY_DB: workspace.path('a.ydb') })

const openVex = JSON.stringify({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://example.org/vex-1',
  author: 'Example',
  timestamp: '2026-01-01T00:00:00Z',
  statements: [
    {
      vulnerability: { name: 'CVE-2020-1967' },
      products: [{ '@id': 'pkg:apk/alpine/libssl1.1?distro=alpine-3.11' }],
      status: 'not_affected',
      justification: 'vulnerable_code_not_in_execute_path',
    },
    { vulnerability: { name: 'CVE-2020-9' }, products: [{ '@id': 'pkg:apk/alpine/gone' }], status: 'not_affected' },
  ],
})

describe('scan', () => {
  it('sets apart what an exception settles, and --fail-on does not count it', async () => {
    const config = workspace.write(
      'e.yaml',
      'exceptions:\n  - id: CVE-2020-1967\n    package: openssl\n    reason: no TLS\n',
    )
    const outcome = await run('scan', target, '--format', 'json', '--config', config, '--fail-on', 'critical')
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    const report = JSON.parse(outcome.stdout)
    expect(report.findings.map(({ id }: { id: string }) => id)).toEqual(['CVE-2020-2000'])
    expect(report.suppressed).toMatchObject([
      { id: 'CVE-2020-1967', status: 'affected', suppression: { kind: 'exception', line: 2, reason: 'no TLS' } },
    ])
    const table = await run('scan', target, '--config', config)
    expect(table.stdout).toContain('1 more settled by exceptions or VEX statements.')
  })

  it('warns of exceptions that have expired or match nothing', async () => {
    const text =
      'exceptions:\n  - {id: CVE-2020-2000, reason: a, expires: 2021-01-01}\n  - {id: CVE-1, path: /opt, reason: b}\n'
    const { code, stderr, stdout } = await run('scan', target, '--config', workspace.write('old.yaml', text))
    expect(code).toBe(0)
    expect(stdout).toContain('CVE-2020-2000')
    expect(stderr).toMatch(
      /old\.yaml, line 2: the exception for CVE-2020-2000 expired on 2021-01-01 and has no effect\.\n/,
    )
    expect(stderr).toMatch(/old\.yaml, line 3: the exception for CVE-1 in \/opt matches nothing\.\n/)
  })

  it('takes VEX documents, and warns of statements that match nothing', async () => {
    const document = workspace.write('vex.json', openVex)
    const outcome = await run('scan', target, '--format', 'json', '--vex', document)
    expect(outcome.stderr).toMatch(/VEX statement for CVE-2020-9 in pkg:apk\/alpine\/gone matches nothing\.\n$/)
    expect(JSON.parse(outcome.stdout).suppressed).toMatchObject([
      { id: 'CVE-2020-1967', status: 'not-affected', suppression: { source: 'https://example.org/vex-1 (Example)' } },
    ])
  })

  it('refuses exceptions and documents that it cannot read', async () => {
    const bad = workspace.write('bad.yaml', 'exceptions:\n  - id: a\n')
    expectFailure(await run('scan', target, '--config', bad), /bad\.yaml, line 2: .*reason is missing/)
    expectFailure(await run('scan', target, '--config', workspace.path('none.yaml')), /none\.yaml/)
    expectFailure(await run('scan', target, '--vex', workspace.write('no.json', '{}')), /neither an OpenVEX nor a CSAF/)
  })

  it('--all lists what is fixed, which --fail-on does not count', async () => {
    const outcome = await run(
      'scan',
      target,
      '--all',
      '--format',
      'json',
      '--fail-on',
      'low',
      '--config',
      workspace.write('all.yaml', 'exceptions: [{id: CVE-2020-1967, reason: a}, {id: CVE-2020-2000, reason: a}]\n'),
    )
    expect(outcome.code).toBe(0)
    expect(JSON.parse(outcome.stdout).findings).toMatchObject([{ id: 'CVE-2019-3000', status: 'fixed' }])
  })
})

describe('explain', () => {
  it('says why something is reported', async () => {
    const { stdout } = await run('explain', target, 'CVE-2020-1967')
    expect(stdout).toContain('CVE-2020-1967, also ALPINE-CVE-2020-1967, severity critical')
    expect(stdout).toContain('libssl1.1 1.1.1d-r2: affected, reported\n')
    expect(stdout).toContain('openssl 1.1.1d-r2 is older than 1.1.1g-r0, where it is fixed (ALPINE-CVE-2020-1967).')
  })

  it('says why something is not: fixed, by another name too', async () => {
    const { stdout } = await run('explain', target, 'ALPINE-CVE-2019-3000')
    expect(stdout).toContain('musl 1.1.24-r0: fixed, not reported\n')
    expect(stdout).toContain('is not older than 1.1.24-r0, where it is fixed')
  })

  it('says what was looked at where no advisory names a package', async () => {
    const { code, stdout } = await run('explain', target, 'CVE-2020-7777')
    expect(code).toBe(0)
    expect(stdout).toContain('Not reported: no advisory about CVE-2020-7777 names a package of this target.')
    expect(stdout).toContain('Alpine publishes a vulnerability when it is fixed')
    expect(stdout).toContain('Looked at 2 packages:\n  Alpine:v3.11 was asked about all of them\n')
  })

  it('says who settled it', async () => {
    const { stdout } = await run('explain', target, 'CVE-2020-1967', '--vex', workspace.write('v.json', openVex))
    expect(stdout).toContain('libssl1.1 1.1.1d-r2: not-affected, not reported')
    expect(stdout).toContain(
      'A VEX statement settles it (https://example.org/vex-1 (Example)): vulnerable code not in execute path',
    )
    const asJson = await run('explain', target, 'CVE-2020-1967', '--json')
    expect(JSON.parse(asJson.stdout)).toMatchObject({ verdicts: [{ status: 'affected', suppression: null }] })
  })
})
