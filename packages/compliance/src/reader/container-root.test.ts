// Containers whose files were laid out by an attacker.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ContainerRoot, defaultRootLimits, openContainerRoot } from './container-root.ts'
import { foreignIn } from './foreign-mounts.ts'

let directory: string
let root: ContainerRoot

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'yg-mw-root-'))
  mkdirSync(join(directory, 'root/etc'), { recursive: true })
  writeFileSync(join(directory, 'secret'), 'of the host')
  writeFileSync(join(directory, 'root/etc/a.conf'), 'a = 1')
  root = openContainerRoot(join(directory, 'root'))
})
afterEach(() => {
  root.close()
  rmSync(directory, { recursive: true })
})
const inRoot = (path: string) => join(directory, 'root', path)

test('links are followed inside the root only, as the container sees them', () => {
  symlinkSync('/etc', inRoot('absolute'))
  symlinkSync('../../../../../etc', inRoot('etc/up'))
  symlinkSync(join(directory, 'secret'), inRoot('out'))
  symlinkSync('../../secret', inRoot('etc/out'))
  symlinkSync('/proc/self/root', inRoot('proc-link'))
  expect(root.read('/absolute/a.conf')).toEqual({ kind: 'found', value: 'a = 1' })
  expect(root.read('/etc/up/a.conf')).toEqual({ kind: 'found', value: 'a = 1' })
  expect(root.read('/../../etc/a.conf')).toEqual({ kind: 'found', value: 'a = 1' })
  const nowhere = { kind: 'unreadable', reason: 'it is a link that leads nowhere inside the root' }
  expect(root.read('/out')).toEqual(nowhere)
  expect(root.read('/etc/out')).toEqual(nowhere)
  expect(root.read('/proc-link/etc/passwd')).toMatchObject({ kind: 'unreadable' })
})

function loop(one: string, other: string) {
  symlinkSync(other.slice(other.lastIndexOf('/') + 1), one)
  symlinkSync(one.slice(one.lastIndexOf('/') + 1), other)
}

function sparse(path: string) {
  writeFileSync(path, '')
  truncateSync(path, 2 ** 30)
}

test.each([
  ['a loop of links', () => loop(inRoot('a'), inRoot('b')), /circle/],
  ['a FIFO', () => execFileSync('mkfifo', [inRoot('a')]), /no regular file/],
  ['a directory', () => mkdirSync(inRoot('a')), /no regular file/],
  ['a sparse file of 1 GB', () => sparse(inRoot('a')), /larger than/],
  ['links that grow', () => symlinkSync('a/a/a/a', inRoot('a')), /circle|nested/],
])('%s is unreadable, and says so', (_, make, reason) => {
  make()
  const read = root.read('/a')
  expect(read.kind === 'unreadable' && read.reason).toMatch(reason)
})

test('files, bytes and time of a container are bounded', () => {
  const few = openContainerRoot(join(directory, 'root'), { ...defaultRootLimits, files: 2 })
  expect([1, 2, 3].map(() => few.read('/etc/a.conf').kind)).toEqual(['found', 'found', 'unreadable'])
  few.close()
  let nowMs = 0
  const slow = openContainerRoot(join(directory, 'root'), defaultRootLimits, [], () => nowMs)
  nowMs = 10_000
  expect(slow.read('/etc/a.conf').kind).toBe('unreadable')
  slow.close()
  const gone = openContainerRoot(join(directory, 'nothing'))
  expect(gone.read('/etc/a.conf').kind).toBe('unreadable')
})

test('file systems that may never answer are left alone', () => {
  const mounts = foreignIn(
    '1 0 0:1 / / rw - overlay o rw\n2 1 0:2 / /mnt/my\\040data rw - fuse.sshfs x rw\n3 1 0:3 / /var/lib/mysql rw - ext4 /dev/sda rw\n4 1 0:4 / /n rw shared:1 - nfs4 s:/ rw',
  )
  expect(mounts).toEqual(['/proc', '/sys', '/mnt/my data', '/n'])
  const careful = openContainerRoot(join(directory, 'root'), defaultRootLimits, ['/etc'])
  expect(careful.read('/etc/a.conf')).toMatchObject({
    kind: 'unreadable',
    reason: '/etc is on a file system that is not read',
  })
  careful.close()
})
