// `yagura scan` from end to end on a made root file system and a made database.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { scanReport } from '@yagura/schema'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alpineRoot, CRITICAL, createWorkspace, LOW, MAIN, osvFolder, type Workspace } from './yagura.ts'

const schema = new URL('../../packages/schema/generated/scan-report.schema.json', import.meta.url)
const ajv = new Ajv2020({ strict: false })
formats.default(ajv)
const isScanReport = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')))

let workspace: Workspace
let target = ''

beforeAll(async () => {
  workspace = createWorkspace()
  target = `rootfs:${alpineRoot(workspace, [
    ['libssl1.1', '1.1.1d-r2', 'openssl'],
    ['musl', '1.1.24-r0', 'musl'],
    ['zlib', '1.2.11-r3', 'zlib'],
  ])}`
  const from = osvFolder(workspace, [
    ['CVE-2020-1967', 'openssl', '1.1.1g-r0', CRITICAL],
    ['CVE-2020-2000', 'musl', '1.1.24-r1', LOW],
    ['CVE-2020-3000', 'zlib', '1.2.11-r3', CRITICAL],
  ])
  const built = await workspace.run(['db', 'build', '--from', from, '--out', workspace.path('a.ydb')])
  expect(built).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('3 advisories') })
}, 60_000)
afterAll(() => workspace[Symbol.dispose]())

const scan = (args: string[] = [], env: Record<string, string> = {}) =>
  workspace.run(['scan', target, ...args], { YAGURA_ADVISORY_DB: workspace.path('a.ydb'), ...env })

describe('JSON', () => {
  it('has packages and findings in the shape that is promised', async () => {
    const { code, stdout, stderr } = await scan(['--format', 'json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const result = JSON.parse(stdout)
    expect(scanReport.safeParse(result).error).toBeUndefined()
    expect(isScanReport(result), JSON.stringify(isScanReport.errors)).toBe(true)
    expect(result).toMatchObject({
      target,
      operatingSystem: { id: 'alpine', versionId: '3.11.3' },
      // the made advisories are old, which is said
      coverageGaps: [{ code: 'ADVISORIES_STALE', subject: 'Alpine:v3.11' }],
      suppressed: [],
      exceptions: { used: [], unused: [] },
    })
    expect(result.packages).toHaveLength(3)
    expect(result.packages[0]).toMatchObject({
      name: 'libssl1.1',
      version: '1.1.1d-r2',
      type: 'apk',
      purl: expect.stringMatching(/^pkg:apk\/alpine\/libssl1\.1@1\.1\.1d-r2/),
      architecture: 'x86_64',
      source: { name: 'openssl', version: '1.1.1d-r2' },
      licenses: [],
      locations: [{ path: '/lib/apk/db/installed', layer: null }],
      layer: null,
    })
    expect(result.findings).toEqual([
      {
        id: 'CVE-2020-1967',
        aliases: ['ALPINE-CVE-2020-1967'],
        package: 'libssl1.1',
        version: '1.1.1d-r2',
        purl: result.packages[0].purl,
        severity: 'critical',
        status: 'affected',
        fixedIn: ['1.1.1g-r0'],
        reason: 'openssl 1.1.1d-r2 is older than 1.1.1g-r0, where it is fixed (ALPINE-CVE-2020-1967).',
      },
      expect.objectContaining({ id: 'CVE-2020-2000', package: 'musl', severity: 'low' }),
    ])
  })

  it('goes to a file when one is named', async () => {
    const outcome = await scan(['--format', 'json', '--output', workspace.path('out.json')])
    expect(outcome).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(JSON.parse(readFileSync(workspace.path('out.json'), 'utf8')).findings).toHaveLength(2)
  })
})

describe('the table', () => {
  it('shows the worst first, a summary, and nothing that acts on a terminal', async () => {
    const { stdout } = await scan()
    const lines = stdout.split('\n')
    expect(lines[0]).toBe(`${target} · Alpine \\x1b[31mLinux\\x1b[0m v3.11 · 3 packages`)
    expect(lines.filter((line) => line.includes('CVE-')).map((line) => line.trim().split(/\s{2,}/))).toEqual([
      ['◆ critical', 'libssl1.1', '1.1.1d-r2', 'CVE-2020-1967', '1.1.1g-r0'],
      ['▽ low', 'musl', '1.1.24-r0', 'CVE-2020-2000', '1.1.24-r1'],
    ])
    expect(stdout).toContain('2 findings in 3 packages: 1 critical, 1 low. A fix is known for 2.')
    expect(stdout).not.toContain('\u001b')
  })

  it('survives a reader that goes away', async () => {
    const command = `"$0" "$1" scan "$2" --format json | head -c 1; echo " status \${PIPESTATUS[0]}"`
    const child = spawn('bash', ['-c', command, process.execPath, MAIN, target], {
      env: { ...process.env, YAGURA_ADVISORY_DB: workspace.path('a.ydb') },
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk
      })
    await new Promise((resolve) => child.on('close', resolve))
    expect(output).toBe('{ status 0\n')
  })
})

describe('--fail-on', () => {
  it.each([
    ['critical', 1],
    ['low', 1],
    ['unknown', 1],
  ])('%s gives %i when there is a finding that severe', async (severity, code) => {
    expect((await scan(['--fail-on', severity])).code).toBe(code)
  })

  it('gives 0 when all findings are below', async () => {
    const mild = osvFolder(workspace, [['CVE-2020-2000', 'musl', '1.1.24-r1', LOW]])
    await workspace.run(['db', 'build', '--from', mild, '--out', workspace.path('mild.ydb')])
    const outcome = await scan(['--fail-on', 'medium', '--db', workspace.path('mild.ydb')])
    expect(outcome).toMatchObject({ code: 0, stdout: expect.stringContaining('CVE-2020-2000') })
  })

  it('cannot be judged without a database: the packages are shown and the scan fails', async () => {
    const outcome = await scan(['--fail-on', 'high', '--format', 'json'], { YAGURA_ADVISORY_DB: '' })
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringMatching(/^yagura: .*--fail-on cannot be judged/) })
    expect(JSON.parse(outcome.stdout).packages).toHaveLength(3)
  })
})

describe('without a database', () => {
  it('shows the packages, and says what is missing and how to get it', async () => {
    const outcome = await scan(['--format', 'json'], { YAGURA_ADVISORY_DB: '' })
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    const result = JSON.parse(outcome.stdout)
    expect(result.packages).toHaveLength(3)
    expect(result.findings).toEqual([])
    expect(result.coverageGaps).toMatchObject([
      { code: 'ADVISORIES_MISSING', count: 3, remedy: expect.stringContaining('yagura db update') },
    ])
    const table = await scan([], { YAGURA_ADVISORY_DB: '' })
    expect(table.stdout).toMatch(/! not covered {2}There is no advisory database/)
  })

  it('of the release says that the release is not covered', async () => {
    workspace.write('root2/etc/os-release', 'ID=alpine\nVERSION_ID=3.18.9\n')
    workspace.write('root2/lib/apk/db/installed', 'P:musl\nV:1.2.4-r2\nA:x86_64\no:musl\n\n')
    const outcome = await workspace.run(['scan', `rootfs:${workspace.path('root2')}`, '--db', workspace.path('a.ydb')])
    expect(outcome).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/not covered {2}Alpine:v3\.18: .*one package/),
    })
  })
})
