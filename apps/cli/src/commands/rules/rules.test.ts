// The command over real files: exit codes, lines, JSON.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const MAIN = join(import.meta.dirname, '../../main.ts')
const work = mkdtempSync(join(tmpdir(), 'yagura-rules-'))
afterAll(() => rmSync(work, { recursive: true }))

function yagura(...args: readonly string[]) {
  return spawnSync(process.execPath, [MAIN, 'rules', ...args], { encoding: 'utf8', timeout: 60_000 })
}

function file(name: string, text: string): string {
  const path = join(work, name)
  writeFileSync(path, text)
  return path
}

const GOOD = `
- rule: mine
  id: mine
  grade: weak
  technique: T1005
  tactic: collection
  condition: started and exe.name = thing
  samples: {yes: [{exec: /bin/thing}], no: [{exec: /bin/other}]}
`

describe('yagura rules', () => {
  it('checks files, beside the rules of Yagura', () => {
    const good = yagura('check', file('good.yaml', GOOD))
    expect(good).toMatchObject({ status: 0, stdout: '1 of 1 rules in 1 file can be used.\n' })
    const path = file('bad.yaml', '- rule: bad\n  desc: x\n  condition: no.such = 1\n  output: x\n  priority: INFO\n')
    const bad = yagura('check', path)
    expect(bad.status).toBe(1)
    expect(bad.stdout).toBe(
      `${path}:3: error: bad: Unknown field "no.such" at column 1.\n0 of 1 rules in 1 file can be used.\n`,
    )
    const json = JSON.parse(yagura('check', path, '--format', 'json').stdout)
    expect(json).toMatchObject({
      rules: 1,
      usable: 0,
      problems: [{ line: 3, rule: 'bad', field: 'no.such', level: 'error' }],
    })
  })

  it('tests the samples of a file', () => {
    expect(yagura('test', file('mine.yaml', GOOD))).toMatchObject({
      status: 0,
      stdout: '2 samples of 1 rules, 0 judged wrong.\n',
    })
    const wrong = yagura('test', file('wrong.yaml', GOOD.replace('/bin/other', '/usr/bin/thing')))
    expect(wrong.status).toBe(1)
    expect(wrong.stdout).toContain('and should not')
  })

  it('lists our rules, and those of a directory', () => {
    const own = JSON.parse(yagura('list', '--format', 'json').stdout)
    expect(own.length).toBeGreaterThan(120)
    expect(own[0]).toMatchObject({ id: expect.any(String), grade: expect.any(String), events: expect.any(Array) })
    const directory = join(work, 'several')
    mkdirSync(directory)
    file('several/a.yaml', GOOD)
    file('several/not-a-rule.txt', 'x')
    expect(yagura('list', directory).stdout).toMatch(/^RULE .*\nmine +weak/)
  })

  it('says what cannot be read', () => {
    const missing = yagura('check', join(work, 'missing.yaml'))
    expect(missing.status).toBe(2)
    expect(missing.stderr).toContain('There is no')
  })
})
