// Every record of content/checks/host on two made machines: one that passes it and one that fails it.
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { readRecords } from '../../content/read.ts'
import { type CompiledCheck, loadChecks } from '../../engine/record.ts'
import { checkHost } from './check.ts'
import { SKETCHES } from './testing/sketches.ts'

const CONTENT = fileURLToPath(new URL('../../../../../content/checks/host', import.meta.url))
const { records, problems: unread } = readRecords(CONTENT)
const { checks, problems } = loadChecks(records)
const directory = mkdtempSync(join(tmpdir(), 'yg-host-records-'))
afterAll(() => rmSync(directory, { recursive: true }), 60_000)
let count = 0

/** A Debian with everything that records ask for before they apply. */
const BASE: Readonly<Record<string, string>> = {
  'etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
  'etc/ssh/sshd_config': '',
  'etc/ssh/ssh_host_ed25519_key': '',
  'etc/pam.d/other': '',
  'etc/sudoers': '',
  'etc/crontab': '',
  'etc/cron.d/x': '',
  'etc/audit/x': '',
  'etc/passwd-': '',
  'etc/ld.so.preload': '',
  'boot/grub/grub.cfg': '',
  'lib/systemd/system/x.service': '',
  'proc/sys/kernel/osrelease': '6.1.0-18-amd64\n',
  'proc/sys/net/ipv6/conf/all/accept_redirects': '0\n',
  'proc/1/mounts': '',
  'proc/cmdline': 'quiet\n',
  'var/lib/dpkg/status': 'Package: openssh-server\nStatus: install ok installed\nVersion: 1:9.2p1-2+deb12u3\n',
}

function write(root: string, path: string, text: string): void {
  const target = join(root, path)
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, text)
}

function put(root: string, source: string, value: string): unknown {
  const kind = source.slice(0, source.indexOf(':'))
  const asked = source.slice(kind.length + 1)
  const at = asked.lastIndexOf(':')
  const file = (asked.split(/[,:#]/)[0] ?? '').replaceAll('*', 'ed25519')
  switch (kind) {
    case 'sysctl':
      return write(root, `proc/sys/${asked.replaceAll('.', '/')}`, `${value}\n`)
    case 'sshd':
      return write(root, 'etc/ssh/sshd_config', `${asked} ${value}\n`)
    case 'conf': {
      const [, section, key] = /^(?:\[(.*)\])?(.*)$/.exec(asked.slice(at + 1)) ?? []
      return write(root, file, `${section ? `[${section}]\n` : ''}${key}=${value}\n`)
    }
    case 'lines':
      return write(root, file, `# made\n${value}\n`)
    case 'mount':
      return write(root, 'proc/1/mounts', `x ${file} tmpfs rw,${value} 0 0\n`)
    case 'module':
      return write(root, 'etc/modprobe.d/x.conf', value === 'disabled' ? `install ${asked} /bin/false\n` : '')
    case 'unit': {
      const name = asked.split(',')[0] ?? ''
      const unit = name.includes('.') ? name : `${name}.service`
      if (value !== 'enabled') return undefined
      write(root, `lib/systemd/system/${unit}`, '')
      mkdirSync(join(root, 'etc/systemd/system/multi-user.target.wants'), { recursive: true })
      return symlinkSync(
        `/lib/systemd/system/${unit}`,
        join(root, `etc/systemd/system/multi-user.target.wants/${unit}`),
      )
    }
    case 'cmdline':
      return write(root, 'proc/cmdline', `quiet ${asked}=${value}\n`)
    case 'accounts':
      return write(root, asked === 'empty-passwords' ? 'etc/shadow' : 'etc/passwd', value)
    case 'listening': {
      const port = Number(asked).toString(16).toUpperCase().padStart(4, '0')
      return write(
        root,
        'proc/1/net/tcp',
        value === 'open' ? `head\n 0: 00000000:${port} 00000000:0000 0A\n` : 'head\n',
      )
    }
    case 'file': {
      if (asked.endsWith('#exists')) return value === 'present' ? write(root, file, '') : undefined
      const target = join(root, file)
      if (/cron\.|^\/tmp|^\/root/.test(file)) mkdirSync(target, { recursive: true })
      else write(root, file, '')
      // Other files of the base would answer for the owner too.
      if (asked.endsWith('#owner')) for (const name of ['etc/sudoers', 'etc/crontab']) chownSync(join(root, name), 0, 0)
      if (asked.endsWith('#owner')) return chownSync(target, Number(value), 0)
      return chmodSync(target, Number.parseInt(value, 8))
    }
    default:
      throw new Error(`${source} cannot be sketched`)
  }
}

async function judged(check: CompiledCheck, value: string) {
  const root = join(directory, String(count++))
  for (const [path, text] of Object.entries(BASE)) write(root, path, text)
  // What records without audit, SELinux and engines on them apply to.
  if (check.check.rule.when?.includes('facts.selinux') && !check.check.rule.when.includes('!facts.selinux'))
    write(root, 'etc/selinux/config', '')
  const { rule } = check.check
  if (!('get' in rule)) throw new Error(`${check.check.id} has no source to sketch`)
  put(root, rule.get[0] ?? '', value)
  const where = { root, procRoot: join(root, 'proc'), resource: 'node', assetKey: null }
  const [result] = await checkHost({ checks: [check], ...where, observedAt: '2026-01-01T00:00:00Z' })
  if (!result) throw new Error('no result')
  return result
}

test('the records load, at least 80 of them, with all texts, controls and a change each', () => {
  expect([...unread, ...problems]).toEqual([])
  expect(checks.length).toBeGreaterThanOrEqual(80)
  for (const { check } of checks) {
    for (const text of [check.title, check.why, check.fix]) {
      expect(text.ja, check.id).toBeTruthy()
      expect(text.zh, check.id).toBeTruthy()
      expect(text.ja).not.toBe(text.en)
    }
    expect(check.controls.length, check.id).toBeGreaterThan(0)
    expect('change' in check.rule && check.rule.change, check.id).toBeTruthy()
  }
  expect(Object.keys(SKETCHES).sort()).toEqual(checks.map(({ check }) => check.id).sort())
})

describe('each record', () => {
  test.each(checks.map((check) => [check.check.id, check] as const))('%s passes and fails', async (id, check) => {
    const [passes, fails] = SKETCHES[id] ?? ['', '']
    const good = await judged(check, passes)
    expect(good, JSON.stringify(good)).toMatchObject({ verdict: 'pass' })
    expect(good.evidence.length).toBeGreaterThan(0)
    const bad = await judged(check, fails)
    expect(bad, JSON.stringify(bad)).toMatchObject({ verdict: 'fail', remediation: { after: expect.any(String) } })
  })
})

test('an unset key is judged by the default of the version that is installed, and is an error where that is not known', async () => {
  const check = checks.find((one) => one.check.id === 'HOST-SSH-01') as CompiledCheck
  const root = join(directory, 'unset')
  write(root, 'etc/ssh/sshd_config', '')
  const where = { root, procRoot: join(root, 'proc'), resource: 'node', assetKey: null }
  const at = { checks: [check], ...where, observedAt: '2026-01-01T00:00:00Z' }
  expect((await checkHost(at))[0]).toMatchObject({
    verdict: 'error',
    message: { en: expect.stringContaining('version') },
  })
  write(root, 'var/lib/dpkg/status', BASE['var/lib/dpkg/status'] ?? '')
  expect((await checkHost(at))[0]).toMatchObject({
    verdict: 'fail',
    evidence: [{ value: null }, { source: 'default', place: 'default of version 9.2p1', value: 'prohibit-password' }],
  })
})
