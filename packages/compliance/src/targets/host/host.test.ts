import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openContainerRoot } from '../../reader/container-root.ts'
import { hostReader } from './read.ts'

const directory = mkdtempSync(join(tmpdir(), 'yg-host-'))
afterAll(() => rmSync(directory, { recursive: true }))
const FILES: Record<string, string> = {
  'etc/passwd':
    'root:x:0:0::/root:/bin/bash\ntoor:x:0:0::/root:/bin/sh\ndaemon:x:1:1::/:/usr/sbin/nologin\nodd:x:2:2::/:/bin/sh\nann:x:1000:1000::/:/bin/sh\n',
  'etc/shadow': 'root:*:1::::::\nann::1::::::\n',
  'etc/ssh/sshd_config':
    'Include sshd_config.d/*.conf\n# PermitRootLogin yes\nPermitRootLogin yes\nMaxAuthTries 3 # low\nMatch User bob\n  X11Forwarding yes\n',
  'etc/ssh/sshd_config.d/10.conf': 'PermitRootLogin "no"\n',
  'etc/login.defs': 'PASS_MAX_DAYS\t99999\nPASS_MAX_DAYS 365\n',
  'etc/systemd/journald.conf': '[Journal]\nStorage=persistent\n[Other]\nStorage=none\n',
  'etc/modprobe.d/no.conf': 'install cramfs /bin/false\nblacklist usb-storage\n',
  'usr/lib/systemd/system/auditd.service': '',
  'proc/sys/net/ipv4/ip_forward': '1\n',
  'proc/sys/kernel/perf': '1\t2\n',
  'proc/1/mounts': 'tmpfs /tmp tmpfs rw,nosuid,nodev 0 0\n',
  'proc/1/net/tcp': '  sl  local_address rem_address   st\n   0: 00000000:0017 00000000:0000 0A 0\n',
  'proc/modules': 'dccp 1 0 - Live 0x0\n',
  'proc/filesystems': 'nodev\tproc\n\text4\n',
  'proc/cmdline': 'quiet apparmor=1 audit=1\n',
  'proc/7/comm': 'auditd\n',
}
for (const [name, text] of Object.entries(FILES)) {
  mkdirSync(dirname(join(directory, name)), { recursive: true })
  writeFileSync(join(directory, name), text)
}
mkdirSync(join(directory, 'etc/systemd/system/multi-user.target.wants'), { recursive: true })
symlinkSync(
  '/usr/lib/systemd/system/auditd.service',
  join(directory, 'etc/systemd/system/multi-user.target.wants/auditd.service'),
)
symlinkSync('/etc/passwd', join(directory, 'etc/outside'))
const root = openContainerRoot(directory, undefined, ['/proc'])
const read = hostReader({ root, procRoot: join(directory, 'proc') })

test.each([
  ['sysctl:net.ipv4.ip_forward', '1'],
  ['sysctl:kernel.perf', '1 2'],
  ['sshd:permitrootlogin', 'no'],
  ['sshd:MaxAuthTries', '3'],
  ['conf:/etc/login.defs:PASS_MAX_DAYS', '365'],
  ['conf:/etc/systemd/journald.conf:[Journal]Storage', 'persistent'],
  ['mount:/tmp#nosuid', 'nosuid'],
  ['mount:/tmp#type', 'tmpfs'],
  ['module:cramfs', 'disabled'],
  ['module:dccp', 'loaded'],
  ['module:usb-storage', 'allowed'],
  ['unit:auditd', 'enabled'],
  ['unit:nothing', 'absent'],
  ['cmdline:audit', '1'],
  ['cmdline:quiet', 'present'],
  ['accounts:uid0', ['root', 'toor']],
  ['accounts:empty-passwords', ['ann']],
  ['accounts:system-shells', ['toor', 'odd']],
  ['process:auditd', 'running'],
  ['listening:23', 'open'],
  ['listening:22', 'closed'],
])('%s', async (source, value) => {
  expect(await read(source)).toMatchObject({ kind: 'value', value })
})

test('what is not there is absent; what is under Match is no default; no name leads out of the root', async () => {
  expect(await read('sysctl:net.ipv4.nothing')).toMatchObject({ kind: 'absent' })
  expect(await read('sshd:x11forwarding')).toMatchObject({ kind: 'absent' })
  expect(await read('mount:/home#nodev')).toMatchObject({ kind: 'absent' })
  expect(await read('sysctl:../../etc/passwd')).toMatchObject({ kind: 'unreadable' })
  expect(await read('file:/etc/outside#exists')).toMatchObject({ value: 'present' })
})

test('a FIFO in the place of a file is unreadable, and nothing waits for it', async () => {
  execFileSync('mkfifo', [join(directory, 'etc/ssh/sshd_config.d/00.conf')])
  expect(await read('sshd:permitrootlogin')).toMatchObject({
    kind: 'unreadable',
    reason: expect.stringContaining('regular'),
  })
})
