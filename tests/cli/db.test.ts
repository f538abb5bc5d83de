// `yagura db …` from end to end: feeds, differences, keys, and updates that were carried over.
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CRITICAL, createWorkspace, expectFailure, LOW, osvFolder, type Workspace } from './yagura.ts'

let workspace: Workspace
beforeEach(() => {
  workspace = createWorkspace()
})
afterEach(() => workspace[Symbol.dispose]())

const path = (name: string) => workspace.path(name)
const db = (...args: string[]) => workspace.run(['db', ...args])

async function build(name: string, advisories: Parameters<typeof osvFolder>[1]): Promise<string> {
  osvFolder(workspace, advisories)
  const built = await db('build', '--from', workspace.directory, '--out', path(name))
  expect(built).toMatchObject({ code: 0, stderr: '' })
  return path(name)
}

it('db build says what it found, what it did not find, and what is old', async () => {
  workspace.write(
    'kev/known_exploited_vulnerabilities.json',
    JSON.stringify({
      vulnerabilities: [
        {
          cveID: 'CVE-2020-1967',
          vendorProject: 'OpenSSL',
          product: 'OpenSSL',
          vulnerabilityName: 'made',
          dateAdded: '2020-05-01',
        },
      ],
    }),
  )
  const out = await build('a.ydb', [['CVE-2020-1967', 'openssl', '1.1.1g-r0', CRITICAL]])
  const table = await db('info', out)
  expect(table.stdout).toMatch(
    /^SOURCE +ADVISORIES +WITHDRAWN +UNREADABLE +COMMIT RANGES +NEWEST\nAlpine +1 +0 +0 +0 +2020-01-01\n/,
  )
  expect(table.stdout).toMatch(/\nFEED +RECORDS +UNREADABLE +NEWEST\nkev +1 +0 +2020-05-01\n/)
  expect(table.stdout).toContain('\nNot found: csaf, end-of-life, epss, openvex, vulnrichment.\n')
  expect(table.stdout).toMatch(
    /\n! The newest record is older than 14 days: osv\/Alpine \(\d+ days\), kev \(\d+ days\)\.\n/,
  )
  const json = await db('info', out, '--format', 'json')
  expect(JSON.parse(json.stdout)).toMatchObject({
    sources: [{ name: 'Alpine', advisories: 1, gitRanges: 0 }],
    staleFeeds: [{ name: 'osv/Alpine' }, { name: 'kev', newestAt: '2020-05-01T00:00:00.000Z' }],
  })
  const verified = await db('verify', out, '--format', 'json')
  expect(JSON.parse(verified.stdout)).toMatchObject({ isWhole: true, formatVersion: 3 })
})

describe('signed deltas', () => {
  it('are made, applied, refused with one sentence, and written down', async () => {
    const before = await build('before.ydb', [
      ['CVE-2020-1', 'openssl', '1', LOW],
      ['CVE-2020-2', 'musl', '1', LOW],
    ])
    const after = await build('after.ydb', [
      ['CVE-2020-1', 'openssl', '2', LOW],
      ['CVE-2020-3', 'zlib', '1', CRITICAL],
    ])
    expect(await db('keygen', '--out', path('key'))).toMatchObject({ code: 0, stderr: '' })
    expect(statSync(path('key')).mode & 0o777).toBe(0o600)
    expectFailure(await db('keygen', '--out', path('key')), /key is there already/)

    const made = await db('diff', before, after, '--out', path('delta'), '--key', path('key'))
    expect(made).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('+ ALPINE-CVE-2020-3') })
    expect(made.stdout).toContain('- ALPINE-CVE-2020-2\n~ ALPINE-CVE-2020-1\n')
    const shown = JSON.parse((await db('diff', before, after, '--format', 'json')).stdout)
    expect(shown).toMatchObject({
      advisories: { added: ['ALPINE-CVE-2020-3'], changed: ['ALPINE-CVE-2020-1'] },
      delta: null,
    })

    const serving = workspace.write('data/server/advisories/advisories.ydb', readFileSync(before))
    const update = (...args: string[]) => db('update', '--from', path('delta'), ...args)
    expectFailure(await update(), /No key is trusted here.*trusted-keys\.pem/)
    workspace.write('data/server/advisories/trusted-keys.pem', readFileSync(path('key.pub')))
    expect(await update()).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/is now as built at .*\.previous\.\n$/),
    })
    expect(readFileSync(serving).equals(readFileSync(after))).toBe(true)
    expect(readFileSync(`${serving}.previous`).equals(readFileSync(before))).toBe(true)
    expect((await update()).stdout).toMatch(/is current/)

    const back = await db('diff', after, before, '--out', path('delta'), '--key', path('key'))
    expect(back).toMatchObject({ code: 0, stderr: expect.stringContaining('leads to an older database') })
    expectFailure(await update(), /delta leads to an older database/)
    writeFileSync(path('delta'), readFileSync(path('delta')).subarray(0, -1))
    expectFailure(await update(), /delta is cut short/)
    expect(readFileSync(serving).equals(readFileSync(after))).toBe(true)

    const journal = readFileSync(`${serving}.journal`, 'utf8').trim().split('\n')
    expect(journal.map((line) => JSON.parse(line).outcome)).toEqual([
      'refused',
      'updated',
      'current',
      'refused',
      'refused',
    ])
    expect(JSON.parse(journal[3] ?? '')).toMatchObject({ code: 'CONFLICT', reason: expect.stringMatching(/older/) })
  })

  it('need a key that belongs to its owner alone, and say so when they have none', async () => {
    const before = await build('before.ydb', [['CVE-2020-1', 'openssl', '1', LOW]])
    const unsigned = await db('diff', before, before, '--out', path('delta'))
    expect(unsigned).toMatchObject({ code: 0, stderr: expect.stringContaining('not signed') })
    workspace.write('data/server/advisories/advisories.ydb', readFileSync(before))
    await db('keygen', '--out', path('key'))
    expectFailure(await db('update', '--from', path('delta'), '--trust', path('key.pub')), /delta is not signed/)
    expectFailure(await db('update', '--from', path('delta'), '--trust', path('key')), /holds no public key/)
    expectFailure(
      await db('diff', before, before, '--out', path('d'), '--key', path('key.pub')),
      /may be read by others/,
    )
    expectFailure(await db('diff', before, before, '--key', path('key')), /--out has to say/)
    expectFailure(await db('update', '--from', path('none')), /none cannot be read/)
  })
})

it('db update --from takes a whole database, too', async () => {
  const carried = await build('carried.ydb', [['CVE-2020-1', 'openssl', '1', LOW]])
  const update = await db('update', '--from', carried, '--format', 'json')
  expect(JSON.parse(update.stdout)).toMatchObject({ outcome: 'updated', before: null, signedBy: null })
  expect((await db('info')).stdout).toContain('1 advisories')
  writeFileSync(carried, readFileSync(carried).subarray(0, -9))
  expectFailure(await db('update', '--from', carried), /carried\.ydb should have \d+ bytes/)
})
