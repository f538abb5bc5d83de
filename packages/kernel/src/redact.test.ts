import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REMOVED, redactArguments, redactValue } from './redact.ts'

describe('redactArguments', () => {
  it.each([
    [
      ['server', '--password', 'hunter2'],
      ['server', '--password', REMOVED],
    ],
    [
      ['server', '--db-password=hunter2', '-v'],
      ['server', `--db-password=${REMOVED}`, '-v'],
    ],
    [
      ['env', 'API_TOKEN=abc', 'run'],
      ['env', `API_TOKEN=${REMOVED}`, 'run'],
    ],
    [
      ['sh', '-c', 'login --token abc && run'],
      ['sh', '-c', `login --token ${REMOVED} && run`],
    ],
    [
      ['curl', '-H', 'Authorization: Bearer abc'],
      ['curl', '-H', `Authorization: Bearer ${REMOVED}`],
    ],
    [
      ['curl', '-u', 'me:pw', 'https://h/'],
      ['curl', '-u', REMOVED, 'https://h/'],
    ],
    [
      ['psql', 'postgres://me:pw@db:5432/x'],
      ['psql', `postgres://me:${REMOVED}@db:5432/x`],
    ],
    [
      ['/usr/bin/mysql', '-phunter2', '-uroot'],
      ['/usr/bin/mysql', `-p${REMOVED}`, '-uroot'],
    ],
    [
      ['/bin/ctr', 'run', '--env', 'A=b', '--env=C=d'],
      ['/bin/ctr', 'run', '--env', `A=${REMOVED}`, `--env=C=${REMOVED}`],
    ],
    [
      ['redis-cli', '-a', 'pw', 'info'],
      ['redis-cli', '-a', REMOVED, 'info'],
    ],
  ])('%j', (args, expected) => {
    expect(redactArguments(args)).toEqual(expected)
  })

  it.each([
    [['nginx', '-g', 'daemon off;', '-p', '/srv']],
    [['app', '--token-file', '/run/secrets/token']],
    [['docker', 'login', '--password-stdin', 'registry']],
    [['wget', 'http://host:80/a@b']],
    [['app', '--password', '--verbose']],
  ])('leaves %j as it is', (args) => {
    expect(redactArguments(args)).toEqual(args)
  })

  it('does not grow an argument beyond the limit of the contract', () => {
    const [, out = ''] = redactArguments(['sh', '--token a '.repeat(1638)])
    expect(out).toHaveLength(16_384)
    expect(out.startsWith(`--token ${REMOVED} --token`)).toBe(true)
  })

  it('keeps the number of arguments and never leaves the value of a secret assignment', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.stringMatching(/^[A-Za-z0-9]{12,20}$/), (before, secret) => {
        const args = ['x', ...before.filter((arg) => !arg.includes(secret)), `MY_SECRET_KEY=${secret}`]
        const out = redactArguments(args)
        expect(out).toHaveLength(args.length)
        expect(out.join('\n')).not.toContain(secret)
      }),
    )
  })
})

describe('redactValue', () => {
  it('removes values under a secret name and inside text', () => {
    expect(redactValue('admin-password', 'x')).toBe(REMOVED)
    expect(redactValue('note', 'plain words')).toBe('plain words')
    expect(redactValue('run', 'x --password y')).toBe(`x --password ${REMOVED}`)
  })
})
